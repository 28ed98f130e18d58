"""Notes the ink of letters that no word covers after all reading: a field beside it is incomplete."""

from statistics import median

import cv2
import numpy as np

from ocr.model import Box, Word
from ocr.prepare_lines import LetterInk
from ocr.recognize_lines import Line
from ocr.recognize_missed import believed

_USUAL_HEIGHT_MM = 3.5
_MOST_COVERED = 0.25
_LEAST_LETTER = 0.4
"""A letter is at least so wide, in usual heights of words."""
_HEIGHTS = (0.5, 2.2)
_LEAST_WIDE = 1.2
"""A piece of a line is wider than high, in heights: `Cấu` is."""


def unread_ink(letters: LetterInk, lines: list[Line], taken: list[Box]) -> list[Box]:
    """Find what looks like letters and is covered by no word, joined along the lines, from the top.

    From one small letter up. `letters`: the ink of the image's letters; `taken`: areas looked at otherwise.
    """
    ink, scale = letters.pixels.copy(), 1 / letters.step
    words = believed(lines)
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
        if _HEIGHTS[0] <= high / usual <= _HEIGHTS[1] and wide / usual >= _LEAST_LETTER
    ]
    return [place for place in places if _common(place, words) < _MOST_COVERED]


def pieces(unread: list[Box]) -> list[Box]:
    """Give the unread ink that is as wide as a short word."""
    return [box for box in unread if box.width >= _LEAST_WIDE * box.height]


def _common(place: Box, words: list[Word]) -> float:
    """Give the share of a place that word boxes cover: marks that stick out of read words are not missed text."""
    covered = 0.0
    for word in words:
        wide = min(place.right, word.box.right) - max(place.left, word.box.left)
        high = min(place.bottom, word.box.bottom) - max(place.top, word.box.top)
        covered += max(0.0, wide) * max(0.0, high)
    return covered / (place.width * place.height)
