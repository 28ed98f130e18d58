"""An engine that is not believed blindly: words that cannot be are a failure of the engine, not a fault further on."""

import math
from collections.abc import Sequence

from config.errors import ToolFailedError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.engines import Engine, EngineWord, Layout
from ocr.images import Image
from ocr.second import LineReader


class SoundEngine:
    """Another engine whose words are looked at: text that can be written, numbers that are some, boxes near the image.

    A database refuses NUL and no file holds half a character, so they are told where they come from.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name, self.version, self.model = engine.name, engine.version, engine.model
        self.second: LineReader | None = engine.second
        self.identity = engine.identity

    def read(self, images: Sequence[Image], dpi: float, layout: Layout) -> list[list[EngineWord]]:
        """Give the words of each image. Raise ToolFailedError when the engine fails or gives what cannot be."""
        read = self._engine.read(images, dpi, layout)
        is_sound = len(read) == len(images) and all(
            _can_be(word, image) for image, words in zip(images, read, strict=True) for word in words
        )
        if not is_sound:
            raise ToolFailedError(tool=self.name, file="-", cause=gettext(_("it gave words that cannot be")))
        return read


def _can_be(word: EngineWord, image: Image) -> bool:
    height, width = image.shape
    across, down = (word.left, word.right), (word.top, word.bottom)
    if not math.isfinite(word.confidence) or "\0" in word.text:
        return False
    if any("\ud800" <= letter <= "\udfff" for letter in word.text):
        return False
    # No comparison holds for what is no number.
    return all(-width <= side <= 2 * width for side in across) and all(-height <= side <= 2 * height for side in down)
