"""Reads the QR codes and barcodes of a page from its delivered image, before its text; the module around zxing-cpp.

A code is read exactly or not at all: matrix codes correct their own errors, and most bar codes carry a check
character. One quick look goes over the whole page; on a colour page at the red channel, where the red ink of a stamp
over the code is as bright as paper. Only where it saw a code that it could not read, that spot is looked at again,
larger and softened.
"""

import unicodedata
from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp

from config.text import nfc
from ocr.images import Image, image_of
from ocr.model import Barcode, Box

FORMATS = zxingcpp.barcode_formats_from_str("QRCode|MicroQRCode|DataMatrix|PDF417|Code128|Code39|EAN13|ITF")
"""EAN-8 and the like are left out: they carry too little to mean anything on an administrative paper."""
MOST_DPI = 300.0
"""Finer pages are shrunk to this: the module of a printed code is several dots wide there."""
GLANCE_DPI = 100.0
MOST_CODES = 20
MOST_SPOTS = 4
"""So many unreadable codes of a page are looked at again."""
MOST_CHARACTERS = 4000
"""Longer payloads are cut; a QR code holds 2953 bytes, or 7089 figures that no pattern of ours asks for."""
_MARGIN = 0.35
_LARGER = (2, 3)
_SOFT_PX = 1.5
_LINE_BREAKS = frozenset("\t\n\r\x1c\x1d\x1e")
"""Control characters that structured payloads hold between their fields."""
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that show text in another order than it has."""


def read_barcodes(grey: Image, colour: Image | None, dpi: float) -> tuple[Barcode, ...]:
    """Give the codes on an upright page from top to bottom; `colour` is the same page in BGR, where it has colour."""
    scale = min(1.0, MOST_DPI / dpi)
    page = grey if colour is None else image_of(cv2.extractChannel(colour, 2))
    if scale < 1.0:
        page = image_of(cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    found = _look(page)
    read = [_barcode(code, Box(0, 0, 0, 0), 1 / scale) for code in found if code.valid]
    spots = [(_box(code), code.format) for code in found if not code.valid]
    for spot, kind in spots[:MOST_SPOTS]:
        again = _look_again(page, spot, kind, scale)
        read += [code for code in again if not any(_is_same(code, other) for other in read)]
    return tuple(sorted(read[:MOST_CODES], key=lambda code: (code.box.top, code.box.left)))


def glance(grey: Image, dpi: float) -> tuple[Barcode, ...]:
    """Give the large codes on a page, as separator sheets bear them: at 100 dots an inch, for a small cost."""
    scale = min(1.0, GLANCE_DPI / dpi)
    small = image_of(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    return tuple(_barcode(code, Box(0, 0, 0, 0), 1 / scale) for code in _look(small) if code.valid)


def draw_barcode(text: str | bytes, kind: str, module_px: int, bars_px: int = 0) -> Image:
    """Draw a code in black on white with its quiet zone; bars of the linear kinds are `bars_px` high.

    `kind` is a format's name, such as `QRCode` or `Code128`; `module_px` the width of its thinnest part.
    """
    code = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind))
    drawn = image_of(np.array(code.to_image(scale=module_px, add_quiet_zones=True, add_hrt=False)))
    return np.repeat(drawn[drawn.shape[0] // 2][np.newaxis], bars_px, axis=0) if bars_px else drawn


def _look(page: Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(page, formats=FORMATS, try_invert=False, try_downscale=False, return_errors=True)


def _look_again(page: Image, spot: Box, kind: zxingcpp.BarcodeFormat, scale: float) -> list[Barcode]:
    """Give the codes of one kind around a spot, read from the first picture of it that shows any."""
    around = _around(spot, page)
    for picture, factor in _pictures(page, around):
        codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([kind]), try_invert=False)
        read = [_barcode(code, around, 1 / scale, 1 / factor) for code in codes if code.valid]
        if read:
            return read
    return []


def _pictures(page: Image, around: Box) -> Iterator[tuple[Image, int]]:
    """Give pictures of a spot, sharp and softened, each with how much larger it is."""
    cut = page[int(around.top) : int(around.bottom), int(around.left) : int(around.right)]
    for factor in _LARGER:
        large = image_of(cv2.resize(cut, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC))
        yield large, factor
        yield image_of(cv2.GaussianBlur(large, (0, 0), _SOFT_PX)), factor


def _around(spot: Box, page: Image) -> Box:
    reach = _MARGIN * max(spot.width, spot.height) + 8
    height, width = page.shape[:2]
    return Box(
        float(int(max(0.0, spot.left - reach))),
        float(int(max(0.0, spot.top - reach))),
        min(float(width), spot.right + reach),
        min(float(height), spot.bottom + reach),
    )


def _box(code: zxingcpp.Barcode) -> Box:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return Box(min(across), min(down), max(across), max(down))


def _barcode(code: zxingcpp.Barcode, within: Box, unit: float, smaller: float = 1.0) -> Barcode:
    """Give a code in pixels of the page: `smaller` leads from the picture to the page looked at, `unit` from there."""
    box = _box(code)
    left, top = within.left + smaller * box.left, within.top + smaller * box.top
    right, bottom = within.left + smaller * box.right, within.top + smaller * box.bottom
    text, is_binary = _payload(code)
    return Barcode(text, str(code.format), Box(*(unit * edge for edge in (left, top, right, bottom))), is_binary)


def _payload(code: zxingcpp.Barcode) -> tuple[str, bool]:
    """Give what a code says and whether that is no text: then its bytes in hex."""
    data = bytes(code.bytes)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        # Another encoding, which the reader knows from the code itself or guesses.
        text = code.text if code.content_type is not zxingcpp.ContentType.Binary else "\0"
    text = text.removeprefix("\ufeff")
    if any(_is_no_text(char) for char in text):
        return data.hex()[:MOST_CHARACTERS], True
    return nfc(text)[:MOST_CHARACTERS], False


def _is_no_text(char: str) -> bool:
    """Say whether a screen would obey a character and not show it: whoever prints a code may put anything into it."""
    return char in _REORDERING or (unicodedata.category(char) == "Cc" and char not in _LINE_BREAKS)


def _is_same(code: Barcode, other: Barcode) -> bool:
    across = min(code.box.right, other.box.right) - max(code.box.left, other.box.left)
    down = min(code.box.bottom, other.box.bottom) - max(code.box.top, other.box.top)
    return code.text == other.text and across > 0 and down > 0
