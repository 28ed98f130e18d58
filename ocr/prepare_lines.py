"""How the text lines run on a page: upright or sideways, which way up, and skewed by how much.

All of it from projection profiles of the ink at low resolution, a few milliseconds a page; no recognition.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.images import Image, image_of
from ocr.prepare_light import flatten

_PROFILE_DPI = 100.0
_LONGEST_MM = 14.0
_THICKEST_MM = 7.0
_MAX_SKEW_DEG = 6.0
_COARSE_POINTS = 8_000
_FINE_POINTS = 40_000
_COARSE_STEP_DEG = 0.5
_FINE_STEP_DEG = 0.1
_SIDEWAYS_FACTOR = 1.25


@dataclass(frozen=True, slots=True)
class LineDirection:
    """Clockwise turn (0, 90, 180, 270) that makes the page upright, and skew left after it.

    `sureness`: 0 .. 1, how far the two ways up differ; below about 0.1 only a reading can tell.
    """

    rotation: int
    skew_deg: float
    sureness: float


@dataclass(frozen=True)
class LetterInk:
    """The ink of letters (255 on 0) at low resolution: one pixel is `step` pixels of the page.

    `heights`: of each connected piece, in its own pixels. One page's ink serves all that is asked of it.
    """

    pixels: Image
    step: int
    dpi: float
    heights: NDArray[np.int32]

    @cached_property
    def level_skew(self) -> tuple[float, float]:
        """The angle by which level lines run down, and how peaked the profile is there."""
        return _skew(self.pixels)

    @cached_property
    def standing_skew(self) -> tuple[float, float]:
        """The same of standing lines, the page turned a quarter."""
        return _skew(np.ascontiguousarray(np.rot90(self.pixels, -1)))


def find_direction(letters: LetterInk) -> LineDirection:
    """Find how the text lines of a page run, from the ink of its letters."""
    ink = letters.pixels
    (level, level_score), (standing, standing_score) = letters.level_skew, letters.standing_skew
    if standing_score > _SIDEWAYS_FACTOR * level_score:
        turn, skew, upright = 90, standing, np.ascontiguousarray(np.rot90(ink, -1))
    else:
        turn, skew, upright = 0, level, ink
    lean = _upward_lean(_straighten(upright, skew))
    if lean < 0:
        turn += 180
    return LineDirection(turn, skew, min(1.0, abs(lean)))


def find_skew(letters: LetterInk) -> float:
    """Give the clockwise angle by which the lines of a page run down, whether they are level or standing."""
    (level, level_score), (standing, standing_score) = letters.level_skew, letters.standing_skew
    return standing if standing_score > _SIDEWAYS_FACTOR * level_score else level


def letter_ink(grey: Image, dpi: float) -> LetterInk:
    """Give the ink of letters, without borders, rules, seals and large dark areas."""
    # Whole steps: shrinking by whole numbers is several times cheaper.
    step = max(1, round(dpi / _PROFILE_DPI))
    height, width = grey.shape
    size = max(1, width // step), max(1, height // step)
    small = cv2.resize(grey[: size[1] * step, : size[0] * step], size, interpolation=cv2.INTER_AREA)
    ink = cv2.threshold(flatten(image_of(small), step=4), 170, 255, cv2.THRESH_BINARY_INV)[1]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    unit = dpi / step / 25.4
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    longer, shorter = np.maximum(wide, high), np.minimum(wide, high)
    # Letters touching each other at this resolution are wide; nothing of a word is higher or wider than this.
    # Anything smaller is taken too: marks, dots, commas.
    kept = (longer < _LONGEST_MM * unit) & (shorter < _THICKEST_MM * unit)
    kept[0] = False
    pixels = image_of(np.where(kept, 255, 0).astype(np.uint8)[labels])
    return LetterInk(pixels, step, dpi / step, high[kept].astype(np.int32))


def _skew(ink: Image) -> tuple[float, float]:
    """Give the clockwise angle by which lines run down to the right, and how peaked the profile is there."""
    ys, xs = np.nonzero(ink)
    if len(ys) < 50:
        return 0.0, 0.0
    points = ys.astype(np.float32), (xs - ink.shape[1] / 2).astype(np.float32)
    coarse = np.arange(-_MAX_SKEW_DEG, _MAX_SKEW_DEG + 1e-6, _COARSE_STEP_DEG)
    best = _best_angle(points, _COARSE_POINTS, coarse)[0]
    fine = best + np.arange(-_COARSE_STEP_DEG, _COARSE_STEP_DEG + 1e-6, _FINE_STEP_DEG)
    angle, score = _best_angle(points, _FINE_POINTS, fine)
    return round(angle, 2) + 0.0, score


def _best_angle(
    points: tuple[NDArray[np.float32], NDArray[np.float32]], most: int, angles: NDArray[np.float64]
) -> tuple[float, float]:
    step = len(points[0]) // most + 1
    # Thinned at random places: a regular step would beat against the order of the rows.
    chosen = slice(None) if step == 1 else np.random.default_rng(0).choice(len(points[0]), most, replace=False)
    ys, xs = points[0][chosen], points[1][chosen]
    scores = [_peakedness(ys - xs * np.float32(np.tan(np.radians(angle)))) for angle in angles]
    place = int(np.argmax(scores))
    return float(angles[place]), scores[place]


def _peakedness(rows: NDArray[np.float32]) -> float:
    """Say how much ink stands in few rows: squared steps of the profile over the ink's amount."""
    profile = np.bincount((rows - rows.min()).astype(np.int32))
    return float(np.square(np.diff(profile)).sum() / len(rows))


def _straighten(ink: Image, skew_deg: float) -> Image:
    if abs(skew_deg) < 0.2:
        return ink
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew_deg, 1.0)
    return image_of(cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_NEAREST))


def _upward_lean(ink: Image) -> float:
    """Give how much more ink stands just above the lines' bodies than just below: Vietnamese marks and ascenders.

    Positive for a page that is the right way up.
    """
    profile = (ink > 0).sum(axis=1).astype(np.float64)
    above = below = 0.0
    for top, bottom in _bodies(profile):
        reach = max(2, round((bottom - top) * 0.6))
        body = profile[top:bottom].sum()
        upper = profile[max(0, top - reach) : top].sum()
        lower = profile[bottom : bottom + reach].sum()
        above += upper / body * min(body, 2000)
        below += lower / body * min(body, 2000)
    total = above + below
    return (above - below) / total if total else 0.0


def _bodies(profile: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Give the rows between which the bodies of the lines stand: runs above half of the local peak."""
    if not profile.any():
        return []
    window = 15
    padded = np.pad(profile, window, mode="edge")
    peak = np.lib.stride_tricks.sliding_window_view(padded, 2 * window + 1).max(axis=1)
    inside = (profile > 0.5 * peak) & (profile > 0.05 * profile.max())
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inside.view(np.int8), [0]))))
    return [(int(top), int(bottom)) for top, bottom in edges.reshape(-1, 2) if bottom - top >= 3]
