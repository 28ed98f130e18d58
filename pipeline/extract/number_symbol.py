"""Số and ký hiệu: `Số: 15/QĐ-BNV`, under the issuing body.

The number is taken only where it is printed: figures alone, standing against the slash as print does. On most real
papers it is written by hand into the form; then it goes to a person, with the symbol kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from config.text import accentless, nfc
from ocr.model import Word, WordKind
from pipeline.extract import reasons
from pipeline.extract.document_types import TypeBook, known_parts
from pipeline.extract.model import FieldName, Reading
from pipeline.extract.reference import bodies
from pipeline.extract.rule_book import broken, kept
from pipeline.extract.segments import Segment, around
from pipeline.extract.sureness import word_sureness
from pipeline.extract.zones import NUMBER_START, begins_text, is_number_row

_WHOLE = re.compile(r"(?P<number>\d{1,6})(?P<year>/(?:19|20)\d\d)?/(?P<symbol>.+)")
_YEARLY = re.compile(r"(?P<number>\d{1,6})/(?:19|20)\d\d")
_PARTY = re.compile(r"(?P<number>\d{1,6})-(?P<symbol>[A-ZĐ]{1,4}/[A-ZĐ]{1,8})")
_BARE = re.compile(r"[0-9A-ZĐ]{0,4}\d{4,14}")
_TAIL = re.compile(r"(?P<year>/(?:19|20)\d\d)?/(?P<symbol>[A-ZĐ].*)")
_ETH = str.maketrans({"Ð": "Đ", "–": "-", "—": "-", "−": "-"})

LEAST_PROVEN = 0.50
"""So sure figures must be whose shapes were held against the type, and letters a list vouches for."""

SPACE = 0.5
"""A word space at its widest, in heights of the figures; in a form to be filled in, the slash stands further off."""


@dataclass(frozen=True, slots=True)
class NumberSymbol:
    """The row `Số: …`, and what was read of it."""

    row: Segment
    number: str | None
    year: str
    symbol: str | None
    readings: tuple[Reading, ...]


def read_number_symbol(rows: Sequence[Segment], types: TypeBook) -> NumberSymbol | None:
    """Read number and symbol from the rows of the heading's left column; None when no row is theirs."""
    # Below `V/v …` a row may begin with the number of an act that the abstract cites; below `Căn cứ …` it is one.
    rows = list(takewhile(lambda row: not begins_text(row), rows))
    row = next((row for row in rows if is_number_row(row)), None)
    if row is None:
        row = next((row for row in rows if _WHOLE.fullmatch(_clean(row.text))), None)
    if row is None:
        return None
    words = _after_label(row)
    joined = _clean("".join(word.text for word in words))
    if _YEARLY.fullmatch(joined) and len(words) == 1:
        return _bare(row, words[0], joined)
    found = _WHOLE.fullmatch(joined) or _PARTY.fullmatch(joined)
    if found:
        return _printed(row, words, found, types)
    if _BARE.fullmatch(joined) and len(words) == 1:
        return _bare(row, words[0], joined)
    return _form(row, words, joined, types)


def symbol_parts(symbol: str) -> tuple[str, ...]:
    """Give the parts of a symbol between its hyphens and slashes."""
    return tuple(part for part in re.split(r"[-/]", symbol) if part)


def _printed(row: Segment, words: Sequence[Word], found: re.Match[str], types: TypeBook) -> NumberSymbol:
    """Number and symbol were both read; the number counts as printed only if its words say so."""
    number, raw = found["number"], found["symbol"]
    year = found.groupdict().get("year") or ""
    party = "/" in raw
    symbol, snapped = settle_symbol(raw, types)
    box, page = around(words), row.page
    doubt = _number_doubt(words, row)
    why = ((broken if doubt == reasons.HANDWRITTEN else kept)("number_printed"),)
    figures = [word for word in words if any(ch.isdigit() for ch in word.text)][:1]
    code_confidence = _chance(words, snapped=snapped)
    code = f"{number}-{symbol}" if party else f"{number}{year}/{symbol}"
    readings = (
        Reading(FieldName.CODE, code, code_confidence, page, box, doubt, why),
        Reading(FieldName.NUMBER, number, _chance(figures, snapped=True), page, box, doubt, why),
        Reading(FieldName.SYMBOL, symbol, code_confidence, page, box),
    )
    return NumberSymbol(row, number, year, symbol, readings)


def _bare(row: Segment, word: Word, number: str) -> NumberSymbol:
    """A number without a symbol, as certificates have; the year it may bear (`45/2026`) is none of the number."""
    doubt = reasons.HANDWRITTEN if word.kind is WordKind.HANDWRITING else None
    sure = word_sureness(word)
    own, _, year = number.partition("/")
    readings = (
        Reading(FieldName.CODE, number, sure, row.page, word.box, doubt),
        Reading(FieldName.NUMBER, own, sure, row.page, word.box, doubt),
    )
    return NumberSymbol(row, own, year, None, readings)


def _form(row: Segment, words: Sequence[Word], joined: str, types: TypeBook) -> NumberSymbol:
    """The number is missing, handwritten or illegible: the symbol after the first slash is kept."""
    tail = _TAIL.search(joined)
    page = row.page
    has_ink = bool(joined.partition("/")[0]) if joined else False
    reason = reasons.HANDWRITTEN if has_ink else reasons.MISSING
    box = around(words) if words else row.box
    blank = (
        Reading(FieldName.CODE, None, 0.0, page, box, reasons.INCOMPLETE),
        Reading(FieldName.NUMBER, None, 0.0, page, box, reason),
    )
    if tail is None:
        no_symbol = Reading(FieldName.SYMBOL, None, 0.0, page, box, reasons.MISSING)
        return NumberSymbol(row, None, "", None, (*blank, no_symbol))
    symbol, snapped = settle_symbol(tail["symbol"], types)
    holders = [word for word in words if "/" in word.text] or list(words)
    reading = Reading(FieldName.SYMBOL, symbol, _chance(holders, snapped=snapped), page, around(holders))
    return NumberSymbol(row, None, tail["year"] or "", symbol, (*blank, reading))


def settle_symbol(raw: str, types: TypeBook) -> tuple[str, bool]:
    """Give a symbol cleaned of the engine's slips, and whether all its parts are in the official lists."""
    text = re.sub(r"[^\wĐđ&.\-/]+$", "", raw).strip(".-/")
    text = re.sub(r"Đ{2,}", "Đ", text)
    known = _known_parts(types)
    parts = re.split(r"([-/])", text)
    settled = [known.get(accentless(part), part) if part not in known.values() else part for part in parts]
    listed = all(part in {"-", "/"} or part in known.values() or _is_session(part) for part in settled)
    return "".join(settled), listed


def _is_session(part: str) -> bool:
    """QH15, HĐND16, UBTVQH15: a body with the number of its term."""
    return re.fullmatch(r"(QH|UBTVQH|HĐND)\d{1,2}", part) is not None


@cache
def _known_parts(types: TypeBook) -> dict[str, str]:
    """Give known abbreviations by their accentless form, where that form is theirs alone and long enough to tell."""
    table: dict[str, set[str]] = {}
    for part in [*known_parts(types), *bodies().symbols.values(), *bodies().composed.values()]:
        table.setdefault(accentless(part), set()).add(part)
    return {key: next(iter(parts)) for key, parts in table.items() if len(parts) == 1}


def _after_label(row: Segment) -> list[Word]:
    """Give the words of the row after `Số:`."""
    words = list(row.words)
    while words:
        key = accentless(words[0].text)
        if key in {"luat", "nghi", "quyet", "phap", "lenh", ":", "."} or NUMBER_START.fullmatch(key):
            words.pop(0)
            continue
        break
    return words


def _clean(text: str) -> str:
    return re.sub(r"\s+", "", nfc(text).translate(_ETH)).lstrip(":;.").strip("_'\"`.,;:")


def _chance(words: Sequence[Word], *, snapped: bool) -> float:
    """Give the chance that figures and marks are right; a listed symbol vouches for its own letters."""
    chance = 1.0
    for word in words:
        sure = word_sureness(word)
        chance *= max(sure, 0.97) if snapped and sure >= LEAST_PROVEN else sure
    return chance


def _number_doubt(words: Sequence[Word], row: Segment) -> str | None:
    """Say why the number may not be machine print, or None."""
    holders = [word for word in words if word.kind is WordKind.HANDWRITING]
    if holders or any(word.kind is WordKind.HANDWRITING for word in row.words):
        return reasons.HANDWRITTEN
    if not _stands_against_slash(words):
        # Figures that stand apart from the slash were written or stamped into a printed form.
        return reasons.HANDWRITTEN
    # The shape of printed figures was held against the type (ocr/kinds_blanks.py): a second opinion on them.
    return reasons.UNSURE if word_sureness(words[0]) < LEAST_PROVEN else None


def _stands_against_slash(words: Sequence[Word]) -> bool:
    """Say whether the figures and the slash are one word, or two as close as print sets them."""
    first = words[0]
    if not first.text[:1].isdigit():
        return False
    if "/" in first.text or "-" in first.text:
        return True
    apart = words[1].box.left - first.box.right if len(words) > 1 else first.box.height
    return apart < SPACE * first.box.height and words[1].text.startswith("/")
