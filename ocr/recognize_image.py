"""Reads one prepared image: page text, table cells, lines the layout missed, doubtful words once more; then order.

Each piece of ink is read once; only words the engine itself doubts, and ink no word covers, are looked at again.
"""

from dataclasses import dataclass
from itertools import chain

import numpy as np

from ocr.engines import Engine, Layout
from ocr.images import Image
from ocr.layout_order import in_reading_order
from ocr.layout_tables import Table, find_tables
from ocr.levers import ALL, Levers
from ocr.model import Box, Word
from ocr.prepare_lines import letter_ink
from ocr.recognize_doubt import confirm, read_again
from ocr.recognize_lines import Line, confidence, cut_out, lines_of, moved
from ocr.recognize_missed import outdone, read_missed, unread_ink

_CELL_MARGIN_PX = 12
_RULE_PX = 8
_INK_LEVEL = 128
_LEAST_CELL_INK_PX = 12
_SURE = 0.6
_HOPELESS = 0.5


@dataclass(frozen=True, slots=True)
class ImageReading:
    """The words of an image in reading order, and the ink of letters that none of them covers; both in its pixels."""

    words: tuple[Word, ...]
    unread: tuple[Box, ...]


def read_image(image: Image, dpi: float, engine: Engine, levers: Levers = ALL) -> ImageReading:
    """Read a prepared image. Raise ToolFailedError when reading fails."""
    tables = find_tables(image, dpi) if levers.tables else []
    body = lines_of(engine.read([_without(image, tables)], dpi, Layout.PAGE)[0])
    cells = [_read_cells(image, table, dpi, engine) for table in tables]
    taken = [cell for table in tables for cell in table.cells]
    letters = letter_ink(image, dpi)
    missed = []
    if levers.missed_lines:
        missed = read_missed(image, letters, [*body, *chain.from_iterable(cells)], taken, dpi, engine)
    parts = [[*outdone(body, missed), *missed], *cells]
    if levers.junk:
        parts = [without_junk(part) for part in parts]
    settled = read_again(image, list(chain.from_iterable(parts)), dpi, engine)
    read = iter(settled)
    body, *cells = ([next(read) for _ in part] for part in parts)
    # No field stands in the cells of a ruled table.
    body = confirm(image, body, dpi, engine)
    unread = unread_ink(letters, [*body, *chain.from_iterable(cells)], taken)
    words = in_reading_order(body, [(table.box, part) for table, part in zip(tables, cells, strict=True)])
    return ImageReading(tuple(words), tuple(unread))


def without_junk(lines: list[Line]) -> list[Line]:
    """Give the lines without crumbs of seals, rules and dust: hopeless lines, and lone marks no one can be sure of."""
    kept = ([word for word in line if not _is_crumb(word)] for line in lines if not _is_hopeless(line))
    return [line for line in kept if line]


def _is_hopeless(line: Line) -> bool:
    return confidence(line) < _HOPELESS and not any(word.confidence >= _SURE and _is_text(word) for word in line)


def _is_crumb(word: Word) -> bool:
    return word.confidence < _SURE and not _is_text(word)


def _is_text(word: Word) -> bool:
    return any(ch.isalnum() for ch in word.text)


def _without(image: Image, tables: list[Table]) -> Image:
    if not tables:
        return image
    rest = image.copy()
    # Cells, not whole tables: where a rule is too faint for a cell to close, its text is read with the page.
    for cell in (cell for table in tables for cell in table.cells):
        top, left = max(0, round(cell.top) - _RULE_PX), max(0, round(cell.left) - _RULE_PX)
        rest[top : round(cell.bottom) + _RULE_PX, left : round(cell.right) + _RULE_PX] = 255
    return rest


def _read_cells(image: Image, table: Table, dpi: float, engine: Engine) -> list[Line]:
    """Read the cells of a table that bear ink; each cell becomes a block of its own."""
    inked = [cell for cell in table.cells if _has_ink(image, cell)]
    crops = [cut_out(image, cell, 0, _CELL_MARGIN_PX) for cell in inked]
    lines = []
    for number, (cell, words) in enumerate(zip(inked, engine.read(crops, dpi, Layout.BLOCK), strict=True)):
        left, top = int(cell.left) - _CELL_MARGIN_PX, int(cell.top) - _CELL_MARGIN_PX
        lines += [moved(line, left, top, block=number) for line in lines_of(words)]
    return lines


def _has_ink(image: Image, cell: Box) -> bool:
    inner = image[round(cell.top) + 2 : round(cell.bottom) - 2, round(cell.left) + 2 : round(cell.right) - 2]
    return int(np.count_nonzero(inner < _INK_LEVEL)) >= _LEAST_CELL_INK_PX
