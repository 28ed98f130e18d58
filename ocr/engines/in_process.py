"""Tesseract in this process, through tesserocr: a fifth cheaper than the program, and it releases the GIL."""

import threading
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import tesserocr

from config.errors import ToolFailedError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc
from ocr.engines import EngineWord, Layout, joint_identity
from ocr.engines.models import Model
from ocr.images import Image
from ocr.second import LineReader


class InProcessEngine:
    """One Tesseract API object a thread, made when the thread first reads."""

    name = "tesserocr"

    def __init__(self, model: Model, timeout_s: float, second: LineReader | None = None) -> None:
        self._model = model
        self._timeout_ms = int(timeout_s * 1000)
        self.second = second
        self._local = threading.local()
        # Leptonica reports empty images and the like on stderr, into the middle of the progress display.
        log_level: Any = tesserocr.LeptLogLevel  # an enumeration whose stub is wrong
        tesserocr.set_leptonica_log_level(log_level.NONE)

    @property
    def version(self) -> str:
        """Version of the wrapper and of the Tesseract library it brings along."""
        return f"{version('tesserocr')}/{tesserocr.tesseract_version().split()[1]}"

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._model.name

    @property
    def identity(self) -> str:
        """Name, version and model in one, the second recognizer's too."""
        return joint_identity(self)

    def read(self, images: Sequence[Image], dpi: float, layout: Layout) -> list[list[EngineWord]]:
        """Give the words of each grey image. Raise ToolFailedError when Tesseract fails or takes too long."""
        api = self._api()
        api.SetPageSegMode(int(layout))
        return [self._read_one(api, image, dpi) for image in images]

    def _api(self) -> Any:
        api = getattr(self._local, "api", None)
        if api is None:
            try:
                api = tesserocr.PyTessBaseAPI(path=str(self._model.folder), lang=self._model.language)
            except RuntimeError as err:
                raise ToolFailedError(tool=self.name, file=self._model.name, cause=err) from err
            self._local.api = api
        return api

    def _read_one(self, api: Any, image: Image, dpi: float) -> list[EngineWord]:
        pixels = np.ascontiguousarray(image)
        height, width = pixels.shape
        try:
            api.SetImageBytes(pixels.tobytes(), width, height, 1, width)
            api.SetSourceResolution(round(dpi))
            if not api.Recognize(self._timeout_ms):
                raise ToolFailedError(tool=self.name, file="-", cause=gettext(_("no result within the time limit")))
            return list(_words(api))
        except RuntimeError as err:
            raise ToolFailedError(tool=self.name, file="-", cause=err) from err
        finally:
            api.Clear()


def _words(api: Any) -> Iterator[EngineWord]:
    level: Any = tesserocr.RIL  # an enumeration whose stub is wrong
    results = api.GetIterator()
    if results is None:
        return
    block = line = -1
    for word in tesserocr.iterate_level(results, level.WORD):
        block += word.IsAtBeginningOf(level.BLOCK)
        line += word.IsAtBeginningOf(level.TEXTLINE)
        if word.Empty(level.WORD):
            continue
        text = nfc(word.GetUTF8Text(level.WORD)).strip()
        box = word.BoundingBox(level.WORD)
        if text and box:
            left, top, right, bottom = (float(side) for side in box)
            yield EngineWord(text, word.Confidence(level.WORD) / 100, left, top, right, bottom, block, line)
