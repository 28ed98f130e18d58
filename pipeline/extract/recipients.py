"""Nơi nhận: the list at the lower left, from `Nơi nhận:` to `Lưu: …`."""

import re
from collections.abc import Sequence
from itertools import pairwise

from config.syllables import is_misspelled
from config.text import accentless, fold_space
from ocr.model import WordKind
from pipeline.extract import reasons
from pipeline.extract.model import FieldName, Reading
from pipeline.extract.segments import Segment, Sheet, around, join_rows
from pipeline.extract.sureness import words_sureness

_START = re.compile(r"^n[oơ]i nh?an\s*[:.;]?")
_ITEM = re.compile(r"^[-–—~_*+•]+\s*")


def read_recipients(sheets: Sequence[Sheet]) -> tuple[Reading, ...]:
    """Read the recipients of the first page that lists them, as items joined by `; `; empty when none does."""
    for sheet in sheets:
        start = next(
            (s for s in sheet.segments if _START.match(accentless(s.text)) and s.left < 0.4 * sheet.width), None
        )
        if start is not None:
            return (_reading(sheet, start),)
    return ()


def _reading(sheet: Sheet, start: Segment) -> Reading:
    rows = _rows(sheet, start)
    if not rows:
        return Reading(FieldName.RECIPIENTS, None, 0.0, sheet.number, start.box, reasons.INCOMPLETE)
    words = [word for row in rows for word in row.words]
    value = "; ".join(_items(rows))
    letters = [word for word in words if any(ch.isalnum() for ch in word.text)]
    doubt = None
    if any(word.kind is WordKind.HANDWRITING for word in words):
        doubt = reasons.HANDWRITTEN
    elif any(is_misspelled(word.text) for word in letters):
        doubt = reasons.SPELLING
    elif any(not any(ch.isalnum() for ch in item) for item in value.split("; ")):
        doubt = reasons.AMBIGUOUS
    elif any(not item[:1].isupper() for item in _items(rows)):
        # An item begins with a capital: the words before this one were not read.
        doubt = reasons.INCOMPLETE
    elif _run_together(rows):
        doubt = reasons.AMBIGUOUS
    return Reading(FieldName.RECIPIENTS, value, words_sureness(letters), sheet.number, around(words), doubt)


def _run_together(rows: Sequence[Segment]) -> bool:
    """Say whether two words lie on one another's ink, or a row's end mark was read as a comma before a new item."""
    overlaps = any(
        before.box.right - after.box.left > 0.2 * min(before.box.width, after.box.width)
        for row in rows
        for before, after in pairwise(row.words)
    )
    runs_on = any(above.text.endswith(",") and below.text[:1].isupper() for above, below in pairwise(rows))
    return overlaps or runs_on


def _rows(sheet: Sheet, start: Segment) -> list[Segment]:
    """Give the rows under the label, as far as they run on without a wide gap, ending with `Lưu:`."""
    reach = start.left - 2 * sheet.line_px
    column = [s for s in sheet.segments if s.middle > start.bottom and reach < s.left < 0.42 * sheet.width]
    rows: list[Segment] = []
    above = start
    for row in join_rows(column, sheet.line_px):
        if row.middle - above.middle > 3 * sheet.line_px:
            break
        rows.append(row)
        above = row
        if re.match(r"^\W*luu\b", accentless(row.text)):
            break
    return rows


def _items(rows: Sequence[Segment]) -> list[str]:
    items: list[str] = []
    for row in rows:
        text = fold_space(row.text)
        if _ITEM.match(text) or not items:
            items.append(_ITEM.sub("", text))
        else:
            items[-1] += " " + text
    return [item.rstrip(" ;.,") for item in items if item.strip(" ;.,-")]
