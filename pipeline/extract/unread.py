"""Fields that stand beside ink nobody read as theirs: a word lost at the end of a row would pass as a whole field.

Such ink is what no word covers, and what was taken for a stamp.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ocr.model import Box
from pipeline.extract import reasons
from pipeline.extract.model import FieldName, Reading
from pipeline.extract.segments import Sheet

REACH = 1.5
"""So near an edge, in line heights, unread ink may be a word of the row."""
NEXT_ROW = 1.3
"""So far below or above, in line heights, it may be a row of its own."""
LEAST_HEIGHT = 0.45
"""Lower ink, in line heights, is a rule, a dash or dots."""
OF_ROWS = frozenset({FieldName.ISSUER, FieldName.PARENT_ISSUER, FieldName.SUBJECT, FieldName.RECIPIENTS})
"""Fields that run over several rows, of which the last may be lost."""


def doubt_unread(readings: Sequence[Reading], sheets: Mapping[int, Sheet]) -> list[Reading]:
    """Give the readings; those that nothing speaks against but ink beside them are doubted."""
    return [
        replace(reading, doubt=reasons.INCOMPLETE) if reading.doubt is None and _is_open(reading, sheets) else reading
        for reading in readings
    ]


def _is_open(reading: Reading, sheets: Mapping[int, Sheet]) -> bool:
    sheet = sheets.get(reading.page or 0)
    if sheet is None or reading.box is None or reading.name == FieldName.URGENCY:
        # A mark of urgency is one of a few known texts in a frame, often stamped askew: its frame is ink too.
        return False
    places = [*sheet.unread, *(word.box for word in sheet.stamps)]
    return any(_may_belong(place, reading, reading.box, sheet.line_px) for place in places)


def _may_belong(place: Box, reading: Reading, box: Box, line_px: float) -> bool:
    if place.height < LEAST_HEIGHT * line_px:
        return False
    middle, centre = (place.top + place.bottom) / 2, (place.left + place.right) / 2
    if box.top < middle < box.bottom:
        return box.left - REACH * line_px < centre < box.right + REACH * line_px
    if reading.name not in OF_ROWS or not box.left < centre < box.right:
        return False
    return box.top - NEXT_ROW * line_px < middle < box.bottom + NEXT_ROW * line_px
