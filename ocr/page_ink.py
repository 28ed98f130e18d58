"""Where a page of a PDF has ink, seen coarsely as a viewer shows it: for what is to be put on it beside the ink."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.prepare_light import flatten
from ocr.source.render import sketch_page

_LONGEST_PX = 1000
"""85 dpi on A4: enough to see letters and the dots of a dotted line."""
_CONTRAST = 40
"""How much darker than the paper around it ink is, of 255."""
_DARK_SHARE = 0.6
"""Of the page's paper: what is darker is ink even where all around is as dark, as in a photograph or a black edge."""
_SPECK_PX = 3
"""Ink of so few pixels is dust or grain, unless more lies around it."""
_AROUND_PX = 21
_FEWEST_AROUND = 6


def page_ink(pdf: Path, number: int) -> NDArray[np.bool_]:
    """Give rows by columns over the visible page, from its top left; True where ink is.

    Raise DamagedFileError when the page cannot be drawn, ToolFailedError or ToolMissingError as the drawing does.
    """
    grey = sketch_page(pdf, number, _LONGEST_PX)
    paper = float(np.percentile(grey, 75))
    return _without_specks((flatten(grey, step=2) < 255 - _CONTRAST) | (grey < paper * _DARK_SHARE))


def _without_specks(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Give the ink without what lies alone: a dotted line is kept, dust is not."""
    pixels = ink.astype(np.uint8)
    _count, labels, facts, _middles = cv2.connectedComponentsWithStats(pixels, connectivity=8)
    is_speck = facts[:, cv2.CC_STAT_AREA] <= _SPECK_PX
    around = cv2.boxFilter(pixels, cv2.CV_32S, (_AROUND_PX, _AROUND_PX), normalize=False)
    return np.asarray(ink & ~(is_speck[labels] & (around < _FEWEST_AROUND)))
