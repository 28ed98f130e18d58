"""The invisible text layer of a page, as a content stream over the delivered image."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ocr.assemble.glyphs import GlyphSet, font_name
from ocr.assemble.typeset import SetLine


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
    rows = ["q", f"{_row(frame.matrix())} cm", "BT", "3 Tr"]
    for line in lines:
        rows += _line_rows(line, glyphs)
    rows += ["ET", "Q", ""]
    return "\n".join(rows).encode("ascii")


def _line_rows(line: SetLine, glyphs: GlyphSet) -> Iterable[str]:
    """Give the operators of a line. The space after a word is shown with it: pdfium loses objects of one letter."""
    for word in line.words:
        stretch = word.length / (glyphs.width(word.text) * line.size)
        shown = glyphs.encode(word.text, word.gap / (line.size * stretch))
        yield f"/{font_name((word.ascent, word.descent))} {number(line.size)} Tf {number(100 * stretch)} Tz"
        yield f"1 0 0 1 {number(word.x)} {number(word.y)} Tm <{shown}> Tj"


def _row(values: Iterable[float]) -> str:
    return " ".join(number(value) for value in values)


def number(value: float) -> str:
    """Write a number as PDF does: no exponent, no needless zeros."""
    text = f"{value:.5f}" if abs(value) < 2 else f"{value:.2f}"
    return text.rstrip("0").rstrip(".") if text.strip("-0.") else "0"
