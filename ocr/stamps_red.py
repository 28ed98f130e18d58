"""Red ink at the head of a page, drawn as black writing: marks that touch each other, and marks of a nearly dry pad.

Cutting frames out one by one misses both: two frames that cross are one piece of ink, and a faint one is none at all.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from ocr.images import Image, image_of
from ocr.stamps_writing import Writing, cut, pieces_of, shrunk, writing

_TINT = 7
"""Redder than the paper by so much of the red-difference chroma is ink; compression alone moves it by about 3."""
_INK = 9
_FULL = 75
"""The percentile of a piece's redness that is drawn black: letters of a faint mark come out as dark as others."""
_STRONG = 97
_FAINT = 0.55
"""Ink of less than this share of a piece's strongest is of another mark, if there is much of it."""
_MUCH = 0.4
_EDGE_PX = 5


def red_writing(colour: Image, dpi: float) -> Iterator[Writing]:
    """Give the pieces of red ink of a mark's size in a colour image, from the left."""
    red = _redness(colour)
    ink = cv2.morphologyEx((shrunk(red) > _TINT).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    for box in pieces_of(image_of(ink), dpi):
        yield writing(box, _drawings(cut(red, box)), dpi)


def _redness(colour: Image) -> Image:
    chroma = cv2.extractChannel(cv2.cvtColor(colour, cv2.COLOR_BGR2YCrCb), 1)
    paper = int(np.median(chroma[::8, ::8]))
    return image_of(cv2.GaussianBlur(cv2.subtract(chroma, np.full_like(chroma, paper)), (3, 3), 0))


def _drawings(part: Image) -> Iterator[Image]:
    """Give a piece shaded by its redness, as plain ink, and, where a faint mark touches a strong one, that alone."""
    inked = part[part > _TINT]
    if not inked.size:
        return
    yield _shaded(part, max(float(_INK), float(np.percentile(inked, _FULL))))
    yield image_of(np.where(part > _INK, 0, 255).astype(np.uint8))
    strong = (part >= _FAINT * float(np.percentile(inked, _STRONG))).astype(np.uint8)
    faint = np.where(cv2.dilate(strong, np.ones((_EDGE_PX, _EDGE_PX), np.uint8)) > 0, 0, part)
    left = faint[faint > _TINT]
    if left.size > _MUCH * int(strong.sum()):
        yield _shaded(image_of(faint), max(float(_TINT), float(np.percentile(left, _FULL))))


def _shaded(part: Image, full: float) -> Image:
    return image_of(255 - np.clip(part.astype(np.float32) * (255 / full), 0, 255))
