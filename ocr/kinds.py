"""Which words are stamps or handwriting: judged from the ink, so that no field is taken from them as print.

Three looks, all cheap. Framed stamps ("ĐẾN Giờ … Ngày …") are found by their frame. Figures in the two blanks of a
heading (after `Số:`, and in `ngày … tháng … năm …`) must prove to be print, see ocr/kinds_blanks.py. What the engine
made of a seal, a signature or a note in the margin is told by its hopeless confidence and its place on large ink.
Body text is left alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.images import Image, image_of
from ocr.kinds_blanks import handwritten_figures
from ocr.model import Box, Word, WordKind
from ocr.prepare_light import flatten

FRAME_AREA_SHARE = (0.10, 0.36)
FRAME_HEIGHT_SHARE = (0.025, 0.13)
RULE_PERCENT = 75
"""In so many columns of a frame its rule is the outermost ink; in the others a line of print may touch it."""
_SHRINK = 3
HOPELESS = 0.50
"""Below this, a whole line of words is no print."""


def mark_kinds(grey: Image, words: Sequence[Word]) -> tuple[Word, ...]:
    """Give the words of an upright page image with stamps and handwriting marked; all else stays as it is."""
    if not words:
        return ()
    height, width = grey.shape[:2]
    large, frames = _large_ink(grey, words)
    kinds: dict[int, WordKind] = {}
    for position, word in enumerate(words):
        if any(_holds(frame, word) for frame in frames):
            kinds[position] = WordKind.STAMP
    _mark_crumbs(words, large, (width, height), kinds)
    for position in handwritten_figures(grey, words, set(kinds)):
        kinds[position] = WordKind.HANDWRITING
    return tuple(
        replace(word, kind=kinds[position]) if position in kinds else word for position, word in enumerate(words)
    )


def _large_ink(grey: Image, words: Sequence[Word]) -> tuple[list[Box], list[Box]]:
    """Give the boxes of connected ink too large to be text, and of those the frames of stamps."""
    height, width = grey.shape[:2]
    # A third of the resolution is enough for seals, frames and signatures, and costs a ninth.
    small = cv2.resize(grey, (width // _SHRINK, height // _SHRINK), interpolation=cv2.INTER_AREA)
    # Grey paper lies near the cut, and blotches of it would look like large ink.
    small = flatten(image_of(small), step=4)
    level, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    # Thin rules fade when the picture shrinks: the cut lies nearer to the paper than Otsu's.
    ink = (small < max(level, 190)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    usual = median(word.box.height for word in words) / _SHRINK
    wides, highs = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    is_large = (highs >= 2.2 * usual) & (wides >= 1.5 * usual) & (highs <= 0.5 * height / _SHRINK)
    is_large[0] = False
    large, frames = [], []
    for label in np.flatnonzero(is_large).tolist():
        left, top, wide, high, area = stats[label].tolist()
        box = Box(*(_SHRINK * float(edge) for edge in (left, top, left + wide, top + high)))
        large.append(box)
        if _is_frame(box, area, (wide, high), (width, height)):
            frames.append(_within_rules(labels[top : top + high, left : left + wide] == label, box))
    return large, frames


def _within_rules(ink: NDArray[np.bool_], box: Box) -> Box:
    """Give the part of a frame between its upper and lower rule: a line of print that touches it lies outside."""
    columns = ink[:, ink.any(axis=0)]
    first = np.percentile(np.argmax(columns, axis=0), RULE_PERCENT)
    last = np.percentile(np.argmax(columns[::-1], axis=0), RULE_PERCENT)
    return Box(box.left, box.top + _SHRINK * float(first), box.right, box.bottom - _SHRINK * float(last))


def _is_frame(box: Box, area: int, small: tuple[int, int], page: tuple[int, int]) -> bool:
    """Say whether large ink is the frame of a stamp: of its size, hollow, in the upper half of the page."""
    width, height = page
    wide = FRAME_AREA_SHARE[0] * width < box.width < FRAME_AREA_SHARE[1] * width
    high = FRAME_HEIGHT_SHARE[0] * height < box.height < FRAME_HEIGHT_SHARE[1] * height
    hollow = area < 0.45 * small[0] * small[1]
    return wide and high and hollow and box.bottom < 0.5 * height and box.width > 1.1 * box.height


def _holds(frame: Box, word: Word) -> bool:
    """Say whether a word stands inside a frame; one that merely crosses its edge does not."""
    x, y = (word.box.left + word.box.right) / 2, (word.box.top + word.box.bottom) / 2
    inside = frame.left < x < frame.right and frame.top < y < frame.bottom
    overhang = max(frame.left - word.box.left, word.box.right - frame.right, 0.0)
    return inside and overhang < 0.35 * word.box.width


def _mark_crumbs(
    words: Sequence[Word], large: Sequence[Box], page: tuple[int, int], kinds: dict[int, WordKind]
) -> None:
    """Mark lines the engine could not read at all, where they lie on large ink or in the head margin."""
    lines: dict[int, list[int]] = {}
    for position, word in enumerate(words):
        lines.setdefault(word.line, []).append(position)
    first_text = min((w.box.top for w in words if w.confidence > 0.9 and len(w.text) > 2), default=0.0)
    for positions in lines.values():
        letters = sum(len(words[position].text) for position in positions)
        mean = sum(words[position].confidence * len(words[position].text) for position in positions) / letters
        if mean >= HOPELESS or letters > 25:
            continue
        for position in positions:
            word = words[position]
            if position in kinds or word.confidence >= 0.7:
                continue
            under = next((box for box in large if _overlaps(box, word.box)), None)
            if word.box.bottom < first_text and word.box.bottom < 0.1 * page[1]:
                kinds[position] = WordKind.HANDWRITING
            elif under is not None:
                square = 0.6 < under.width / under.height < 1.7
                kinds[position] = WordKind.STAMP if square else WordKind.HANDWRITING


def _overlaps(box: Box, other: Box) -> bool:
    across = min(box.right, other.right) - max(box.left, other.left)
    down = min(box.bottom, other.bottom) - max(box.top, other.top)
    return across > 0.5 * other.width and down > 0.5 * other.height
