"""Pale ink at the head of a page, drawn as black writing: marks of a nearly dry pad where the scan has no colour.

Print is dark and its strokes are thin, those of a stamp are broad: what is neither paper nor print and as broad as a
stamp's stroke is looked at. Edges of letters are as pale, but narrower.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.images import Image, image_of
from ocr.prepare_light import flatten
from ocr.stamps_dotted import is_two_toned
from ocr.stamps_writing import SHRINK, Writing, cut, pieces_of, shrunk, writing

_LEAST_DEPTH = 10
"""So many grey levels below the paper is ink; grain and blotches of worn paper are less."""
_PALE = 0.62
"""Ink of less than this share of the print's depth is no print."""
_STROKE_MM = 0.5
_LARGE_MM = 2.5
_PRINT = 95
_LEAST_PRINT = 60
_FULL = 75
_EDGE_MM = 0.25
"""What lies so near to print is its edge."""
_INKED = 60
_LEAST_SHARE = 0.5
"""Where there is less pale ink than so much of the print, it is print's own."""


def pale_writing(grey: Image, dpi: float) -> Iterator[Writing]:
    """Give the pieces of pale ink of a mark's size in a grey image, from the left; none on a scan in two tones."""
    if is_two_toned(grey):
        return
    depth = image_of(255 - flatten(grey))
    printed = depth[::2, ::2][depth[::2, ::2] > _LEAST_PRINT]
    if not printed.size:
        return
    print_ink = image_of((depth >= _PALE * float(np.percentile(printed, _PRINT))).astype(np.uint8))
    near_print = _around(print_ink, dpi)
    pale = ((depth > _LEAST_DEPTH) & (near_print == 0)).astype(np.uint8)
    broad = image_of(cv2.morphologyEx(pale, cv2.MORPH_OPEN, _square(_STROKE_MM, dpi)))
    inked = shrunk(image_of(broad * np.uint8(255))) > _INKED
    for box in pieces_of(image_of((inked & ~_large(depth, dpi)).astype(np.uint8)), dpi):
        ink, shades, edges = cut(broad, box), cut(depth, box), cut(near_print, box)
        if int(ink.sum()) >= _LEAST_SHARE * int(cut(print_ink, box).sum()):
            full = float(np.percentile(shades[ink > 0], _FULL))
            apart = image_of(np.where(edges > 0, 0, shades))
            yield writing(box, iter([_shaded(apart, full), _shaded(shades, full)]), dpi)


def _shaded(depth: Image, full: float) -> Image:
    return image_of(255 - np.clip(depth.astype(np.float32) * (255 / max(1.0, full)), 0, 255))


def _around(print_ink: Image, dpi: float) -> Image:
    edge = 2 * max(1, round(_EDGE_MM * dpi / 25.4)) + 1
    return image_of(cv2.dilate(print_ink, np.ones((edge, edge), np.uint8)))


def _square(side_mm: float, dpi: float) -> Image:
    side = max(2, round(side_mm * dpi / 25.4))
    return np.ones((side, side), np.uint8)


def _large(depth: Image, dpi: float) -> NDArray[np.bool_]:
    """Say where ink is broader than a stamp's stroke, as in watermarks, shadows and coloured fields; shrunk."""
    reach = max(2, round(_LARGE_MM * dpi / 25.4 / SHRINK))
    core = cv2.erode((shrunk(depth) > _LEAST_DEPTH).astype(np.uint8), np.ones((reach, reach), np.uint8))
    return np.asarray(cv2.dilate(core, np.ones((2 * reach, 2 * reach), np.uint8)) > 0)
