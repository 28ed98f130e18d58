"""Separator sheets to print: A4 pages with one large code and, in words, what the sheet is for."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from config.fonts import document_font
from config.i18n import gettext as _
from ocr.barcodes import draw_barcode

DPI = 200
A4_PX = (1654, 2339)
_CODE_PX, _CODE_TOP = 720, 440
_TITLE_PX, _LINE_PX = 84, 44


def print_sheets(out: Path, texts: Sequence[str], said: str) -> None:
    """Write a PDF with a sheet for each text of a code; `said` is what they say to a person."""
    first, *others = (_sheet(text, said) for text in texts)
    first.save(out, "PDF", resolution=DPI, save_all=True, append_images=others)


def _sheet(text: str, said: str) -> Image.Image:
    sheet = Image.new("L", A4_PX, 255)
    pen = ImageDraw.Draw(sheet)
    lines = (
        _("Lay this sheet before the first page of each document of the stack."),
        _("The stack is cut here; this sheet gets into no archival copy."),
        _("Print on one side, keep the code free; it may be used again."),
    )
    rows = [(_("SEPARATOR SHEET"), _TITLE_PX, 220), (text, _LINE_PX, 1280), (said, _TITLE_PX, 1400)]
    rows += [(line, _LINE_PX, 1620 + 80 * at) for at, line in enumerate(lines)]
    for row, size, top in rows:
        pen.text((A4_PX[0] // 2, top), row, fill=0, font=_font(size), anchor="mt")
    module_px = _CODE_PX // draw_barcode(text, "QRCode", 1).shape[0]
    drawn = Image.fromarray(draw_barcode(text, "QRCode", module_px))
    sheet.paste(drawn, ((A4_PX[0] - drawn.width) // 2, _CODE_TOP))
    return sheet


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(document_font()), size)
