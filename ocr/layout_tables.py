"""Finds ruled tables and their cells: read line by line across columns, a table's text would be shuffled."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.engines.detector import FoundLine
from ocr.images import Image, image_of
from ocr.layout_lines import LEAST_SURENESS
from ocr.layout_rules import mended_rules
from ocr.model import Box

_GRID_DPI = 100.0
_LEAST_TABLE_MM = (40.0, 12.0)
_LEAST_CELL_MM = (4.0, 3.0)
_LEAST_CELLS = 4
_MOST_CELL_SHARE = 0.4
_SAME_EDGE_MM = 2.5
_WITHIN = 0.75
_OUTSIDE = 0.2
_MOST_CROSSED = 0.3


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: where it stands, in pixels of the image, and its row and column, from 0.

    A cell merged over several rows or columns has the first of them.
    """

    box: Box
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: where it stands, and its cells row by row, in pixels of the image it was found on."""

    box: Box
    cells: tuple[Cell, ...]


def find_tables(image: Image, dpi: float, lines: Sequence[FoundLine] = ()) -> list[Table]:
    """Find the ruled tables of an upright, straight page, from the top.

    `lines`: the text lines found on the page, if at hand. Squared paper is no table: its rules cut through lines.
    """
    scale = max(1, round(dpi / _GRID_DPI))
    # The darkest pixel of each square: a thin rule must not fade when the picture shrinks.
    small = image_of(cv2.erode(image, np.ones((scale, scale), np.uint8)))[::scale, ::scale]
    unit = dpi / scale / 25.4
    grid = mended_rules(np.ascontiguousarray(small), unit)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(grid, connectivity=8)
    tables = []
    for label in range(1, count):
        left, top, wide, high, _area = (int(side) for side in stats[label])
        if wide < _LEAST_TABLE_MM[0] * unit or high < _LEAST_TABLE_MM[1] * unit:
            continue
        part = np.where(labels[top : top + high, left : left + wide] == label, 255, 0).astype(np.uint8)
        cells = _cells(part, unit, small.size)
        if len(cells) >= _LEAST_CELLS:
            placed = _in_rows([_scaled(cell, left, top, scale) for cell in cells], _SAME_EDGE_MM * dpi / 25.4)
            tables.append(Table(_scaled(Box(left, top, left + wide, top + high), 0, 0, scale), placed))
    tables = [table for table in tables if _crossed_share(table, lines) <= _MOST_CROSSED]
    return sorted(tables, key=lambda table: table.box.top)


def _cells(grid: Image, unit: float, page_px: int) -> list[Box]:
    """Give the closed rectangles between the rules of one table."""
    padded = cv2.copyMakeBorder(cv2.bitwise_not(grid), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(255.0,))
    _, _, stats, _ = cv2.connectedComponentsWithStats(padded, connectivity=4)
    height, width = grid.shape
    cells = []
    for left, top, wide, high, area in stats[1:].tolist():
        outside = left == 0 or top == 0 or left + wide > width + 1 or top + high > height + 1
        if outside or wide < _LEAST_CELL_MM[0] * unit or high < _LEAST_CELL_MM[1] * unit:
            continue
        if area < 0.6 * wide * high or area > _MOST_CELL_SHARE * page_px:
            continue
        cells.append(Box(left - 1, top - 1, left - 1 + wide, top - 1 + high))
    return cells


def _in_rows(boxes: Sequence[Box], tolerance: float) -> tuple[Cell, ...]:
    """Give the cells row by row: a row begins where upper edges stand level, a column where left ones do."""
    rows = _edges([box.top for box in boxes], tolerance)
    columns = _edges([box.left for box in boxes], tolerance)
    cells = [Cell(box, _place(box.top, rows), _place(box.left, columns)) for box in boxes]
    return tuple(sorted(cells, key=lambda cell: (cell.row, cell.column, cell.box.top, cell.box.left)))


def _edges(values: Sequence[float], tolerance: float) -> list[float]:
    """Give the first of each bunch of values."""
    edges: list[float] = []
    last = float("-inf")
    for value in sorted(values):
        if value - last > tolerance:
            edges.append(value)
        last = value
    return edges


def _place(value: float, edges: Sequence[float]) -> int:
    return sum(edge <= value for edge in edges) - 1


def _crossed_share(table: Table, lines: Sequence[FoundLine]) -> float:
    """Give the share of the text lines in a table that its rules cut through."""
    whole = crossed = 0.0
    for line in lines:
        if line.sureness < LEAST_SURENESS or _share(line.box, table.box) < 0.5:
            continue
        shares = [_share(line.box, cell.box) for cell in table.cells]
        whole += line.box.width
        if max(shares) <= _WITHIN and sum(shares) > _OUTSIDE:
            crossed += line.box.width
    return crossed / whole if whole else 0.0


def _share(box: Box, other: Box) -> float:
    """Give the share of a box that lies in another."""
    wide = min(box.right, other.right) - max(box.left, other.left)
    high = min(box.bottom, other.bottom) - max(box.top, other.top)
    return max(0.0, wide) * max(0.0, high) / (box.width * box.height)


def _scaled(box: Box, left: float, top: float, scale: int) -> Box:
    return Box(
        (box.left + left) * scale, (box.top + top) * scale, (box.right + left) * scale, (box.bottom + top) * scale
    )
