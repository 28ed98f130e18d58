"""Reads one prepared image: found lines, table cells, ink that is left; a second opinion on each word; then order.

The engine reads each piece of ink once; only ink that no word covers is looked at again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from ocr.engines import Engine, Layout
from ocr.engines.detector import FoundLine, find_lines
from ocr.images import Image
from ocr.label_words import apart_from_label
from ocr.layout_alarm import LayoutCheck, check_layout
from ocr.layout_lines import covered, is_on_line
from ocr.layout_order import in_reading_order
from ocr.layout_tables import find_tables
from ocr.levers import ALL, Levers
from ocr.model import Box, Word
from ocr.prepare_lines import letter_ink
from ocr.recognize_cells import in_cells, read_cells, without_cells
from ocr.recognize_found import read_found
from ocr.recognize_lines import Line, line_sureness, lines_of, sureness
from ocr.recognize_missed import believed, read_missed, with_missed
from ocr.second.weigh import weigh_lines
from ocr.unread import pieces, unread_ink

_SURE = 0.6
_WEAK = 0.8
_HOPELESS = 0.5
_DASHES = frozenset("-–")
_DASH_SHAPE = 2.0


@dataclass(frozen=True, slots=True)
class ImageReading:
    """The words of an image in reading order, and the ink of letters that none of them covers; both in its pixels.

    `check`: how far words and independently found lines agree.
    """

    words: tuple[Word, ...]
    unread: tuple[Box, ...]
    check: LayoutCheck


def read_image(image: Image, dpi: float, engine: Engine, levers: Levers = ALL) -> ImageReading:
    """Read a prepared image. Raise ToolFailedError when reading fails."""
    lines = find_lines(image)
    tables = find_tables(image, dpi, lines) if levers.tables else []
    taken = [cell.box for table in tables for cell in table.cells]
    cells = read_cells(image, tables, dpi, engine)
    rest = without_cells(image, tables)
    body = read_found(rest, lines, dpi, engine) if levers.found_lines else []
    if not body:
        body = lines_of(engine.read([rest], dpi, Layout.PAGE)[0])
    letters = letter_ink(image, dpi)
    reader = engine.second if levers.second_opinion else None
    if levers.missed_lines:
        # Found lines first. Where one reads only in part, as beside a seal, its ink is tried piece by piece.
        for found, whole in ((lines, True), (None, True), (lines, False)):
            read = [*body, *chain.from_iterable(cells)]
            wanted = found or [FoundLine(box, 1.0) for box in pieces(unread_ink(letters, read, taken))]
            missed = read_missed(image, covered(wanted, believed(read)), dpi, engine, reader, whole=whole)
            outside, cells = in_cells(missed, tables, cells)
            body = with_missed(body, outside)
    parts = [body, *cells]
    if levers.junk:
        parts = [without_junk(part, lines) for part in parts]
    parts = [[_apart(line) for line in part] for part in parts]
    if reader:
        weighed = iter(weigh_lines(image, list(chain.from_iterable(parts)), reader))
        parts = [[next(weighed) for _ in part] for part in parts]
    body, *cells = parts
    everything = [*body, *chain.from_iterable(cells)]
    unread = unread_ink(letters, everything, taken)
    words = in_reading_order(body, [(table.box, part) for table, part in zip(tables, cells, strict=True)])
    return ImageReading(tuple(words), tuple(unread), check_layout(lines, believed(everything)))


def without_junk(lines: list[Line], found: Sequence[FoundLine] | None = None) -> list[Line]:
    """Give the lines without crumbs of seals, rules and dust: hopeless lines, and lone marks no one can be sure of.

    `found`: the lines the detector found; a weak or tiny word that stands in none of them is no text either.
    """
    kept = ([word for word in line if not _is_crumb(word, found)] for line in lines if not _is_hopeless(line))
    return [line for line in kept if line]


def _apart(line: Line) -> Line:
    return [piece for word in line for piece in apart_from_label(word)]


def _is_hopeless(line: Line) -> bool:
    return line_sureness(line) < _HOPELESS and not any(sureness(word) >= _SURE and _is_text(word) for word in line)


def _is_crumb(word: Word, found: Sequence[FoundLine] | None) -> bool:
    if sureness(word) < _SURE and not _is_text(word) and not _is_dash(word):
        return True
    weak = sureness(word) < _WEAK or len(word.text) == 1
    return found is not None and weak and not is_on_line(word, found)


def _is_text(word: Word) -> bool:
    return any(ch.isalnum() for ch in word.text)


def _is_dash(word: Word) -> bool:
    """Say whether a word is a dash that looks like one; the engine is seldom sure of it. Dust is as high as wide."""
    return word.text in _DASHES and word.box.width >= _DASH_SHAPE * word.box.height
