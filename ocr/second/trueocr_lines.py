"""The line recognizer that the package trueocr brings along (Apache-2.0), through ONNX Runtime, one thread a page."""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    RuntimeException,
)
from trueocr.preprocess import crop_line, pad_batch, width_batches
from trueocr.recognizer import session

from config.errors import ToolFailedError, ToolMissingError
from config.text import nfc
from ocr.images import Image
from ocr.model import Box
from ocr.second import Sign

_NAME = "trueocr"
_FAILURES = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, RuntimeException)
_BLANK = 0
_BATCH_COLUMNS = 1280
"""Two lines at once, or many words: what the network works on then stays in the processor's cache."""


class TrueocrLines:
    """One session for all threads: running it shares nothing."""

    def __init__(self, folder: Path) -> None:
        """Load the network. Raise ToolMissingError when its files are missing or damaged."""
        network, facts = folder / "rec.onnx", folder / "meta.json"
        try:
            meta = json.loads(facts.read_text("utf-8"))
            self._letters = [nfc(sign) for sign in meta["charset"]]
            digest = hashlib.sha256(network.read_bytes()).hexdigest()
            self._session = session(network, 1)
        except (OSError, ValueError, KeyError, *_FAILURES) as err:
            raise ToolMissingError(tool=f"{_NAME} rec.onnx", cause=err, install="pip install trueocr==0.1.1") from err
        self.identity = f"{_NAME} {version(_NAME)} {meta.get('name', '-')}-{digest[:12]}"
        self.signs = frozenset(self._letters)

    def read_lines(self, image: Image, boxes: Sequence[Box]) -> list[list[Sign]]:
        """Give the signs of each line of a grey image. Raise ToolFailedError when the network fails."""
        lines = [crop_line(image, (box.left, box.top, box.right, box.bottom), window=3) for box in boxes]
        found: list[list[Sign]] = [[] for _ in boxes]
        for batch in width_batches([line.shape[1] for line in lines], max_area=_BATCH_COLUMNS):
            pixels, widths = pad_batch([lines[place] for place in batch])
            try:
                steps = self._session.run(["ids", "conf", "lengths"], {"x": pixels, "widths": widths})
            except _FAILURES as err:
                raise ToolFailedError(tool=_NAME, file="-", cause=err) from err
            for place, ids, sureness, length in zip(batch, *steps, strict=True):
                found[place] = self._signs(ids[:length], sureness[:length])
        return found

    def _signs(self, ids: Any, sureness: Any) -> list[Sign]:
        """Give the signs of one line's steps: each run of equal steps is one sign, the blank parts equal signs."""
        starts = np.flatnonzero((ids != _BLANK) & np.concatenate(([True], ids[1:] != ids[:-1])))
        return [Sign(self._letters[ids[at] - 1], float(sureness[at])) for at in starts]


@lru_cache(maxsize=1)
def open_trueocr() -> TrueocrLines:
    """Give the recognizer from the installed package. Raise ToolMissingError when it is damaged."""
    return TrueocrLines(Path(str(files(_NAME) / "models")))
