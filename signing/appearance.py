"""The visible block of a signature: text only (NĐ 30/2020, Phụ lục I), laid out at A4 scale and drawn.

A long name first takes more lines, then smaller letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from config.text import fold_space
from signing.appearance_font import PrintedFont, embed, font_for
from signing.block_rules import block_rules
from signing.identity import TEST_MARK
from signing.placement import Place

_MORE_LINES = 2
"""What a long name may take beyond its one line before its letters shrink."""
_BASELINE = 0.8  # of the line height, from the top of the line
_SHRINK_STEP_PT = 0.5


@dataclass(frozen=True, slots=True)
class Block:
    """The laid out text at A4 scale: its lines, letter size and height."""

    lines: tuple[str, ...]
    font: PrintedFont
    size_pt: float
    height_pt: float


def lay_out(texts: Sequence[str], *, is_test: bool) -> Block:
    """Break texts into the lines of a block, each text beginning a line; the first says TEST where keys are test keys.

    Of the texts one is a name, however long; no letter of it is lost.
    """
    first, *others = texts
    shown = [fold_space(text) for text in (f"{first} ({TEST_MARK})" if is_test else first, *others)]
    rules = block_rules()
    font, size = font_for(" " + "".join(shown)), rules.font_size_pt
    while _lines(shown, font, size) is None and size > rules.least_font_size_pt:
        size -= _SHRINK_STEP_PT
    # Where nothing fits the words are broken.
    lines = _lines(shown, font, size) or [piece for text in shown for piece in _pieces(text, font, size)]
    return Block(tuple(lines), font, size, max(rules.height_pt, len(lines) * size))


def draw(writer: BasePdfFileWriter, block: Block, where: Place) -> generic.IndirectObject:
    """Put the block's drawing into a PDF and give the reference to use as the widget's appearance."""
    width, height = block_rules().width_pt * where.scale, block.height_pt * where.scale
    size = block.size_pt * where.scale
    commands = ["q", "0 g", "BT", f"/F1 {size:.3f} Tf"]
    for number, line in enumerate(block.lines):
        y = height - (number + _BASELINE) * size
        commands.append(f"1 0 0 1 0 {y:.3f} Tm {block.font.encode(line)} Tj")
    commands += ["ET", "Q"]
    stream = generic.StreamObject(stream_data="\n".join(commands).encode("ascii"))
    stream.update(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _floats((0.0, 0.0, width, height)),
            pdf_name("/Matrix"): _floats(_UPRIGHT[where.rotation]),
            pdf_name("/Resources"): generic.DictionaryObject(
                {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F1"): embed(writer, block.font)})}
            ),
        }
    )
    stream.compress()
    return writer.add_object(stream)


_UPRIGHT = {
    0: (1.0, 0.0, 0.0, 1.0, 0.0, 0.0),
    90: (0.0, 1.0, -1.0, 0.0, 0.0, 0.0),
    180: (-1.0, 0.0, 0.0, -1.0, 0.0, 0.0),
    270: (0.0, -1.0, 1.0, 0.0, 0.0, 0.0),
}
"""Turns against the page's own turn, so that the text is upright on the screen."""


def _lines(texts: Sequence[str], font: PrintedFont, size: float) -> list[str] | None:
    """Give the lines at a letter size, or None where they do not fit."""
    most = block_rules().width_pt
    lines: list[str] = []
    for text in filter(None, texts):
        first, *words = text.split()
        lines.append(first)
        for word in words:
            longer = f"{lines[-1]} {word}"
            if font.width(longer, size) <= most:
                lines[-1] = longer
            else:
                lines.append(word)
    is_too_wide = any(font.width(line, size) > most for line in lines)
    return None if is_too_wide or len(lines) > len(texts) + _MORE_LINES else lines


def _pieces(text: str, font: PrintedFont, size: float) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        if pieces and font.width(pieces[-1] + letter, size) <= block_rules().width_pt:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _floats(values: tuple[float, ...]) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(f"{value:.3f}") for value in values])
