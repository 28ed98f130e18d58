"""Finds text the engine's layout left unread, often beside a seal, and reads it line by line.

The lines come from a detector that knows nothing of the engine's layout. Dark lines are read turned to black on white.
"""

from collections.abc import Sequence
from dataclasses import replace

from ocr.engines import Engine, EngineWord, Layout
from ocr.images import Image
from ocr.layout_lines import Coverage, stands_in
from ocr.model import Box, Word
from ocr.recognize_lines import Line, bounds, cut_out, line_sureness, lines_of, moved, sureness, upright_ink
from ocr.second import LineReader
from ocr.second.weigh import weigh_lines

_PAD_PX = 8
_MARGIN_PX = 8
_LEAST_WORD = 0.5
_LEAST_LINE = 0.75
_SURE_NUMBER = 0.9
_LEAST_LETTERS = 3
_MOST_LINES = 40
_MOST_SCRAP_SHARE = 0.5
_NEAR = 2.0
"""A missed piece joins the line beside it across a gap of so many heights."""


def read_missed(
    image: Image,
    coverage: Sequence[Coverage],
    dpi: float,
    engine: Engine,
    reader: LineReader | None = None,
    *,
    whole: bool = False,
) -> list[Line]:
    """Give the words that stand on bare stretches of found lines, line by line, as far as they read well.

    `reader`: a second recognizer, which is asked before a word is judged. `whole`: only lines all of whose words read
    well. Raise ToolFailedError when reading fails.
    """
    wanted = sorted((each for each in coverage if each.bare), key=lambda each: -each.bare_width)[:_MOST_LINES]
    crops = [upright_ink(cut_out(image, each.line.box, _PAD_PX, _MARGIN_PX), _MARGIN_PX) for each in wanted]
    missed = []
    reach = _PAD_PX + _MARGIN_PX
    found = []
    for each, words in zip(wanted, _read(crops, dpi, engine), strict=True):
        left, top = int(each.line.box.left) - reach, int(each.line.box.top) - reach
        line = [word for part in lines_of(words) for word in moved(part, left, top, block=-1)]
        found.append([word for word in line if _is_bare(word, each)])
    for bare in weigh_lines(image, found, reader) if reader else found:
        good = [word for word in bare if _is_word(word)]
        if _is_good(good) and not (whole and len(good) < len(bare)):
            missed.append(good)
    return missed


def believed(lines: Sequence[Line]) -> list[Word]:
    """Give the words of all runs between wide gaps in which the engine believes at least one word.

    What it made nothing of is no reading of its ink: scraps of a seal may span a clean line beside it.
    """
    return [word for line in lines for run in _runs(line) if not all(map(_is_scrap, run)) for word in run]


def with_missed(lines: Sequence[Line], missed: Sequence[Line]) -> list[Line]:
    """Give the lines with what was missed: in its place in the line it belongs to, or as a line of its own.

    Scraps on whose ink a missed line was read after all give way to it.
    """
    better = [word for line in missed for word in line]
    kept = [[word for run in _runs(line) for word in _not_under(run, better)] for line in lines]
    joined = [line for line in kept if line]
    for piece in missed:
        home = next((line for line in joined if _continues(piece, line)), None)
        if home is None:
            joined.append(list(piece))
        else:
            home += [replace(word, block=home[0].block) for word in piece]
            home.sort(key=lambda word: word.box.left)
    return joined


def _read(crops: Sequence[Image], dpi: float, engine: Engine) -> list[list[EngineWord]]:
    readings = [*engine.read(crops, dpi, Layout.LINE)]
    # Tesseract's layout can find nothing even in a clean line; read as raw ink it is read after all.
    silent = [number for number, words in enumerate(readings) if not words]
    raw = engine.read([crops[number] for number in silent], dpi, Layout.RAW_LINE)
    for number, words in zip(silent, raw, strict=True):
        readings[number] = words
    return readings


def _is_word(word: Word) -> bool:
    return sureness(word) > _LEAST_WORD and any(ch.isalnum() for ch in word.text)


def _is_bare(word: Word, coverage: Coverage) -> bool:
    """Say whether a word stands mostly where no word was read."""
    bare = sum(max(0.0, min(word.box.right, right) - max(word.box.left, left)) for left, right in coverage.bare)
    return bare > 0.5 * word.box.width


def _is_good(line: Line) -> bool:
    """Say whether a line reads well enough: as letters of some length, or as a number alone, of which more is asked."""
    text = "".join(word.text for word in line)
    if len(text) >= _LEAST_LETTERS:
        return line_sureness(line) >= _LEAST_LINE
    return text.strip(".").isdigit() and line_sureness(line) >= _SURE_NUMBER


def _runs(line: Line) -> list[Line]:
    """Give the runs of a line between wide gaps, as two columns leave them."""
    runs: list[Line] = []
    for word in sorted(line, key=lambda word: word.box.left):
        if runs and word.box.left - runs[-1][-1].box.right < _NEAR * max(word.box.height, 1.0):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _is_scrap(word: Word) -> bool:
    """Say whether neither the engine alone nor both readings together make a word of it."""
    return max(word.confidence, sureness(word)) < _LEAST_WORD


def _not_under(run: Line, words: Line) -> Line:
    """Give the words of a run, but for scraps that other words stand on."""
    scraps = all(map(_is_scrap, run))
    return [word for word in run if not (scraps and _is_under(word.box, words))]


def _is_under(box: Box, words: Line) -> bool:
    covered = 0.0
    for word in words:
        wide = min(box.right, word.box.right) - max(box.left, word.box.left)
        high = min(box.bottom, word.box.bottom) - max(box.top, word.box.top)
        covered += max(0.0, wide) * max(0.0, high)
    return covered >= _MOST_SCRAP_SHARE * max(1.0, box.width * box.height)


def _continues(piece: Line, line: Line) -> bool:
    """Say whether a piece belongs to a line: on its level, and beside one of its words or between them."""
    box, whole = bounds(piece), bounds(line)
    gap = max(whole.left - box.right, box.left - whole.right, 0.0)
    near = any(max(word.box.left - box.right, box.left - word.box.right) <= _NEAR * word.box.height for word in line)
    return gap <= _NEAR * max(whole.height, 1.0) and near and stands_in(box, _level(line, box))


def _level(line: Line, box: Box) -> Box:
    """Give the band of a line where a box stands: as high as the nearest word, as wide as both."""
    nearest = min(line, key=lambda word: max(word.box.left - box.right, box.left - word.box.right))
    return Box(min(nearest.box.left, box.left), nearest.box.top, max(nearest.box.right, box.right), nearest.box.bottom)
