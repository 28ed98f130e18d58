"""Measures a delivered page image, before any preparation: what scanning rules ask about, and what planning needs."""

import cv2
import numpy as np

from ocr.images import Image
from ocr.model import PageQuality
from ocr.prepare_light import red_mask
from ocr.prepare_lines import LetterInk, find_skew, letter_ink
from ocr.source import Delivered

_LOW_DPI = 50.0
_COLOUR_PX = 800
_SHARP_EDGE_MM = 0.16
_ILLEGIBLE_EDGE_MM = 0.70
_LEAST_LETTERS = 3
_LETTER_MM = 1.3
_COLOUR_CHROMA = 18
_SURFACE_PX = (48, 64)
_UNEVEN = 40.0
_LEAST_COLOUR_SHARE = 0.0004
_SEAL_MM = (15.0, 60.0)


def measure(delivered: Delivered, number: int, letters: LetterInk | None = None) -> PageQuality:
    """Measure a page; its letters may be handed in by a caller that needs them too."""
    page = delivered.pages[number - 1]
    grey = delivered.grey(number)
    colour = delivered.colour(number, max_px=_COLOUR_PX) if page.channels > 1 else None
    has_colour, has_seal = colours(colour, page.width_px / page.dpi) if colour is not None else (False, False)
    letters = letters or letter_ink(grey, page.dpi)
    bare = is_bare(letters)
    blank = bare and is_even(grey)
    return PageQuality(
        number=number,
        width_px=page.width_px,
        height_px=page.height_px,
        # The page box is rounded to its own unit, which moves the resolution by a fraction of a dot.
        dpi=float(round(page.dpi)),
        depth_bits=page.depth_bits,
        channels=page.channels,
        blur=_blur(grey, page.dpi, page.depth_bits, bare=bare, blank=blank),
        skew_deg=0.0 if bare else find_skew(letters),
        border_ratio=border_ratio(grey, page.dpi),
        is_blank=blank,
        has_colour=has_colour,
        has_seal=has_seal,
    )


def is_bare(letters: LetterInk) -> bool:
    """Say whether a page has hardly anything of a letter's size; dust and borders do not count."""
    high = letters.heights >= _LETTER_MM * letters.dpi / 25.4
    return int(high.sum()) < _LEAST_LETTERS


def is_even(grey: Image) -> bool:
    """Say whether a page is one even surface, but for its edges; smeared beyond reading it is not, though bare."""
    height, width = grey.shape
    inner = grey[height // 12 : height - height // 12, width // 12 : width - width // 12]
    low, high = np.percentile(cv2.resize(inner, _SURFACE_PX, interpolation=cv2.INTER_AREA), (5, 95))
    return bool(high - low < _UNEVEN)


def _blur(grey: Image, dpi: float, depth_bits: int, *, bare: bool, blank: bool) -> float:
    """Give how unsharp a page is; without a letter in sight it is blank, or past reading."""
    if bare:
        return 0.0 if blank else 1.0
    return 0.0 if depth_bits == 1 else blur(grey, dpi)


def blur(grey: Image, dpi: float) -> float:
    """Give how unsharp the ink's edges are: 0 sharp, 1 illegible.

    An edge's width is the step from paper to ink over the steepest slope within it.
    """
    height, width = grey.shape
    # Edges run through many rows: every other one tells as much.
    rows = grey[height // 10 : height - height // 10 : 2, width // 10 : width - width // 10].astype(np.int16)
    slope = np.abs(rows[:, 1:] - rows[:, :-1])
    low, high = np.percentile(rows[::2, ::4], (0.5, 80))
    step = float(high - low)
    if step < 20:
        return 0.0
    steep = slope[slope > step * 0.1]
    if steep.size < 200:
        return 1.0
    edge_mm = step / float(np.percentile(steep, 90)) * 25.4 / dpi
    return round(float(np.clip((edge_mm - _SHARP_EDGE_MM) / (_ILLEGIBLE_EDGE_MM - _SHARP_EDGE_MM), 0, 1)), 3)


def border_ratio(grey: Image, dpi: float) -> float:
    """Give the share of the page that is solid black reaching in from an edge."""
    # A strip of a few pixels at an absurd resolution keeps one pixel at least.
    scale = min(1.0, max(_LOW_DPI / dpi, 1 / min(grey.shape)))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.threshold(small, 80, 255, cv2.THRESH_BINARY_INV)[1]
    solid = cv2.morphologyEx(
        cv2.copyMakeBorder(dark, 4, 4, 4, 4, cv2.BORDER_REPLICATE), cv2.MORPH_OPEN, np.ones((4, 4), np.uint8)
    )
    _, labels, stats, _ = cv2.connectedComponentsWithStats(solid[4:-4, 4:-4], connectivity=8)
    edge = np.unique(np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1])))
    return round(float(stats[edge[edge > 0], cv2.CC_STAT_AREA].sum()) / small.size, 4)


def colours(colour: Image, width_inch: float) -> tuple[bool, bool]:
    """Say whether a page has coloured ink, and whether a red seal is among it.

    Colour is what differs from the paper's own tint.
    """
    chroma = cv2.cvtColor(colour, cv2.COLOR_BGR2YCrCb)[:, :, 1:]
    tint = np.median(chroma[::4, ::4].reshape(-1, 2), axis=0)
    away = cv2.absdiff(chroma, np.full_like(chroma, tint))
    coloured = np.count_nonzero((away > _COLOUR_CHROMA).any(axis=2)) / away.shape[0] / away.shape[1]
    if coloured <= _LEAST_COLOUR_SHARE:
        return False, False
    unit = colour.shape[1] / width_inch / 25.4
    return True, _has_seal(red_mask(colour), unit)


def _has_seal(red: Image, unit: float) -> bool:
    """Say whether red ink forms something of a seal's size; `unit` is pixels a millimetre."""
    reach = max(1, round(unit))
    closed = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    least, most = _SEAL_MM[0] * unit, _SEAL_MM[1] * unit
    sizes = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    if not len(sizes):
        return False
    fits = (sizes.min(axis=1) >= least) & (sizes.max(axis=1) <= most)
    return bool(fits.any())
