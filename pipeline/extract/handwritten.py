"""Proposes what was written by hand into the heading's blanks: the number, and the day and month of the date.

A proposal is shown to the person who is asked, with its chance. It is accepted by itself only where a register says
the same (pipeline/register/comparison.py), or where the policy allows it and the rules of the date agree.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import product

from config.errors import ReferenceDataError
from config.text import accentless
from ocr.model import Blank, Box, Guess, PageText, Word, WordKind
from pipeline.extract import reasons
from pipeline.extract.model import ExtractContext, FieldName, Reading
from pipeline.extract.number_symbol import NumberSymbol
from pipeline.extract.place_date import OLDEST_YEAR
from pipeline.extract.reference import load_table
from pipeline.extract.sureness import word_sureness

SCHEMA = 1
_OPEN = frozenset({reasons.HANDWRITTEN, reasons.MISSING, reasons.INCOMPLETE})
"""Doubts of a value that was not read as print."""
_NUMBER = re.compile(r"0*[1-9]\d{0,5}")
_DAY_OR_MONTH = re.compile(r"\d{1,2}")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class HandwritingPolicy:
    """From which chance on a reading is shown, and whether one that the rules agree with may pass by itself."""

    least_proposal: float
    accepts_alone: bool


@cache
def handwriting_policy(file: str = "handwriting.toml") -> HandwritingPolicy:
    """Give what becomes of what was read from handwriting. Raise ReferenceDataError when the file is wrong."""
    table = load_table(file)
    try:
        if table["schema"] != SCHEMA or not (table["least_proposal_reason"] and table["accepts_alone_reason"]):
            raise ReferenceDataError(file=file, place="-", cause="another schema, or an entry without a reason")
        return HandwritingPolicy(float(table["least_proposal"]), bool(table["accepts_alone"]))
    except (KeyError, TypeError, ValueError) as err:
        raise ReferenceDataError(file=file, place="-", cause=err) from err


def propose_number(number: NumberSymbol | None, page: PageText) -> NumberSymbol | None:
    """Give the row `Số: …` with the number that a hand wrote into it, where that is what stands there."""
    if number is None:
        return None
    by_name = {reading.name: reading for reading in number.readings}
    blank = next(_blanks(page, "number", number.row.box), None)
    if blank is None or number.row.page != page.number or by_name[FieldName.NUMBER].doubt not in _OPEN:
        return number
    guess = next((guess for guess in blank.guesses if _NUMBER.fullmatch(guess.text)), None)
    if guess is None or guess.probability < handwriting_policy().least_proposal:
        unread = replace(by_name[FieldName.NUMBER], value=None, confidence=0.0, doubt=reasons.HANDWRITTEN)
        code = replace(by_name[FieldName.CODE], value=None, confidence=0.0)
        return replace(number, number=None, readings=_changed(number.readings, unread, code))
    shown = _shown(by_name[FieldName.NUMBER], guess.text, guess.probability, blank.box)
    symbol = by_name.get(FieldName.SYMBOL)
    if symbol is not None and not symbol.value:
        return replace(number, number=guess.text, readings=_changed(number.readings, shown))
    whole = f"{guess.text}{number.year}/{symbol.value}" if symbol is not None else guess.text
    # What speaks against the symbol is its own question.
    chance = guess.probability * (symbol.confidence if symbol is not None and symbol.doubt else 1.0)
    box = by_name[FieldName.CODE].box
    code = _shown(by_name[FieldName.CODE], whole, chance, box.union(blank.box) if box else blank.box)
    return replace(number, number=guess.text, readings=_changed(number.readings, shown, code))


def propose_date(readings: Sequence[Reading], pages: Sequence[PageText], context: ExtractContext) -> list[Reading]:
    """Give the readings with the date whose figures, some or all, a hand wrote into the row of place and date."""
    return [
        _with_date(reading, pages, context) if reading.name == FieldName.ISSUED_ON else reading for reading in readings
    ]


def _with_date(reading: Reading, pages: Sequence[PageText], context: ExtractContext) -> Reading:
    page = next((page for page in pages if page.number == reading.page), None)
    if reading.box is None or page is None or reading.value is not None or reading.doubt not in _OPEN:
        return reading
    found = next(_dates(page, reading.box, context), None)
    policy = handwriting_policy()
    if found is None or found.chance < policy.least_proposal:
        return reading
    shown = _shown(reading, found.value.isoformat(), found.chance, reading.box)
    return replace(shown, doubt=None) if policy.accepts_alone else shown


@dataclass(frozen=True, slots=True)
class _Dated:
    value: date
    chance: float


def _dates(page: PageText, row: Box, context: ExtractContext) -> Iterator[_Dated]:
    """Give the dates that the row may say, likeliest first: those that there are, and that have come."""
    words = sorted((word for word in page.words if _overlap(word.box, row)), key=lambda word: word.box.left)
    at = next((at for at, word in enumerate(words) if accentless(word.text).strip(".,") == "nam"), None)
    before, after = (words[:at][-1:], words[at + 1 :][:1]) if at is not None else ([], [])
    days = _written(page, "day", row)
    months = _written(page, "month", row) or _printed(before, _DAY_OR_MONTH)
    years = _written(page, "year", row) or _printed(after, _YEAR)
    ways = sorted(product(days, months, years), key=lambda way: -_chance(way))
    for day, month, year in ways:
        value = _date_of(day.text, month.text, year.text)
        if value is not None and value.year >= OLDEST_YEAR and value <= context.today:
            yield _Dated(value, _chance((day, month, year)))


def _date_of(day: str, month: str, year: str) -> date | None:
    if not (_DAY_OR_MONTH.fullmatch(day) and _DAY_OR_MONTH.fullmatch(month) and _YEAR.fullmatch(year)):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _chance(way: Sequence[Guess]) -> float:
    chance = 1.0
    for guess in way:
        chance *= guess.probability
    return chance


def _written(page: PageText, label: str, row: Box) -> list[Guess]:
    blank = next(_blanks(page, label, row), None)
    return list(blank.guesses) if blank is not None else []


def _printed(words: Sequence[Word], pattern: re.Pattern[str]) -> list[Guess]:
    """Give a printed figure as the one guess there is."""
    return [
        Guess(text, word_sureness(word))
        for word in words
        if word.kind is WordKind.PRINT and pattern.fullmatch(text := word.text.strip(".,;"))
    ]


def _blanks(page: PageText, label: str, row: Box) -> Iterator[Blank]:
    """Give the blanks of a label that stand in a row."""
    return (blank for blank in page.blanks if blank.label == label and _overlap(blank.box, row))


def _overlap(box: Box, row: Box) -> bool:
    common = min(box.bottom, row.bottom) - max(box.top, row.top)
    beside = row.left - row.height < (box.left + box.right) / 2 < row.right + row.height
    return beside and common > 0.4 * min(box.height, row.height)


def _shown(reading: Reading, value: str, chance: float, box: Box | None) -> Reading:
    return replace(reading, value=value, confidence=chance, box=box, doubt=reasons.HANDWRITTEN)


def _changed(readings: Sequence[Reading], *new: Reading) -> tuple[Reading, ...]:
    by_name = {reading.name: reading for reading in new}
    return tuple(by_name.get(reading.name, reading) for reading in readings)
