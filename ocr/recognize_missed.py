"""Finds text the engine's layout left unread, often beside a seal, and reads it line by line."""

from collections.abc import Callable
from statistics import median

import cv2
import numpy as np

from ocr.engines import Engine, Layout
from ocr.images import Image
from ocr.model import Box
from ocr.prepare_lines import LetterInk
from ocr.recognize_lines import Line, bounds, confidence, cut_out, lines_of, moved

_PAD_PX = 8
_MARGIN_PX = 8
_USUAL_HEIGHT_MM = 3.5
_LEAST_WORD = 0.5
_LEAST_LINE = 0.75
_LEAST_LETTERS = 3
_MOST_LINES = 40
_MOST_COVERED = 0.25
_LEAST_SHARE = 0.5
_LEAST_WIDE = 1.2
"""A piece of a line is wider than high, in heights: `Cấu` is."""
_LEAST_LETTER = 0.4
"""A letter is at least so wide, in usual heights of words."""
_WIDE_GAP = 2.0


def read_missed(
    image: Image, letters: LetterInk, lines: list[Line], taken: list[Box], dpi: float, engine: Engine
) -> list[Line]:
    """Give the lines of text that stand on ink no word covers, as far as they read well.

    `letters`: the ink of the image's letters; `taken`: areas already looked at otherwise (cells of tables).
    Raise ToolFailedError when reading fails.
    """
    places = uncovered(letters, lines, taken)[:_MOST_LINES]
    crops = [cut_out(image, place, _PAD_PX, _MARGIN_PX) for place in places]
    readings = engine.read(crops, dpi, Layout.LINE)
    # Tesseract's layout can find nothing even in a clean line; read as raw ink it is read after all.
    silent = [number for number, words in enumerate(readings) if not words]
    raw = engine.read([crops[number] for number in silent], dpi, Layout.RAW_LINE)
    readings = [*readings]
    for number, words in zip(silent, raw, strict=True):
        readings[number] = words
    missed = []
    reach = _PAD_PX + _MARGIN_PX
    for place, words in zip(places, readings, strict=True):
        line = [word for part in lines_of(words) for word in part if _is_word(word.text, word.confidence)]
        if sum(len(word.text) for word in line) >= _LEAST_LETTERS and confidence(line) >= _LEAST_LINE:
            missed.append(moved(line, int(place.left) - reach, int(place.top) - reach, block=-1))
    return missed


def uncovered(letters: LetterInk, lines: list[Line], taken: list[Box]) -> list[Box]:
    """Find pieces of text lines outside all words, from the top: as high as letters, as wide as a short word."""

    def is_piece(wide: float, high: float) -> bool:
        return 0.6 <= high <= 2.2 and wide >= _LEAST_WIDE * max(1.0, high)

    return _loose_ink(letters, lines, taken, is_piece)


def unread_ink(letters: LetterInk, lines: list[Line], taken: list[Box]) -> list[Box]:
    """Find what looks like letters and is covered by no word, after all reading: from one small letter up."""

    def is_letter(wide: float, high: float) -> bool:
        return 0.5 <= high <= 2.2 and wide >= _LEAST_LETTER

    return _loose_ink(letters, lines, taken, is_letter)


def _loose_ink(
    letters: LetterInk, lines: list[Line], taken: list[Box], is_wanted: Callable[[float, float], bool]
) -> list[Box]:
    """Give the ink outside all words, joined along the lines, from the top, of a wanted width and height.

    Widths and heights are told in usual heights of words.
    """
    ink, scale = letters.pixels.copy(), 1 / letters.step
    # What the engine made nothing of is no reading of its ink: scraps of a seal may span a clean line beside it.
    words = [word for line in lines for part in _runs(line) if not _is_scrap(part) for word in part]
    for box in [*(word.box for word in words), *taken]:
        top, bottom = max(0, int(box.top * scale) - 2), int(box.bottom * scale) + 3
        ink[top:bottom, max(0, int(box.left * scale) - 2) : int(box.right * scale) + 3] = 0
    heights = [word.box.height for word in words if word.confidence > 0.8]
    usual = median(heights) * scale if heights else _USUAL_HEIGHT_MM * letters.dpi / 25.4
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, int(usual * 1.3) | 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    places = [
        Box(left / scale, top / scale, (left + wide) / scale, (top + high) / scale)
        for left, top, wide, high, _ in stats[1:].tolist()
        if is_wanted(wide / usual, high / usual)
    ]
    return [place for place in places if _common(place, words) < _MOST_COVERED]


def _common(place: Box, words: Line) -> float:
    """Give the share of a place that word boxes cover: marks that stick out of read words are not missed text."""
    covered = 0.0
    for word in words:
        wide = min(place.right, word.box.right) - max(place.left, word.box.left)
        high = min(place.bottom, word.box.bottom) - max(place.top, word.box.top)
        covered += max(0.0, wide) * max(0.0, high)
    return covered / (place.width * place.height)


def outdone(lines: list[Line], missed: list[Line]) -> list[Line]:
    """Give the lines without the scraps on whose ink a missed line was read after all."""
    better = [word for line in missed for word in line]
    kept = (
        [word for run in _runs(line) if not (_is_scrap(run) and _is_under(run, better)) for word in run]
        for line in lines
    )
    return [line for line in kept if line]


def _runs(line: Line) -> list[Line]:
    """Give the runs of a line between wide gaps, as two columns leave them."""
    runs: list[Line] = []
    for word in sorted(line, key=lambda word: word.box.left):
        if runs and word.box.left - runs[-1][-1].box.right < _WIDE_GAP * max(word.box.height, 1.0):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _is_scrap(run: Line) -> bool:
    """Say whether the engine believes in no word of a run."""
    return all(word.confidence < _LEAST_WORD for word in run)


def _is_under(run: Line, words: Line) -> bool:
    box = bounds(run)
    return bool(box.width and box.height) and _common(box, words) >= _LEAST_SHARE


def _is_word(text: str, sureness: float) -> bool:
    return sureness > _LEAST_WORD and any(ch.isalnum() for ch in text)
