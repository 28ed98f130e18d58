"""Địa danh and date: the row `Hà Nội, ngày 05 tháng 01 năm 2020` under the state's name, and nothing else.

A date from a stamp, a cited law or the receiving register is never taken. Day, month and year must each be printed
and read with certainty, or the date goes to a person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.syllables import is_vietnamese
from config.text import accentless
from ocr.model import Word, WordKind
from pipeline.extract import reasons
from pipeline.extract.model import ExtractContext, FieldName, Reading
from pipeline.extract.reference import bodies
from pipeline.extract.rule_book import broken, kept
from pipeline.extract.segments import Segment, Sheet, around, join_rows
from pipeline.extract.sureness import word_sureness, words_sureness
from pipeline.extract.vocabulary import all_spellings, best_match
from pipeline.extract.zones import is_place_date_row

OLDEST_YEAR = 1945
MOST_WORDS = 14


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the date: its words, and its value when it is plain digits."""

    words: tuple[Word, ...]
    value: int | None


def read_place_date(rows: Sequence[Segment], context: ExtractContext) -> tuple[Reading, ...]:
    """Read place and date from the rows of the heading's right column."""
    row = next((row for row in rows if is_place_date_row(row)), None)
    if row is None:
        missing = Reading(FieldName.ISSUED_ON, None, 0.0, doubt=reasons.MISSING)
        return (Reading(FieldName.PLACE, None, 0.0, doubt=reasons.MISSING), missing)
    labels = _labels(row.words)
    first = next((at for at, word in enumerate(row.words) if accentless(word.text).startswith("ngay")), 0)
    return (_place(row, row.words[:first], context), _issued_on(row, labels, context))


def foot_rows(sheet: Sheet, block_top: float) -> list[Segment]:
    """Give the rows just above a signature block, where certificates have place and date."""
    reach = 6 * sheet.line_px
    rows = [s for s in sheet.segments if block_top - reach < s.middle < block_top and s.left > 0.35 * sheet.width]
    return [row for row in join_rows(rows, sheet.line_px) if len(row.words) <= MOST_WORDS]


def _labels(words: Sequence[Word]) -> dict[str, int]:
    """Give where ngày, tháng and năm stand."""
    found: dict[str, int] = {}
    for position, word in enumerate(words):
        key = accentless(word.text).strip(".,:; ")
        for label in ("ngay", "thang", "nam"):
            if label not in found and key == label and list(found) == ["ngay", "thang", "nam"][: len(found)]:
                found[label] = position
    return found


def _place(row: Segment, words: Sequence[Word], context: ExtractContext) -> Reading:
    text = " ".join(word.text for word in words).strip(" ,.;:-")
    if not text:
        return Reading(FieldName.PLACE, None, 0.0, row.page, row.box, reasons.MISSING)
    box = around(words)
    known = bodies()
    match = best_match(text, all_spellings([*known.places, *known.seats]))
    if match is not None and match.nearness >= 0.93 and not match.is_tied:
        sure = max(words_sureness(words), 0.98)
        return Reading(FieldName.PLACE, match.value, sure, row.page, box, why=(kept("known_place"),))
    doubt = None if match is None or not match.is_tied else reasons.AMBIGUOUS
    if not is_vietnamese(text):
        # `Tập Duot`: a name no list knows that lost its marks looks like a foreign one.
        doubt = reasons.SPELLING
    sure = words_sureness(words)
    is_known = _is_seat(text, context)
    if is_known:
        sure = max(sure, 0.98)
    mark = kept("known_place") if is_known else broken("known_place")
    return Reading(FieldName.PLACE, text, sure, row.page, box, doubt, (mark,))


def _is_seat(text: str, context: ExtractContext) -> bool:
    """Say whether a place as read, accents and all, is named by an agency this installation works for."""
    name = f" {text.casefold()} "
    return len(text) > 2 and any(name in f" {agency.name.casefold()} " for agency in context.agencies)


def _issued_on(row: Segment, labels: dict[str, int], context: ExtractContext) -> Reading:
    name = FieldName.ISSUED_ON
    if any(word.kind is WordKind.HANDWRITING for word in row.words):
        return Reading(name, None, 0.0, row.page, row.box, reasons.HANDWRITTEN)
    if list(labels) != ["ngay", "thang", "nam"]:
        return Reading(name, None, 0.0, row.page, row.box, reasons.INCOMPLETE)
    words = row.words
    spans = (
        words[labels["ngay"] + 1 : labels["thang"]],
        words[labels["thang"] + 1 : labels["nam"]],
        words[labels["nam"] + 1 : labels["nam"] + 2],
    )
    day, month, year = (_figure(span) for span in spans)
    box = around(words[labels["ngay"] :])
    for figure in (day, month, year):
        if not figure.words:
            return Reading(name, None, 0.0, row.page, box, reasons.MISSING)
    if day.value is None or month.value is None or year.value is None:
        return Reading(name, None, 0.0, row.page, box, reasons.INCOMPLETE)
    return _judge(Reading(name, None, 0.0, row.page, box), day, month, year, context)


def _judge(blank: Reading, day: Figure, month: Figure, year: Figure, context: ExtractContext) -> Reading:
    """Give the date, with what stands against it."""
    try:
        value = date(year.value or 0, month.value or 0, day.value or 0)
    except ValueError:
        why = (broken("date_plausible"),)
        return Reading(blank.name, None, 0.0, blank.page, blank.box, reasons.IMPLAUSIBLE, why)
    words = [*day.words, *month.words, *year.words]
    confidence = 1.0
    for word in words:
        confidence *= word_sureness(word)
    doubt = None
    if value > context.today:
        doubt = reasons.IN_FUTURE
    elif value.year < OLDEST_YEAR:
        doubt = reasons.IMPLAUSIBLE
    is_possible = doubt not in {reasons.IN_FUTURE, reasons.IMPLAUSIBLE}
    mark = (kept if is_possible else broken)("date_plausible")
    return Reading(blank.name, value.isoformat(), confidence, blank.page, blank.box, doubt, (mark,))


def _figure(words: Sequence[Word]) -> Figure:
    """Read a figure that is exactly one word of plain digits, apart from a closing mark."""
    if len(words) != 1:
        return Figure(tuple(words), None)
    text = words[0].text.rstrip(".,;")
    return Figure(tuple(words), int(text) if re.fullmatch(r"\d{1,2}|\d{4}", text) else None)
