"""Ink that a hand leaves: digits written into a form, and a signature. It is drawn, not typed: plainly no print."""

from itertools import pairwise
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

Points = list[tuple[float, float]]
Mask = NDArray[np.float32]

_SUBPIXEL_BITS = 4

# Each glyph in a unit square, y downwards: one list of points a stroke.
_GLYPHS: dict[str, list[Points]] = {
    "0": [[(0.55, 0.02), (0.15, 0.3), (0.12, 0.75), (0.5, 1.0), (0.85, 0.65), (0.8, 0.2), (0.45, 0.04)]],
    "1": [[(0.25, 0.3), (0.55, 0.0), (0.5, 0.5), (0.48, 1.0)]],
    "2": [[(0.1, 0.25), (0.35, 0.0), (0.8, 0.1), (0.75, 0.4), (0.35, 0.75), (0.05, 1.0), (0.45, 0.92), (0.95, 0.98)]],
    "3": [[(0.12, 0.1), (0.55, 0.0), (0.8, 0.2), (0.4, 0.45), (0.85, 0.68), (0.5, 1.0), (0.05, 0.88)]],
    "4": [[(0.45, 0.0), (0.25, 0.35), (0.05, 0.65), (0.5, 0.66), (0.98, 0.6)], [(0.68, 0.3), (0.62, 1.0)]],
    "5": [[(0.25, 0.05), (0.17, 0.45), (0.55, 0.38), (0.88, 0.66), (0.5, 1.0), (0.05, 0.9)],
          [(0.25, 0.05), (0.9, 0.0)]],
    "6": [[(0.75, 0.0), (0.3, 0.35), (0.1, 0.75), (0.45, 1.0), (0.82, 0.75), (0.5, 0.5), (0.15, 0.72)]],
    "7": [[(0.08, 0.08), (0.5, 0.06), (0.92, 0.0), (0.6, 0.45), (0.35, 1.0)], [(0.28, 0.52), (0.8, 0.46)]],
    "8": [[(0.75, 0.15), (0.4, 0.0), (0.2, 0.25), (0.7, 0.6), (0.75, 0.9), (0.4, 1.0), (0.15, 0.8), (0.65, 0.42),
           (0.78, 0.15)]],
    "9": [[(0.8, 0.2), (0.45, 0.0), (0.15, 0.25), (0.4, 0.5), (0.78, 0.25), (0.72, 0.6), (0.45, 1.02)]],
    "/": [[(0.8, -0.1), (0.15, 1.15)]],
    ".": [[(0.45, 0.95), (0.52, 1.0)]],
    "A": [[(0.0, 1.0), (0.35, 0.3), (0.5, 0.0), (0.7, 0.45), (0.95, 1.0)], [(0.2, 0.62), (0.85, 0.58)]],
    "T": [[(0.02, 0.08), (0.95, 0.0)], [(0.5, 0.03), (0.45, 1.0)]],
    "V": [[(0.05, 0.0), (0.45, 1.0), (0.6, 0.6), (0.95, -0.05)]],
    "P": [[(0.25, 0.05), (0.2, 1.0)], [(0.1, 0.1), (0.6, 0.0), (0.85, 0.25), (0.55, 0.5), (0.22, 0.5)]],
}  # fmt: skip


def write(text: str, height_px: int, pen_px: float, dice: Random) -> Mask:
    """Give a text of digits as a hand writes it: a mask of ink, 0 none .. 1 full."""
    slant = dice.uniform(0.08, 0.3)
    pad = height_px // 2
    advance = height_px * dice.uniform(0.56, 0.68)
    canvas = np.zeros((height_px + 2 * pad, int(advance * len(text)) + 2 * pad + height_px // 2), np.uint8)
    left = float(pad)
    for sign in text:
        tall = height_px * dice.uniform(0.88, 1.08)
        wide = height_px * (0.2 if sign in ".1" else 0.5) * dice.uniform(0.85, 1.15)
        base = pad + height_px + dice.uniform(-0.05, 0.05) * height_px
        for stroke in _GLYPHS[sign]:
            shaken = [(x + dice.uniform(-0.05, 0.05), y + dice.uniform(-0.04, 0.04)) for x, y in stroke]
            placed = [(left + x * wide + slant * (1 - y) * tall, base - (1 - y) * tall) for x, y in shaken]
            _draw(canvas, placed, pen_px, dice)
        left += advance * (0.6 if sign in "1." else 1.0)
    return _inked(canvas, pen_px)


def scribble(width_px: int, height_px: int, pen_px: float, dice: Random) -> Mask:
    """Give a signature: a loop, a run of waves that flattens out, a flourish back under it."""
    canvas = np.zeros((height_px, width_px), np.uint8)
    middle, tall = height_px * 0.52, height_px * 0.36
    left = width_px * 0.1
    first: Points = []
    turns, broad, tight = dice.uniform(0.8, 1.8), dice.uniform(0.45, 1.0), dice.uniform(0.2, 0.55)
    if dice.random() < 0.4:
        first.append((left + tall * 0.2, middle - tall * 1.2))
    for step in range(14):
        angle = -2.4 + step / 13 * turns * 2 * np.pi
        reach = tall * (0.95 - tight * step / 13)
        first.append((left + reach * (broad + broad * np.cos(angle)), middle + reach * np.sin(angle)))
    waves, reach_out, calm = dice.randrange(3, 8), dice.uniform(0.32, 0.58), dice.uniform(0.4, 1.0)
    start = first[-1]
    run: Points = [start]
    for wave in range(2 * waves):
        along = (wave + 1) / (2 * waves)
        swing = tall * (0.75 - 0.55 * along) * calm * dice.uniform(0.6, 1.15) * (1 if wave % 2 else -1)
        run.append(
            (
                start[0] + along * width_px * reach_out * dice.uniform(0.93, 1.07),
                middle + swing * 0.7 - along * tall * 0.25,
            )
        )
    tail = (
        min(run[-1][0] + width_px * dice.uniform(0.08, 0.16), width_px * 0.97),
        middle - tall * dice.uniform(0.3, 0.9),
    )
    run.append(tail)
    back: Points = [
        tail,
        (tail[0] - width_px * 0.1, middle + tall * 0.35),
        (width_px * dice.uniform(0.2, 0.35), middle + tall * dice.uniform(0.55, 0.9)),
        (width_px * 0.6, middle + tall * dice.uniform(0.5, 0.8)),
        (width_px * dice.uniform(0.85, 0.97), middle + tall * dice.uniform(0.2, 0.6)),
    ]
    for stroke in (first, run, *([back] if dice.random() < 0.7 else [])):
        _draw(canvas, stroke, pen_px, dice)
    return _inked(canvas, pen_px)


def _draw(canvas: NDArray[np.uint8], points: Points, pen_px: float, dice: Random) -> None:
    """Draw a smooth line through points; the pen presses harder where it is slow."""
    path = _smooth(points)
    unit = 1 << _SUBPIXEL_BITS
    for here, there in pairwise(path):
        speed = float(np.hypot(*(there - here)))
        width = pen_px * (1.15 - min(speed / (6 * pen_px + 1e-6), 0.45)) * dice.uniform(0.95, 1.05)
        ends = [tuple(int(value * unit) for value in point) for point in (here, there)]
        cv2.line(canvas, ends[0], ends[1], 255, max(1, round(width)), cv2.LINE_AA, _SUBPIXEL_BITS)


def _smooth(points: Points, steps: int = 9) -> NDArray[np.float64]:
    """Give a Catmull-Rom curve through the points."""
    known = np.array([points[0], *points, points[-1]], dtype=np.float64)
    time = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for place in range(1, len(known) - 2):
        before, here, there, after = known[place - 1 : place + 3]
        pieces.append(
            here
            + 0.5 * time * (there - before)
            + time**2 * (before - 2.5 * here + 2 * there - 0.5 * after)
            + time**3 * (1.5 * (here - there) + 0.5 * (after - before))
        )
    return np.vstack([*pieces, known[-1:]])


def _inked(canvas: NDArray[np.uint8], pen_px: float) -> Mask:
    soft = cv2.GaussianBlur(canvas, (0, 0), max(0.4, pen_px * 0.12))
    return (soft / 255).astype(np.float32)
