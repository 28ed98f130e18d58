"""Lines of words on an image: made from an engine's words, moved, cut out."""

from dataclasses import replace
from statistics import median

import cv2
import numpy as np

from ocr.engines import EngineWord
from ocr.images import Image, image_of
from ocr.model import Box, Word

Line = list[Word]
_LOOKALIKES = str.maketrans("Ðð", "Đđ")
"""The engine sometimes gives the Icelandic letter for the Vietnamese one."""


def lines_of(words: list[EngineWord]) -> list[Line]:
    """Give an engine's words line by line."""
    lines: dict[int, Line] = {}
    for word in words:
        box = Box(word.left, word.top, word.right, word.bottom)
        text = word.text.translate(_LOOKALIKES)
        lines.setdefault(word.line, []).append(Word(text, word.confidence, box, word.block, word.line))
    return list(lines.values())


def moved(line: Line, left: float, top: float, block: int, zoom: float = 1.0) -> Line:
    """Give a line read from a cut-out where it stands on the image: the cut-out's zoom undone, then its place added."""
    return [
        replace(
            word,
            block=block,
            box=Box(
                word.box.left / zoom + left,
                word.box.top / zoom + top,
                word.box.right / zoom + left,
                word.box.bottom / zoom + top,
            ),
        )
        for word in line
    ]


def sureness(word: Word) -> float:
    """Give the chance that a word is right where two readings told it, else the engine's confidence."""
    return word.confidence if word.probability is None else word.probability


def line_sureness(line: Line) -> float:
    """Give how sure a line's words are on average, weighted by their length; 0 for none."""
    letters = sum(len(word.text) for word in line)
    return sum(sureness(word) * len(word.text) for word in line) / letters if letters else 0.0


def bounds(line: Line) -> Box:
    """Give the box around a line."""
    boxes = [word.box for word in line]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def band(line: Line) -> Box:
    """Give a line's box with the usual top and bottom of its words, which one crumb of a seal does not stretch."""
    box = bounds(line)
    return Box(
        box.left,
        median(word.box.top for word in line),
        box.right,
        median(word.box.bottom for word in line),
    )


def cut_out(image: Image, box: Box, pad: int, margin: int) -> Image:
    """Cut a box out of an image, `pad` pixels wider on each side, within a white margin.

    The cut-out's origin stands at `int(box.left) - pad - margin`, `int(box.top) - pad - margin` of the image,
    also where the pad reaches over the image's edge.
    """
    height, width = image.shape
    left, top = int(box.left) - pad, int(box.top) - pad
    right, bottom = int(box.right) + pad, int(box.bottom) + pad
    part = image[max(0, top) : max(0, min(height, bottom)), max(0, left) : max(0, min(width, right))]
    if not part.size:
        part = image[:1, :1] * 0 + 255
    above, below = max(0, -top) + margin, max(0, bottom - height) + margin
    before, after = max(0, -left) + margin, max(0, right - width) + margin
    return image_of(cv2.copyMakeBorder(part, above, below, before, after, cv2.BORDER_CONSTANT, value=255.0))


def upright_ink(crop: Image, margin: int) -> Image:
    """Give a cut-out line with dark letters on light ground, whichever way it was; `margin`: that of the cut-out."""
    inner = crop[margin:-margin, margin:-margin]
    if not inner.size:
        return crop
    low, middle, high = np.percentile(inner, (2, 50, 98))
    if high - middle <= 2 * (middle - low) + 8:
        return crop
    return image_of(
        cv2.copyMakeBorder(255 - inner, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=float(255 - middle))
    )
