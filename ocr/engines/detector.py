"""Finds text lines by a small network that knows nothing of Tesseract's layout (trueocr's `det.onnx`).

Its lines are the second opinion on the layout: what it sees and no word covers was lost. It reads nothing.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from trueocr.page import ADAPTIVE_MAX_SIDE, ADAPTIVE_MIN_H, ADAPTIVE_TARGET_H, decode_lines, det_input
from trueocr.recognizer import session

from ocr.images import Image
from ocr.model import Box

LONG_SIDE_PX = 1024
_STEP_PX = 32
_FEW_LINES = 8


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line of text or a piece of one: its box in pixels of the image, and how sure the detector is, 0..1."""

    box: Box
    sureness: float


def find_lines(image: Image, long_side: int = LONG_SIDE_PX) -> list[FoundLine]:
    """Find the text lines of an upright, straight grey image, in no particular order.

    `long_side`: pixels of the picture the network sees, whose letters are to be as high as on a page, some 12 to 30;
    what it costs grows with the area.
    """
    boxes, scale = _detect(image, long_side)
    if len(boxes) >= _FEW_LINES:
        usual = float(np.median(boxes[:, 3] - boxes[:, 1]))
        larger = int(min(ADAPTIVE_MAX_SIDE, LONG_SIDE_PX * ADAPTIVE_TARGET_H / max(usual, 1.0))) // _STEP_PX * _STEP_PX
        if usual < ADAPTIVE_MIN_H and larger > LONG_SIDE_PX:
            boxes, scale = _detect(image, larger)
    height, width = image.shape
    lines = []
    for left, top, right, bottom, sureness in (boxes / [scale, scale, scale, scale, 1.0]).tolist():
        box = Box(max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom))
        if box.width > 0 and box.height > 0:
            lines.append(FoundLine(box, sureness))
    return lines


def _detect(image: Image, long_side: int) -> tuple[Any, float]:
    pixels, scale = det_input(image, long_side)
    return decode_lines(_network().run(None, {"x": pixels[None, None]})[0][0]), scale


@lru_cache(maxsize=1)
def _network() -> Any:
    with as_file(files("trueocr") / "models" / "det.onnx") as path:
        return session(Path(path), 1)
