"""Finds ruled tables and their cells: read line by line across columns, a table's text would be shuffled."""

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.images import Image, image_of
from ocr.model import Box

_GRID_DPI = 100.0
_RULE_LEVEL = 185
_RULE_MM = (12.0, 6.0)
_GAP_MM = 1.5
_LEAST_TABLE_MM = (40.0, 12.0)
_LEAST_CELL_MM = (4.0, 3.0)
_LEAST_CELLS = 4
_MOST_CELL_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: where it stands, and its cells row by row, in pixels of the image it was found on."""

    box: Box
    cells: tuple[Box, ...]


def find_tables(image: Image, dpi: float) -> list[Table]:
    """Find the ruled tables of an upright, straight page, from the top."""
    scale = max(1, round(dpi / _GRID_DPI))
    # The darkest pixel of each square: a thin rule must not fade when the picture shrinks.
    small = image_of(cv2.erode(image, np.ones((scale, scale), np.uint8)))[::scale, ::scale]
    unit = dpi / scale / 25.4
    grid = _rules(small, unit)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(grid, connectivity=8)
    tables = []
    for label in range(1, count):
        left, top, wide, high, _area = (int(side) for side in stats[label])
        if wide < _LEAST_TABLE_MM[0] * unit or high < _LEAST_TABLE_MM[1] * unit:
            continue
        part = np.where(labels[top : top + high, left : left + wide] == label, 255, 0).astype(np.uint8)
        cells = _cells(part, unit, small.size)
        if len(cells) >= _LEAST_CELLS:
            rows = _in_rows(cells, 2 * unit)
            tables.append(
                Table(
                    _scaled(Box(left, top, left + wide, top + high), 0, 0, scale),
                    tuple(_scaled(cell, left, top, scale) for cell in rows),
                )
            )
    return sorted(tables, key=lambda table: table.box.top)


def _rules(small: Image, unit: float) -> Image:
    """Give the long straight lines, level and standing, with small gaps closed."""
    ink = cv2.threshold(small, _RULE_LEVEL, 255, cv2.THRESH_BINARY_INV)[1]
    across, along = (max(3, round(length * unit)) for length in _RULE_MM)
    gap = max(1, round(_GAP_MM * unit))
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, across), np.uint8))
    level = cv2.dilate(level, np.ones((3, 2 * gap + 1), np.uint8))
    standing = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((along, 1), np.uint8))
    standing = cv2.dilate(standing, np.ones((2 * gap + 1, 3), np.uint8))
    return image_of(cv2.bitwise_or(level, standing))


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


def _in_rows(cells: list[Box], tolerance: float) -> list[Box]:
    """Give the cells row by row: those whose upper edges stand level, from the left."""
    rows: list[list[Box]] = []
    for cell in sorted(cells, key=lambda box: box.top):
        if rows and cell.top - rows[-1][0].top <= tolerance:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [cell for row in rows for cell in sorted(row, key=lambda box: box.left)]


def _scaled(box: Box, left: float, top: float, scale: int) -> Box:
    return Box(
        (box.left + left) * scale, (box.top + top) * scale, (box.right + left) * scale, (box.bottom + top) * scale
    )
