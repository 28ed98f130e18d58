"""The second opinion: a recognizer independent of the engine reads the same lines, and each word is weighed by both.

It reads lines whose places are given, knows no layout, and is far cheaper than the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ocr.images import Image
from ocr.model import Box


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign as the recognizer gives it, a space too, with its confidence 0..1."""

    text: str
    confidence: float


class LineReader(Protocol):
    """A recognizer of single lines; safe to share between threads."""

    @property
    def identity(self) -> str:
        """Name, version and model in one: equal identities read alike."""

    @property
    def signs(self) -> frozenset[str]:
        """All signs it can give; where the engine reads another, it has no opinion."""

    def read_lines(self, image: Image, boxes: Sequence[Box]) -> list[list[Sign]]:
        """Give the signs of each line of a grey image, from the left. Raise ToolFailedError when reading fails."""
