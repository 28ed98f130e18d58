"""Độ khẩn: a stamp or framed capitals near the head of the first page."""

from itertools import groupby

from rapidfuzz import fuzz

from config.text import accentless
from ocr.model import PageText, Word
from pipeline.extract import reasons
from pipeline.extract.model import FieldName, Reading
from pipeline.extract.reference import urgency_marks
from pipeline.extract.segments import around

HEAD_SHARE = 0.45
NEARLY = 84
LONGEST_SHORT = 4
SETTLED_RATIO = 90
SETTLED = 0.97
"""So sure a degree is whose letters are all read: the list has no other like it."""


def read_urgency(page: PageText) -> tuple[Reading, ...]:
    """Read the degree of urgency stamped on a page: a line that is the mark and nothing else; nothing without one."""
    for _, line in groupby(page.words, key=lambda word: word.line):
        words = [word for word in line if sum(ch.isalpha() for ch in word.text) > 0]
        reading = _reading(words, page)
        if reading is not None:
            return (reading,)
    return ()


def _reading(words: list[Word], page: PageText) -> Reading | None:
    if not words or len(words) > 4 or words[0].box.bottom > HEAD_SHARE * page.height_px:
        return None
    text = "".join(ch for word in words for ch in word.text if ch.isalpha())
    if not text.isupper():
        return None
    for mark in urgency_marks():
        wanted = mark.replace(" ", "")
        if fuzz.ratio(accentless(text), accentless(wanted)) >= NEARLY:
            # A long degree that lost marks or a letter can be no other; KHẨN may be what is left of THƯỢNG KHẨN.
            is_plain = len(wanted) > LONGEST_SHORT and fuzz.ratio(accentless(text), accentless(wanted)) >= SETTLED_RATIO
            doubt = None if text == wanted or is_plain else reasons.UNSURE
            # Of stamps only the engine tells how sure it is.
            sure = max(min(word.confidence for word in words), SETTLED if is_plain else 0.0)
            return Reading(FieldName.URGENCY, mark, sure, page.number, around(words), doubt)
    return None
