"""Figures that MNIST lacks: 1 with a flag, 7 with a bar as Vietnamese and European hands write them, and stamped ones.

Each is given as ink in a picture 64 pixels high, 0 none .. 1 full.
"""

from functools import cache
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from config.fonts import document_font

Ink = NDArray[np.float32]
Stroke = list[tuple[float, float]]

TALL = 64
_HERSHEY = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_PLAIN,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
)

_LETTERS = "AĐEFHKMNPRTVXYaehkmnrtuvwxđưƯ&+#*%<>("

# In a unit square, y downwards: several ways to write each figure, each a list of strokes.
_WAYS: dict[int, list[list[Stroke]]] = {
    0: [[[(0.5, 0.0), (0.2, 0.25), (0.15, 0.7), (0.5, 1.0), (0.8, 0.7), (0.78, 0.25), (0.5, 0.0)]],
        [[(0.7, 0.1), (0.35, 0.05), (0.1, 0.5), (0.3, 0.98), (0.75, 0.85), (0.85, 0.4), (0.6, 0.02), (0.4, 0.1)]]],
    1: [[[(0.1, 0.4), (0.35, 0.2), (0.55, 0.0), (0.53, 0.5), (0.5, 1.0)]],
        [[(0.0, 0.55), (0.3, 0.3), (0.6, 0.0), (0.58, 0.5), (0.55, 1.0)]],
        [[(0.25, 0.25), (0.55, 0.0), (0.52, 0.5), (0.5, 1.0)]],
        [[(0.15, 0.3), (0.5, 0.0), (0.5, 0.5), (0.5, 1.0)], [(0.15, 1.0), (0.5, 0.99), (0.85, 1.0)]],
        [[(0.5, 0.0), (0.48, 0.5), (0.46, 1.0)]]],
    2: [[[(0.1, 0.2), (0.45, 0.0), (0.8, 0.2), (0.6, 0.55), (0.25, 0.9), (0.1, 0.95), (0.3, 0.8), (0.55, 0.95),
          (0.95, 0.9)]],
        [[(0.12, 0.22), (0.5, 0.0), (0.82, 0.25), (0.45, 0.65), (0.08, 1.0), (0.5, 0.98), (0.9, 0.97)]],
        [[(0.05, 0.15), (0.25, 0.3), (0.2, 0.05), (0.6, 0.0), (0.8, 0.3), (0.4, 0.8), (0.1, 0.85), (0.5, 0.85),
          (0.9, 1.0)]]],
    3: [[[(0.15, 0.05), (0.5, 0.03), (0.85, 0.0), (0.45, 0.38), (0.85, 0.6), (0.7, 0.95), (0.1, 0.95)]],
        [[(0.1, 0.15), (0.5, 0.0), (0.8, 0.2), (0.45, 0.45), (0.85, 0.7), (0.5, 1.0), (0.1, 0.85)]]],
    4: [[[(0.4, 0.0), (0.2, 0.35), (0.05, 0.62), (0.5, 0.62), (0.95, 0.6)], [(0.7, 0.3), (0.68, 0.6), (0.65, 1.0)]],
        [[(0.68, 1.0), (0.7, 0.5), (0.72, 0.0), (0.4, 0.35), (0.05, 0.7), (0.5, 0.7), (0.95, 0.68)]],
        [[(0.15, 0.0), (0.12, 0.3), (0.15, 0.5), (0.5, 0.5), (0.85, 0.48)], [(0.75, 0.0), (0.73, 0.5), (0.7, 1.0)]]],
    5: [[[(0.85, 0.02), (0.3, 0.05), (0.22, 0.45), (0.6, 0.4), (0.85, 0.7), (0.5, 1.0), (0.08, 0.9)]],
        [[(0.25, 0.05), (0.2, 0.42), (0.6, 0.4), (0.8, 0.75), (0.4, 1.0), (0.1, 0.9)], [(0.28, 0.05), (0.95, 0.0)]]],
    6: [[[(0.65, 0.0), (0.3, 0.3), (0.12, 0.7), (0.4, 1.0), (0.8, 0.8), (0.6, 0.5), (0.15, 0.7)]],
        [[(0.8, 0.08), (0.4, 0.1), (0.12, 0.6), (0.35, 0.98), (0.75, 0.88), (0.75, 0.55), (0.4, 0.5), (0.15, 0.75)]]],
    7: [[[(0.05, 0.08), (0.5, 0.06), (0.92, 0.02), (0.6, 0.5), (0.42, 1.0)], [(0.25, 0.52), (0.8, 0.47)]],
        [[(0.05, 0.25), (0.1, 0.05), (0.5, 0.1), (0.95, 0.0), (0.6, 0.5), (0.5, 1.0)], [(0.3, 0.5), (0.85, 0.5)]],
        [[(0.05, 0.25), (0.1, 0.05), (0.5, 0.1), (0.95, 0.0), (0.6, 0.5), (0.5, 1.0)]],
        [[(0.02, 0.05), (0.5, 0.04), (0.9, 0.03), (0.72, 0.5), (0.68, 1.0)], [(0.35, 0.55), (1.0, 0.45)]],
        [[(0.0, 0.12), (0.45, 0.1), (0.85, 0.0), (0.55, 0.55), (0.5, 1.0)]]],
    8: [[[(0.75, 0.12), (0.4, 0.0), (0.2, 0.25), (0.75, 0.7), (0.5, 1.0), (0.15, 0.75), (0.7, 0.3), (0.7, 0.1)]],
        [[(0.5, 0.45), (0.2, 0.2), (0.5, 0.0), (0.8, 0.2), (0.5, 0.45), (0.15, 0.75), (0.5, 1.0), (0.85, 0.75),
          (0.5, 0.45)]]],
    9: [[[(0.8, 0.2), (0.45, 0.0), (0.15, 0.25), (0.45, 0.5), (0.8, 0.2), (0.78, 0.6), (0.75, 1.0)]],
        [[(0.78, 0.25), (0.5, 0.0), (0.15, 0.2), (0.35, 0.5), (0.78, 0.3), (0.75, 0.75), (0.5, 1.0), (0.15, 0.9)]]],
}  # fmt: skip


def drawn(figure: int, dice: np.random.Generator) -> Ink:
    """Give a figure as a pen draws it, each time a little otherwise."""
    ways = _WAYS[figure]
    strokes = ways[int(dice.integers(len(ways)))]
    wide = TALL * float(dice.uniform(0.4, 0.75)) * (0.6 if figure == 1 else 1.0)
    pen = max(2, round(float(dice.uniform(0.06, 0.13)) * TALL))
    canvas = np.zeros((2 * TALL, 2 * TALL), np.uint8)
    for stroke in strokes:
        shaken = np.array(stroke) + dice.normal(0.0, 0.035, (len(stroke), 2))
        points = _curve(shaken) * (wide, TALL) + TALL / 2
        cv2.polylines(canvas, [np.round(points * 16).astype(np.int32)], False, 255, pen, cv2.LINE_AA, 4)
    return trimmed(canvas)


def typed(figure: int, dice: np.random.Generator) -> Ink:
    """Give a figure as a numbering stamp or a machine sets it."""
    if dice.random() < 0.6:
        canvas = np.zeros((3 * TALL, 3 * TALL), np.uint8)
        font = _HERSHEY[int(dice.integers(len(_HERSHEY)))]
        thickness = int(dice.integers(4, 11))
        cv2.putText(canvas, str(figure), (TALL, 2 * TALL), font, 2.4, 255, thickness, cv2.LINE_AA)
        return trimmed(canvas)
    drawing = Image.new("L", (2 * TALL, 2 * TALL), 0)
    weight = int(dice.integers(0, 4))
    ImageDraw.Draw(drawing).text((TALL // 2, 8), str(figure), font=_font(), fill=255, stroke_width=weight)
    return trimmed(np.asarray(drawing))


def lettered(dice: np.random.Generator) -> Ink:
    """Give a letter or mark that no figure looks like."""
    drawing = Image.new("L", (3 * TALL, 3 * TALL), 0)
    sign = _LETTERS[int(dice.integers(len(_LETTERS)))]
    weight = int(dice.integers(0, 3))
    ImageDraw.Draw(drawing).text((TALL // 2, 8), sign, font=_font(), fill=255, stroke_width=weight)
    return trimmed(np.asarray(drawing))


def trimmed(picture: NDArray[np.uint8]) -> Ink:
    """Give a picture's ink cut to its box and brought to the common height."""
    rows, columns = np.nonzero(picture > 60)
    cut = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.float32) / 255
    wide = max(3, round(cut.shape[1] * TALL / cut.shape[0]))
    return np.clip(cv2.resize(cut, (wide, TALL), interpolation=cv2.INTER_CUBIC), 0.0, 1.0)


def _curve(points: NDArray[np.float64], steps: int = 8) -> NDArray[np.float64]:
    """Give a smooth line through points, by cubics whose slopes are those of their neighbours."""
    slopes = np.gradient(points, axis=0)
    time = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [
        (2 * time**3 - 3 * time**2 + 1) * points[at]
        + (time**3 - 2 * time**2 + time) * slopes[at]
        + (3 * time**2 - 2 * time**3) * points[at + 1]
        + (time**3 - time**2) * slopes[at + 1]
        for at in range(len(points) - 1)
    ]
    return np.vstack([*pieces, points[-1:]])


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(document_font()), 80)
