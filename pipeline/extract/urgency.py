"""Độ khẩn: a stamp or framed capitals near the head of the first page. It is read, and left to a person to confirm."""

from config.text import accentless
from ocr.model import PageText, Word
from pipeline.extract.model import FieldName, Reading
from pipeline.extract.reference import urgency_marks


def read_urgency(page: PageText) -> tuple[Reading, ...]:
    """Read the degree of urgency stamped on a page; nothing when there is no mark."""
    upper = [word for word in page.words if word.box.bottom < 0.45 * page.height_px and word.text.isupper()]
    for mark in urgency_marks():
        wanted = [accentless(part) for part in mark.split()]
        for first in upper:
            run = [first, *_following(first, upper)][: len(wanted)]
            alone = len([word for word in page.words if word.line == first.line]) <= len(wanted) + 1
            if alone and [accentless(word.text).strip(".:!") for word in run] == wanted:
                box = run[0].box.union(run[-1].box)
                return (Reading(FieldName.URGENCY, mark, min(word.confidence for word in run), page.number, box, None),)
    return ()


def _following(first: Word, upper: list[Word]) -> list[Word]:
    return [word for word in upper if word.line == first.line and word.box.left > first.box.left]
