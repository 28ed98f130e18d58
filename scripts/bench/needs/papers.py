"""The documents whose needs are measured: one sheet full of text, in many sizes, colours and numbers of pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image, ImageDraw, ImageFont

from config.fonts import document_font

_A4_300 = (2480, 3508)
_LINE = "Căn cứ Luật Tổ chức chính quyền địa phương; xét đề nghị của Văn phòng, số {number}"
_LINES = 46
_QUALITY = 85
_PAPER_LEAST = 140
_TINY = (620, 877)
_SEAL_RED = (200, 30, 30)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be measured."""

    name: str
    write: Callable[[Path], list[Path]]
    """Writes its files into a folder and gives them."""


def papers() -> Iterator[Paper]:
    """Give all that are measured, small ones first."""
    for mega, sheet in _SHEETS.items():
        yield Paper(f"{mega} MP, colour JPEG", partial(_jpeg, sheet))
        yield Paper(f"{mega} MP, grey PNG", partial(_png, sheet))
        yield Paper(f"{mega} MP, 1-bit TIFF", partial(_bits, sheet))
    a4, a4_600, a2_600 = _SHEETS[9], _SHEETS[35], _SHEETS[140]
    for mega in (2, 9, 35):
        yield Paper(f"{mega} MP, 1-bit TIFF, speckled", partial(_bits, _SHEETS[mega], speckled=True))
    yield Paper("35 MP, colour TIFF, plain", partial(_plain_tiff, a4_600))
    yield Paper("35 MP, colour, drawn at its own size", partial(_overlaid, a4_600, is_drawn=True))
    yield Paper("35 MP, colour, text above the scan", partial(_overlaid, a4_600))
    yield Paper("140 MP, colour, text above the scan", partial(_overlaid, a2_600))
    yield Paper("9 MP, colour, text above the scan, 20 pages", partial(_overlaid, a4, pages=20))
    yield Paper("9 MP, grey PNG, 20 pages", partial(_pages, 20, a4))
    yield Paper("0.5 MP, grey PNG, 100 pages", partial(_pages, 100, _Sheet(0.25)))
    yield Paper("0.5 MP, grey PNG, 400 pages, nearly blank", partial(_blank_pages, 400))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet: the scale of an A4 at 300 dpi, and how many of them lie side by side and below each other."""

    scale: float
    across: int = 1
    down: int = 1

    @property
    def dpi(self) -> tuple[float, float]:
        return 300 * self.scale, 300 * self.scale


_SHEETS = {2: _Sheet(0.5), 9: _Sheet(1.0), 35: _Sheet(2.0), 70: _Sheet(2.0, 2), 140: _Sheet(2.0, 2, 2)}
"""By megapixels."""


@cache
def _text_page() -> Image.Image:
    """Give an A4 sheet at 300 dpi full of text, in grey."""
    image = Image.new("L", _A4_300, 245)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(BytesIO(document_font()), 46)
    for number in range(_LINES):
        draw.text((220, 200 + 68 * number), _LINE.format(number=number), fill=30, font=font)
    return image


def _drawn(shape: _Sheet) -> Image.Image:
    page = _text_page()
    page = page.resize((round(page.width * shape.scale), round(page.height * shape.scale)))
    sheet = Image.new("L", (page.width * shape.across, page.height * shape.down), 245)
    for column in range(shape.across):
        for row in range(shape.down):
            sheet.paste(page, (page.width * column, page.height * row))
    return sheet


def _in_colour(sheet: Image.Image) -> Image.Image:
    """Give it as a colour scanner does: noise, and a red seal, which reading lifts."""
    noise = np.random.default_rng(7).integers(-6, 7, (*sheet.size[::-1], 1), np.int16)
    pixels = np.clip(np.asarray(sheet)[..., None] + noise, 0, 255).astype(np.uint8)
    image = Image.fromarray(np.repeat(pixels, 3, axis=2))
    width, height = image.size
    side = width // 6
    box = (width // 2, height // 2, width // 2 + side, height // 2 + side)
    ImageDraw.Draw(image).ellipse(box, outline=_SEAL_RED, width=max(4, side // 25))
    return image


def _jpeg(sheet: _Sheet, folder: Path) -> list[Path]:
    path = folder / "001.jpg"
    _in_colour(_drawn(sheet)).save(path, dpi=sheet.dpi, quality=_QUALITY)
    return [path]


def _png(sheet: _Sheet, folder: Path) -> list[Path]:
    path = folder / "001.png"
    _drawn(sheet).save(path, dpi=sheet.dpi)
    return [path]


def _bits(sheet: _Sheet, folder: Path, *, speckled: bool = False) -> list[Path]:
    path = folder / "001.tif"
    drawn = _drawn(sheet)
    # Without a threshold Pillow scatters dots for grey, as a dirty glass does.
    ink = drawn if speckled else drawn.point(lambda grey: 255 * (grey > _PAPER_LEAST))
    ink.convert("1").save(path, dpi=sheet.dpi, compression="group4")
    return [path]


def _plain_tiff(sheet: _Sheet, folder: Path) -> list[Path]:
    path = folder / "001.tif"
    _in_colour(_drawn(sheet)).save(path, dpi=sheet.dpi)
    return [path]


def _overlaid(sheet: _Sheet, folder: Path, *, pages: int = 1, is_drawn: bool = False) -> list[Path]:
    """Write a PDF of the scan with visible text above it, which goes through the careful lane.

    `is_drawn`: without text, and its picture so described that a drawing program has to take it out.
    """
    scan, path = BytesIO(), folder / "001.pdf"
    image = _in_colour(_drawn(sheet))
    image.save(scan, "JPEG", quality=_QUALITY)
    width, height = (round(side / sheet.dpi[0] * 72) for side in image.size)
    with pikepdf.new() as pdf:
        for number in range(pages):
            picture = pdf.make_stream(scan.getvalue(), _picture(image))
            if is_drawn:
                picture.DecodeParms = pikepdf.Dictionary(ColorTransform=1)
            font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier)
            page = pdf.add_blank_page(page_size=(width, height))
            page.obj.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary(Scan=picture), Font=pikepdf.Dictionary(F=font)
            )
            text = "" if is_drawn else f"BT /F 14 Tf 60 {height - 30} Td (Den so {number + 1}) Tj ET"
            page.obj.Contents = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Scan Do Q {text}".encode())
        pdf.save(path)
    return [path]


def _picture(image: Image.Image) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=image.width,
        Height=image.height,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceRGB,
        Filter=pikepdf.Name.DCTDecode,
    )


def _pages(count: int, shape: _Sheet, folder: Path) -> list[Path]:
    sheet = _drawn(shape)
    return [_saved(sheet, folder, number, shape) for number in range(1, count + 1)]


def _blank_pages(count: int, folder: Path) -> list[Path]:
    sheet = Image.new("L", _TINY, 245)
    ImageDraw.Draw(sheet).text((60, 60), "12", fill=30, font=ImageFont.truetype(BytesIO(document_font()), 16))
    return [_saved(sheet, folder, number, _Sheet(0.25)) for number in range(1, count + 1)]


def _saved(sheet: Image.Image, folder: Path, number: int, shape: _Sheet) -> Path:
    path = folder / f"{number:04d}.png"
    sheet.save(path, dpi=shape.dpi)
    return path
