"""The invisible text layer of a page, as a content stream over the delivered image."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ocr.assemble.glyphs import GlyphSet, font_name
from ocr.assemble.typeset import SetLine, SetWord

_LONG = 60.0  # points


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle of user space that the page image fills, and the clockwise turn that shows it upright."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def width(self) -> float:
        """Width of the upright page."""
        return self.top - self.bottom if self.rotation % 180 else self.right - self.left

    @property
    def height(self) -> float:
        """Height of the upright page."""
        return self.right - self.left if self.rotation % 180 else self.top - self.bottom

    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """Give the transformation from the upright page (origin lower left) to user space."""
        return {
            0: (1.0, 0.0, 0.0, 1.0, self.left, self.bottom),
            90: (0.0, 1.0, -1.0, 0.0, self.right, self.bottom),
            180: (-1.0, 0.0, 0.0, -1.0, self.right, self.top),
            270: (0.0, -1.0, 1.0, 0.0, self.left, self.top),
        }[self.rotation]


def text_content(lines: Sequence[SetLine], glyphs: GlyphSet, frame: Frame) -> bytes:
    """Give the operators that lay the words, invisible, in reading order; nothing for a page without words."""
    if not lines:
        return b""
    writer = _Writer(glyphs)
    for line in lines:
        for word in line.words:
            writer.show(word, line.size)
    head = f"q {_row(frame.matrix())} cm BT 3 Tr\n".encode("ascii")
    return head + b"".join(writer.parts) + b"ET Q\n"


class _Writer:
    """Writes words, telling only what changes from one to the next: the layer must stay small beside a fax page."""

    def __init__(self, glyphs: GlyphSet) -> None:
        self._glyphs = glyphs
        self._font = ""
        self._stretch = 0.0
        self._x = self._y = 0.0
        self.parts: list[bytes] = []

    def show(self, word: SetWord, size: float) -> None:
        """Show a word with the space after it; pdfium loses objects of one letter."""
        font = f"/{font_name((word.ascent, word.descent))} {number(size)} Tf "
        # A whole percent of a long word would eat the space after it.
        digits = 1 if word.length > _LONG else None
        stretch = max(round(100 * word.length / (self._glyphs.width(word.text) * size), digits), 1)
        shown = self._glyphs.encode(word.text, 100 * word.gap / (size * stretch))
        x, y = round(word.x, 1), round(word.y, 1)
        move = f"{number(x - self._x)} {number(y - self._y)} Td"
        width = "" if stretch == self._stretch else f"{number(stretch)} Tz "
        self.parts.append(f"{'' if font == self._font else font}{width}{move}".encode("ascii") + shown + b"Tj\n")
        self._font, self._stretch, self._x, self._y = font, stretch, x, y


def _row(values: Iterable[float]) -> str:
    return " ".join(number(value) for value in values)


def number(value: float) -> str:
    """Write a number as PDF does: no exponent, no needless zeros."""
    text = f"{value:.5f}" if abs(value) < 2 else f"{value:.2f}"
    return text.rstrip("0").rstrip(".") if text.strip("-0.") else "0"
