"""Recognition engines behind one protocol; which one reads is a setting, never what happens to be installed.

An engine turns grey images into words in those images' pixels. It knows nothing of pages, turning or deskew.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from config.settings import OcrSettings
from ocr.engines.models import find_model
from ocr.images import Image
from ocr.second import LineReader
from ocr.second.trueocr_lines import open_trueocr

# One page a core is faster than one page on all cores, and several times cheaper (Tesseract's OpenMP spins).
# Set before any engine library is loaded: OpenMP reads it once.
os.environ["OMP_THREAD_LIMIT"] = "1"


class Layout(IntEnum):
    """What an image holds; the values are Tesseract's page segmentation modes."""

    PAGE = 3
    BLOCK = 6
    LINE = 7
    SPARSE = 11
    RAW_LINE = 13


@dataclass(frozen=True, slots=True)
class EngineWord:
    """A word as the engine gives it: NFC text, confidence 0..1, pixels of the image read, block and line numbers."""

    text: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float
    block: int
    line: int


class Engine(Protocol):
    """A recognition engine; safe to share between threads."""

    @property
    def name(self) -> str:
        """Name of the program that reads."""

    @property
    def version(self) -> str:
        """Its version."""

    @property
    def model(self) -> str:
        """Name of the language model and the start of its sha256."""

    @property
    def second(self) -> LineReader | None:
        """The recognizer whose opinion is asked on each word, if any."""

    @property
    def identity(self) -> str:
        """Name, version and model in one, the second recognizer's too: equal identities read alike."""

    def read(self, images: Sequence[Image], dpi: float, layout: Layout) -> list[list[EngineWord]]:
        """Give the words of each grey image, in reading order. Raise ToolFailedError when reading fails."""


def joint_identity(engine: Engine) -> str:
    """Give an engine's name, version and model with those of its second recognizer."""
    own = f"{engine.name} {engine.version} {engine.model}"
    return own if engine.second is None else f"{own} + {engine.second.identity}"


def open_engine(settings: OcrSettings) -> Engine:
    """Open the engine the settings name, and the second recognizer.

    Raise ToolMissingError when one of them or its model is not installed.
    """
    model, second = find_model(settings.language, settings.model_folder), open_trueocr()
    if settings.engine == "pytesseract":
        from ocr.engines.program import ProgramEngine  # noqa: PLC0415 - only the engine in use is loaded

        return ProgramEngine(model, settings.page_timeout_s, second)
    from ocr.engines.in_process import InProcessEngine  # noqa: PLC0415 - only the engine in use is loaded

    return InProcessEngine(model, settings.page_timeout_s, second)
