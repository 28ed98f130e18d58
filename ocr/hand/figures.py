"""Recognises one figure from its ink: a small network trained on written, stamped and drawn figures, see digits.toml.

It knows the ten figures and “none of them”: half a figure, two at once, a letter, a crumb.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from config.errors import ReferenceDataError
from ocr.hand.ink import Mask

MODEL_FILE = Path(__file__).with_name("digits.onnx")
FACTS_FILE = Path(__file__).with_name("digits.toml")

Figure = NDArray[np.float32]
Chances = NDArray[np.float32]
"""A row a figure: chances of 0 to 9, and of none."""

NONE = 10
SIDE, INNER = 28, 20
"""The network sees figures as MNIST has them: scaled to `INNER` pixels, in the middle of a square of `SIDE`."""


def normal(ink: Mask) -> Figure:
    """Bring a figure's ink to the network's size, its centre of mass in the middle."""
    high, wide = ink.shape
    scale = INNER / max(high, wide)
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    small = cv2.resize(ink.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    total = float(small.sum()) or 1.0
    x = float((small.sum(axis=0) * np.arange(size[0])).sum()) / total
    y = float((small.sum(axis=1) * np.arange(size[1])).sum()) / total
    left = min(max(round(SIDE / 2 - 0.5 - x), 0), SIDE - size[0])
    top = min(max(round(SIDE / 2 - 0.5 - y), 0), SIDE - size[1])
    canvas = np.zeros((SIDE, SIDE), np.float32)
    canvas[top : top + size[1], left : left + size[0]] = small
    return canvas


def chances_of(figures: Sequence[Figure]) -> Chances:
    """Give for each figure the chances of 0 to 9 and of none. Raise ReferenceDataError when the network is damaged."""
    if not figures:
        return np.zeros((0, NONE + 1), np.float32)
    (scores,) = _session().run(None, {"figures": np.stack(figures)[:, None]})
    raised = np.exp(np.asarray(scores) - np.max(scores, axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


@cache
def _session() -> onnxruntime.InferenceSession:
    content = MODEL_FILE.read_bytes()
    wanted = tomllib.loads(FACTS_FILE.read_text("utf-8"))["sha256"]
    if sha256(content).hexdigest() != wanted:
        raise ReferenceDataError(file=MODEL_FILE.name, place="sha256", cause=f"it is not {wanted}")
    options = onnxruntime.SessionOptions()
    # Reading is spread over processes; one thread each.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
