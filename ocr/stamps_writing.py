"""Pieces of a stamp's ink at the head of a page, drawn as black writing to be read."""

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
SHRINK = 3
REACH_MM = 2.5


@dataclass(frozen=True, slots=True)
class Writing:
    """One piece of ink: where it stands, and its drawings in black on white at `READ_DPI` within a margin."""

    box: Box
    zoom: float
    drawings: tuple[Image, ...]


def shrunk(image: Image) -> Image:
    """Give an image at a `SHRINK`-th of its size."""
    size = max(1, image.shape[1] // SHRINK), max(1, image.shape[0] // SHRINK)
    return image_of(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def pieces_of(small: Image, dpi: float, reach_mm: float = REACH_MM) -> Iterator[Box]:
    """Give where pieces of a mark's size stand, from the left; strokes within reach of each other are one piece.

    `small`: ink as 1 on 0, shrunk; `dpi` and the boxes are those of the page.
    """
    mm = dpi / 25.4 / SHRINK
    reach = max(3, round(reach_mm * mm)) | 1
    joined = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    for left, top, wide, high, _ in sorted(stats[1:].tolist()):
        if LENGTH_MM[0] * mm <= wide <= LENGTH_MM[1] * mm and HEIGHT_MM[0] * mm <= high <= HEIGHT_MM[1] * mm:
            yield Box(*(float(edge * SHRINK) for edge in (left, top, left + wide, top + high)))


def cut(image: Image, box: Box) -> Image:
    """Give the part of an image that stands in a box."""
    return image_of(image[int(box.top) : int(box.bottom), int(box.left) : int(box.right)])


def writing(box: Box, drawings: Iterator[Image], dpi: float) -> Writing:
    """Give a piece with its drawings at the resolution they are read at, each within a margin."""
    zoom = READ_DPI / dpi
    return Writing(box, zoom, tuple(_drawn(drawing, zoom) for drawing in drawings))


def _drawn(part: Image, zoom: float) -> Image:
    large = cv2.resize(part, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    return image_of(
        cv2.copyMakeBorder(large, *(MARGIN_PX,) * 4, cv2.BORDER_CONSTANT, value=(255,)),
    )
