"""What an engine says is not believed blindly."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from config.errors import ToolFailedError
from ocr.engines import EngineWord, Layout
from ocr.engines.sound import SoundEngine
from ocr.images import Image

IMAGE = np.full((100, 300), 255, np.uint8)
WORD = EngineWord("Số", 0.9, 10.0, 10.0, 40.0, 30.0, 0, 0)


class Told:
    """An engine that says what it was told to."""

    name, version, model, second, identity = "told", "1", "none", None, "told 1"

    def __init__(self, *words: EngineWord) -> None:
        self.words = list(words)

    def read(self, images: Sequence[Image], _dpi: float, _layout: Layout) -> list[list[EngineWord]]:
        return [self.words for _ in images]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "a\0b"},
        {"text": "\ud800"},
        {"confidence": math.nan},
        {"left": math.nan},
        {"right": math.inf},
        {"bottom": 1000.0},
        {"left": -700.0},
    ],
    ids=["nul", "half a character", "unsure", "nowhere", "endless", "far below", "far left"],
)
def test_words_that_cannot_be_are_a_failure_of_the_engine(change: dict[str, Any]) -> None:
    with pytest.raises(ToolFailedError):
        SoundEngine(Told(WORD, replace(WORD, **change))).read([IMAGE], 200.0, Layout.PAGE)


def test_a_reading_for_another_number_of_images_is_one_too() -> None:
    told = Told(WORD)
    told.read = lambda *_: []  # type: ignore[method-assign]
    with pytest.raises(ToolFailedError):
        SoundEngine(told).read([IMAGE], 200.0, Layout.PAGE)


def test_usual_words_pass_as_they_are() -> None:
    assert SoundEngine(Told(WORD)).read([IMAGE], 200.0, Layout.PAGE) == [[WORD]]
