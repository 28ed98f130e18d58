"""The visible block of an agency's seal: text only, top right of page 1 as a viewer shows it (NĐ 30/2020, Phụ lục I).

The block is 170 x 30 points on A4 and grows and shrinks with the page; it lies inside the visible part of the page
whatever its turn and crop. A long agency name first takes more lines, then smaller letters.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from config.clock import vietnam_iso
from config.text import fold_space
from signing.appearance_font import PrintedFont, embed, font_for
from signing.identity import TEST_MARK

A4_SHORT_PT, A4_LONG_PT = 595.28, 841.89
BLOCK_WIDTH_PT, BLOCK_HEIGHT_PT = 170.0, 30.0
MARGIN_PT = 8.0
FONT_SIZE_PT = 10.0
LEAST_FONT_SIZE_PT = 4.0
_MOST_NAME_LINES = 3
_BASELINE = 0.8  # of the line height, from the top of the line
_SHRINK_STEP_PT = 0.5

Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Block:
    """The laid out text at A4 scale: its lines, letter size and height."""

    lines: tuple[str, ...]
    font: PrintedFont
    size_pt: float
    height_pt: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block lies: its rectangle in the page's own coordinates, the page's turn, and its scale to A4."""

    rect: Rect
    rotation: int
    scale: float


def lay_out(copy_form: str, agency_name: str, signed_at: datetime, *, is_test: bool) -> Block:
    """Break the block into lines: form of the copy, agency, time of signing; TEST where keys are test keys."""
    form = fold_space(f"{copy_form} ({TEST_MARK})" if is_test else copy_form)
    name = fold_space(agency_name)
    time = vietnam_iso(signed_at)
    font = font_for(" " + form + name + time)
    size = FONT_SIZE_PT
    lines = _lines(form, name, time, font, size)
    while lines is None and size > LEAST_FONT_SIZE_PT:
        size -= _SHRINK_STEP_PT
        lines = _lines(form, name, time, font, size)
    if lines is None:
        # Nothing fits: break the words, for no letter of the agency's name may be lost.
        lines = [piece for text in (form, name, time) for piece in _pieces(text, font, size)]
    return Block(tuple(lines), font, size, max(BLOCK_HEIGHT_PT, len(lines) * size))


def place(page: generic.DictionaryObject, height_pt: float) -> Place:
    """Find the top right corner of a page as it is displayed, for a block of a height at A4 scale."""
    left, bottom, right, top = visible_box(page)
    short, long = sorted((right - left, top - bottom))
    scale = min(short / A4_SHORT_PT, long / A4_LONG_PT)
    width, height, margin = BLOCK_WIDTH_PT * scale, height_pt * scale, MARGIN_PT * scale
    rotation = _rotation(page)
    if rotation in {90, 270}:
        width, height = height, width
    # The displayed top right corner is the page's own top right, top left, bottom left, bottom right.
    x = right - margin - width if rotation in {0, 270} else left + margin
    y = top - margin - height if rotation in {0, 90} else bottom + margin
    return Place((x, y, x + width, y + height), rotation, scale)


def visible_box(page: generic.DictionaryObject) -> Rect:
    """Give the part of a page that a viewer shows, in the page's own coordinates."""
    media = _box(_inherited(page, "/MediaBox"), (0.0, 0.0, A4_SHORT_PT, A4_LONG_PT))
    crop = _box(_inherited(page, "/CropBox"), media)
    shown = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    return shown if shown[0] < shown[2] and shown[1] < shown[3] else media


def draw(writer: BasePdfFileWriter, block: Block, where: Place) -> generic.IndirectObject:
    """Put the block's drawing into a PDF and give the reference to use as the widget's appearance."""
    width, height = BLOCK_WIDTH_PT * where.scale, block.height_pt * where.scale
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


def _lines(form: str, name: str, time: str, font: PrintedFont, size: float) -> list[str] | None:
    """Give the lines at a letter size, or None where they do not fit."""
    name_lines: list[str] = []
    for word in name.split():
        if name_lines and font.width(f"{name_lines[-1]} {word}", size) <= BLOCK_WIDTH_PT:
            name_lines[-1] += f" {word}"
        else:
            name_lines.append(word)
    lines = [line for line in (form, *name_lines, time) if line]
    too_wide = any(font.width(line, size) > BLOCK_WIDTH_PT for line in lines)
    return None if too_wide or len(name_lines) > _MOST_NAME_LINES else lines


def _pieces(text: str, font: PrintedFont, size: float) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        if pieces and font.width(pieces[-1] + letter, size) <= BLOCK_WIDTH_PT:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _rotation(page: generic.DictionaryObject) -> int:
    value = _inherited(page, "/Rotate")
    turns = round(float(value) / 90) if isinstance(value, int | float | Decimal) else 0
    return turns * 90 % 360


def _inherited(page: generic.DictionaryObject, key: str) -> object:
    node: object = page
    seen = 0
    while isinstance(node, generic.DictionaryObject) and seen < 100:
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node["/Parent"]
        seen += 1
    return None


def _box(value: object, fallback: Rect) -> Rect:
    if not isinstance(value, generic.ArrayObject) or len(value) != 4:
        return fallback
    corners = [item.get_object() if isinstance(item, generic.IndirectObject) else item for item in value]
    if not all(isinstance(corner, int | float | Decimal) for corner in corners):
        return fallback
    x0, y0, x1, y1 = (float(corner) for corner in corners)
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _floats(values: tuple[float, ...]) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(f"{value:.3f}") for value in values])
