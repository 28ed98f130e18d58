"""Reads ruled tables cell by cell, and gives what was read by lines to the cells it stands in."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ocr.engines import Engine, Layout
from ocr.images import Image
from ocr.layout_tables import Table
from ocr.model import Box
from ocr.recognize_lines import Line, bounds, cut_out, lines_of, moved
from ocr.recognize_missed import with_missed

_CELL_MARGIN_PX = 12
_RULE_PX = 8
_INK_LEVEL = 170
_LEAST_CELL_INK_PX = 12


def without_cells(image: Image, tables: Sequence[Table]) -> Image:
    """Give the image with all cells left white.

    Cells, not whole tables: where a rule is too faint for a cell to close, its text is read with the page.
    """
    if not tables:
        return image
    rest = image.copy()
    for cell in (cell.box for table in tables for cell in table.cells):
        top, left = max(0, round(cell.top) - _RULE_PX), max(0, round(cell.left) - _RULE_PX)
        rest[top : round(cell.bottom) + _RULE_PX, left : round(cell.right) + _RULE_PX] = 255
    return rest


def read_cells(image: Image, tables: Sequence[Table], dpi: float, engine: Engine) -> list[list[Line]]:
    """Give the lines of each table; a cell is a block, numbered by its place in the table.

    Raise ToolFailedError when reading fails.
    """
    return [_read_table(image, table, number, dpi, engine) for number, table in enumerate(tables)]


def in_cells(
    missed: Sequence[Line], tables: Sequence[Table], cells: Sequence[Sequence[Line]]
) -> tuple[list[Line], list[list[Line]]]:
    """Give the lines that stand in no cell, and the lines of each table with those that stand in its cells."""
    outside: list[Line] = []
    inside: dict[tuple[int, int], list[Line]] = {}
    for line in missed:
        home = _home(line, tables)
        if home is None:
            outside.append(line)
        else:
            inside.setdefault(home, []).append(_placed(line, tables, *home))
    filled = [list(lines) for lines in cells]
    for (number, block), added in inside.items():
        own = [line for line in filled[number] if line[0].block == block]
        rest = [line for line in filled[number] if line[0].block != block]
        joined = sorted(with_missed(own, added), key=lambda line: bounds(line).top)
        filled[number] = sorted([*rest, *joined], key=lambda line: line[0].block)
    return outside, filled


def _read_table(image: Image, table: Table, number: int, dpi: float, engine: Engine) -> list[Line]:
    inked = [(block, cell) for block, cell in enumerate(table.cells) if _has_ink(image, cell.box)]
    crops = [cut_out(image, cell.box, 0, _CELL_MARGIN_PX) for _, cell in inked]
    lines = []
    for (block, cell), words in zip(inked, engine.read(crops, dpi, Layout.BLOCK), strict=True):
        left, top = int(cell.box.left) - _CELL_MARGIN_PX, int(cell.box.top) - _CELL_MARGIN_PX
        placed = [moved(line, left, top, block) for line in lines_of(words)]
        lines += [[replace(word, cell=(number, cell.row, cell.column)) for word in line] for line in placed]
    return lines


def _has_ink(image: Image, cell: Box) -> bool:
    inner = image[round(cell.top) + 2 : round(cell.bottom) - 2, round(cell.left) + 2 : round(cell.right) - 2]
    return int(np.count_nonzero(inner < _INK_LEVEL)) >= _LEAST_CELL_INK_PX


def _home(line: Line, tables: Sequence[Table]) -> tuple[int, int] | None:
    """Give table and cell in which the middle of a line stands."""
    box = bounds(line)
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    for number, table in enumerate(tables):
        for block, cell in enumerate(table.cells):
            if cell.box.left <= x <= cell.box.right and cell.box.top <= y <= cell.box.bottom:
                return number, block
    return None


def _placed(line: Line, tables: Sequence[Table], number: int, block: int) -> Line:
    cell = tables[number].cells[block]
    return [replace(word, block=block, cell=(number, cell.row, cell.column)) for word in line]
