"""Cells merged downwards: the value of the first counts for each row that the merged cell spans."""

import re
from array import array
from collections.abc import Iterable, Iterator
from typing import IO

from openpyxl.utils.cell import coordinate_to_tuple

from pipeline.register.values import Cell
from pipeline.register.workbook.rows import MOST_COLUMNS

_CHUNK = 1 << 20
_OVERLAP = 256
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")
_ROW_BITS, _COLUMN_BITS = 24, 16


def merged_down(source: IO[bytes]) -> "array[int]":
    """Find the merged ranges, which stand after all rows, without parsing the rows a second time.

    Gives first row, column and last row of each in one number, in the order of the first rows.
    """
    found = array("Q")
    tail = b""
    while chunk := source.read(_CHUNK):
        text = tail + chunk
        end = 0
        for match in _MERGED.finditer(text):
            end = match.end()
            left_top, right_bottom = match.group(1).decode("ascii").split(":")
            top, left = coordinate_to_tuple(left_top)
            bottom, _right = coordinate_to_tuple(right_bottom)
            if bottom > top and left <= MOST_COLUMNS:
                found.append(((top << _COLUMN_BITS | left) << _ROW_BITS) | bottom)
        tail = text[max(end, len(text) - _OVERLAP) :]
    return array("Q", sorted(found))


def fill_merged(rows: Iterable[list[Cell]], spans: "array[int]") -> Iterator[list[Cell]]:
    """Give the rows, each with the values that merged cells above it hold for it; one without cells stays so."""
    waiting = iter(spans)
    following = next(waiting, None)
    open_spans: dict[int, tuple[int, Cell]] = {}
    for number, cells in enumerate(rows, start=1):
        for column, (last, value) in list(open_spans.items()):
            if number > last:
                del open_spans[column]
            elif cells:
                cells.extend([None] * (column - len(cells)))
                cells[column - 1] = value
        while following is not None and following >> (_ROW_BITS + _COLUMN_BITS) <= number:
            column = following >> _ROW_BITS & ((1 << _COLUMN_BITS) - 1)
            if column <= len(cells):
                open_spans[column] = (following & ((1 << _ROW_BITS) - 1), cells[column - 1])
            following = next(waiting, None)
        yield cells
