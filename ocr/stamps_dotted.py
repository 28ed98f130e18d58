"""Finds stamps of which a scan in two tones left only scattered dots: a person sees the frame, few are read.

Pale ink lies near the level at which the scanner tells black from white, so grain alone decides where a dot stands.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from ocr.images import Image, image_of
from ocr.model import Box
from ocr.stamps_writing import Writing, cut, pieces_of, shrunk, writing

_DOT_MM = 0.2
"""Ink that is solid over more than this is print, not dots."""
_EDGE_MM = 0.25
"""Dots so near to print are its rough edge."""
_CLOSE_MM = 0.6
_LEAST_CLOSE = 2.0
_OVER_DUST = 5.0
"""Dots of ink stand closer than dust does all over the page, by so many of its standard deviations."""
_REACH_MM = 6.0
_LENGTH_MM, _HEIGHT_MM = (20.0, 75.0), (8.0, 30.0)
"""Dust gathers in patches too, most of them smaller than what is left of a mark."""
_LEAST_SHARE = 0.5
"""Where dots have less ink than so much of the print they are its own."""
_SPREAD_MM = 0.2
_FULL = 75


def dotted_traces(bits: Image, dpi: float) -> tuple[Box, ...]:
    """Give where on the head of an upright page dots stand as a mark's ink leaves them; none on a page with shades."""
    if not is_two_toned(bits):
        return ()
    ink = (bits < 128).astype(np.uint8)
    solid, edge = (max(2, round(width * dpi / 25.4)) for width in (_DOT_MM, _EDGE_MM))
    print_ink = image_of(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((solid, solid), np.uint8)))
    near_print = cv2.dilate(print_ink, np.ones((2 * edge + 1, 2 * edge + 1), np.uint8))
    dots = image_of(np.where((ink > 0) & (near_print == 0), 255, 0))
    close = shrunk(image_of(cv2.GaussianBlur(dots, (0, 0), _CLOSE_MM * dpi / 25.4)))
    dense = close > max(_LEAST_CLOSE, float(close.mean() + _OVER_DUST * close.std()))
    found = pieces_of(image_of(dense.astype(np.uint8)), dpi, _REACH_MM)
    return tuple(box for box in found if _is_mark(box, dpi) and _is_apart(cut(dots, box), cut(print_ink, box)))


def dotted_writing(bits: Image, traces: Sequence[Box], dpi: float) -> Iterator[Writing]:
    """Give what stands at traces as it is and with its dots run together: now and then a line of it reads after all."""
    for trace in traces:
        part = cut(bits, trace)
        yield writing(trace, iter([part, _run_together(part, dpi)]), dpi)


def is_two_toned(image: Image) -> bool:
    """Say whether an image has black and white alone."""
    sample = image[::4, ::4]
    return not bool(((sample > 0) & (sample < 255)).any())


def _run_together(part: Image, dpi: float) -> Image:
    dark = cv2.GaussianBlur(image_of(255 - part), (0, 0), _SPREAD_MM * dpi / 25.4).astype(np.float32)
    inked = dark[dark > _LEAST_CLOSE]
    full = float(np.percentile(inked, _FULL)) if inked.size else 255.0
    return image_of(255 - np.clip(dark * (255 / full), 0, 255))


def _is_mark(box: Box, dpi: float) -> bool:
    wide, high = box.width * 25.4 / dpi, box.height * 25.4 / dpi
    return _LENGTH_MM[0] <= wide <= _LENGTH_MM[1] and _HEIGHT_MM[0] <= high <= _HEIGHT_MM[1]


def _is_apart(dots: Image, print_ink: Image) -> bool:
    """Say whether dots stand by themselves, not about print."""
    return bool(np.count_nonzero(dots) >= _LEAST_SHARE * np.count_nonzero(print_ink))
