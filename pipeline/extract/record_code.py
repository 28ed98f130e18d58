"""The mã hồ sơ printed on a paper: after its label, as receipts have it, or alone on a line of the first page.

A code in running text may be another record's and is never taken. Papers that carry several codes say none, and so
does a code that was not read for sure: one wrong digit is another record.
"""

import re
from collections.abc import Iterator, Sequence

from config.codes import parse_record_code
from config.errors import CodeError
from config.text import accentless
from ocr.model import PageText, Word, WordKind
from pipeline.extract.code_fields import RECORD_CODE
from pipeline.extract.model import ExtractContext, Reading
from pipeline.extract.segments import around
from pipeline.extract.sureness import words_sureness

_AGENCY = r"(?:[A-Z]\d{2}(?:\.\d{1,3}){0,3}|\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})"
_DASH = r"\s?[-\u2010-\u2015\u2212]\s?"
_CODE = re.compile(rf"(?<![\w.]){_AGENCY}{_DASH}\d{{6}}{_DASH}\d{{4,}}(?!\w)", re.ASCII)
_LABEL = re.compile(r"\bma (?:so )?(?:ho so|hs)\b(?: tthc)?\W*$")
_EDGE = " .,;:()*"


def read_record_code(pages: Sequence[PageText], context: ExtractContext) -> tuple[Reading, ...]:
    """Give the one mã hồ sơ that a document bears; nothing where it bears none for sure, or several."""
    found = [reading for page in pages for line in page.lines() for reading in _codes(page.number, line)]
    if len({reading.value for reading in found}) != 1:
        return ()
    best = max(found, key=lambda reading: reading.confidence)
    return (best,) if best.confidence >= context.accept_confidence else ()


def _codes(page: int, line: Sequence[Word]) -> Iterator[Reading]:
    words = [word for word in line if word.kind is WordKind.PRINT]
    text = " ".join(word.text for word in words)
    for match in _CODE.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        is_labelled = _LABEL.search(accentless(before)) is not None
        is_alone = page == 1 and not before.strip(_EDGE) and not after.strip(_EDGE)
        value = _code(match[0])
        if value is not None and (is_labelled or is_alone):
            own = _words_at(words, match.start(), match.end())
            yield Reading(RECORD_CODE, value, words_sureness(own), page, around(own))


def _code(text: str) -> str | None:
    try:
        return str(parse_record_code(text))
    except CodeError:
        return None


def _words_at(words: Sequence[Word], start: int, end: int) -> list[Word]:
    """Give the words that share a character with a span of their text joined by single blanks."""
    found: list[Word] = []
    place = 0
    for word in words:
        if place < end and place + len(word.text) > start:
            found.append(word)
        place += len(word.text) + 1
    return found
