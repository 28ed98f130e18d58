"""Red ink at the head of a page, drawn as black writing: marks that touch each other, and marks of a nearly dry pad.

Cutting frames out one by one misses both: two frames that cross are one piece of ink, and a faint one is none at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.images import Image, image_of
from ocr.model import Box

LENGTH_MM = (10.0, 90.0)
HEIGHT_MM = (4.0, 45.0)
"""One mark, or several that touch; a round seal or a larger stamp is no mark."""
MARGIN_PX = 300
"""The line detector takes letters for lines where they fill an image; on a page they are small."""
READ_DPI = 300.0
_TINT = 7
"""Redder than the paper by so much of the red-difference chroma is ink; compression alone moves it by about 3."""
_INK = 9
_REACH_MM = 2.5
_SHRINK = 3
_FULL = 75
"""The percentile of a piece's redness that is drawn black: letters of a faint mark come out as dark as others."""


@dataclass(frozen=True, slots=True)
class RedWriting:
    """One piece of red ink: where it stands, and its drawings in black on white at `READ_DPI` within a margin."""

    box: Box
    zoom: float
    drawings: tuple[Image, ...]


def red_writing(colour: Image, dpi: float) -> Iterator[RedWriting]:
    """Give the pieces of red ink of a mark's size in a colour image, from the left."""
    red = _redness(colour)
    mm = dpi / 25.4 / _SHRINK
    for left, top, wide, high in _pieces(red, mm):
        if not (LENGTH_MM[0] * mm <= wide <= LENGTH_MM[1] * mm and HEIGHT_MM[0] * mm <= high <= HEIGHT_MM[1] * mm):
            continue
        box = Box(*(float(edge * _SHRINK) for edge in (left, top, left + wide, top + high)))
        part = image_of(red[int(box.top) : int(box.bottom), int(box.left) : int(box.right)])
        zoom = READ_DPI / dpi
        yield RedWriting(box, zoom, tuple(_drawn(drawing, zoom) for drawing in _drawings(part)))


def _redness(colour: Image) -> Image:
    chroma = cv2.extractChannel(cv2.cvtColor(colour, cv2.COLOR_BGR2YCrCb), 1)
    paper = int(np.median(chroma[::8, ::8]))
    return image_of(cv2.GaussianBlur(cv2.subtract(chroma, np.full_like(chroma, paper)), (3, 3), 0))


def _pieces(red: Image, mm: float) -> list[tuple[int, int, int, int]]:
    size = red.shape[1] // _SHRINK, red.shape[0] // _SHRINK
    small = cv2.resize(red, size, interpolation=cv2.INTER_AREA)
    ink = cv2.morphologyEx((small > _TINT).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    reach = max(3, round(_REACH_MM * mm)) | 1
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    return sorted((left, top, wide, high) for left, top, wide, high, _ in stats[1:].tolist())


def _drawings(part: Image) -> Iterator[Image]:
    """Give a piece shaded by its redness, and as plain ink, where a faint mark beside a strong one still shows."""
    inked = part[part > _TINT]
    if inked.size:
        full = max(float(_INK), float(np.percentile(inked, _FULL)))
        yield image_of(255 - np.clip(part.astype(np.float32) * (255 / full), 0, 255).astype(np.uint8))
        yield image_of(np.where(part > _INK, 0, 255).astype(np.uint8))


def _drawn(part: Image, zoom: float) -> Image:
    large = cv2.resize(part, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    return image_of(
        cv2.copyMakeBorder(large, *(MARGIN_PX,) * 4, cv2.BORDER_CONSTANT, value=(255,)),
    )
