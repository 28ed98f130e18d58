"""Evens out the light of a page and takes the red seal off its text, for recognition only.

The archived image is never touched by this.
"""

import cv2
import numpy as np

from ocr.images import Image, image_of

_RED_CHROMA = 150
_FRINGE_MM = 0.45


def flatten(grey: Image, step: int = 8) -> Image:
    """Give the page with its paper evenly white: each pixel over the paper's brightness around it.

    The paper's brightness is taken at one pixel in `step`.
    """
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 15)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return image_of(cv2.divide(grey, np.maximum(paper, 1), scale=255))


def is_uneven(grey: Image) -> bool:
    """Say whether the paper is tinted or unevenly lit enough for flattening to matter."""
    small = cv2.resize(grey, None, fx=1 / 16, fy=1 / 16, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(small, np.ones((5, 5), np.uint8))
    low, high = np.percentile(paper, (5, 95))
    return bool(low < 245 or high - low > 8)


def red_mask(colour: Image) -> Image:
    """Give where the ink is saturated red (255), from the red-difference chroma."""
    chroma = cv2.extractChannel(cv2.cvtColor(colour, cv2.COLOR_BGR2YCrCb), 1)
    paper = int(np.median(chroma[::8, ::8]))
    return image_of(cv2.threshold(chroma, _RED_CHROMA + paper - 128, 255, cv2.THRESH_BINARY)[1])


def without_red(grey: Image, colour: Image, dpi: float) -> Image:
    """Give the grey page with red ink gone: near saturated red, darkness is judged on the red channel alone.

    There red ink is as bright as paper and black print stays dark, with its marks. Away from the red nothing
    changes, so the colour fringes of black letters keep their ink.
    """
    mask = red_mask(colour)
    reach = 2 * max(1, round(_FRINGE_MM * dpi / 25.4)) + 1
    near = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    red = cv2.extractChannel(colour, 2)
    inked = red[mask > 0]
    if not inked.size:
        return grey
    # The seal's own brightness on the red channel becomes white; black print is far below it.
    seal_level = max(96.0, float(np.percentile(inked, 40)))
    lifted = cv2.convertScaleAbs(red, alpha=255.0 / seal_level)
    return np.where(near > 0, np.maximum(grey, image_of(lifted)), grey)
