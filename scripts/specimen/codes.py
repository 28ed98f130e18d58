"""QR codes and barcodes on fictional pages, and what wear does to them, in tiers."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

import cv2
import numpy as np

from ocr.barcodes import draw_barcode
from ocr.images import Image, image_of

OWNER = "999099000123"
PAPER = f"000.00.99.H41-260311-0012|1.004194.000.00.00.H41|{OWNER}|Giấy chứng nhận đăng ký hộ kinh doanh"
CARD = f"{OWNER}|999000123|Nguyễn Văn Mẫu|01011990|Nam|Xóm 1, Xã Mẫu, Tỉnh Mẫu|05052021"
_CORNER_MM = 12
_BARS_MM = 9
_ON_SPECIMENS_MM, _SPECIMEN_CORNER_MM = 17, 7


class Tier(StrEnum):
    """How a page with a code was treated before it was scanned."""

    CLEAN = "clean"
    WORN = "worn"
    TURNED = "turned"
    STAMPED = "stamped"
    FAINT = "faint"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code as it is printed: what it says, its format, how wide it is on the paper."""

    text: str
    kind: str
    width_mm: float


PRINTED = (
    *(PrintedCode(PAPER, "QRCode", width) for width in (14, 18, 25)),
    *(PrintedCode(CARD, "QRCode", width) for width in (15, 20)),
    *(PrintedCode("H41.99-260311-0012", "DataMatrix", width) for width in (8, 12)),
    *(PrintedCode("H41.99-260311-0012", "Code128", width) for width in (45, 60)),
    PrintedCode("PATCHT", "Code39", 50),
)


def coded_page(paper: Image, code: PrintedCode, tier: Tier, dpi: int, dice: Random) -> Image:
    """Give a colour page with a code at its upper left, worn as the tier says."""
    drawn = _printed(code, dpi)
    angle = {Tier.CLEAN: 0.0, Tier.POOR: dice.uniform(-8, 8)}.get(tier, dice.uniform(-3, 3))
    if tier is Tier.TURNED:
        angle += dice.choice((90, 180, 270))
    drawn = _turned(drawn, angle)
    page = paper.copy()
    at = round(_CORNER_MM * dpi / 25.4)
    page[at : at + drawn.shape[0], at : at + drawn.shape[1]] = drawn
    colour = np.dstack([page] * 3)
    if tier is Tier.STAMPED:
        centre = (at + dice.randrange(drawn.shape[1]), at + dice.randrange(drawn.shape[0]))
        _stamp(colour, centre, dpi)
    return _worn(colour, tier, dpi, dice)


def with_code(ink: Image, text: str, dpi: int) -> Image:
    """Give the ink of a set page with a QR code at its upper left, where TT 01/2023 wants it."""
    drawn = _printed(PrintedCode(text, "QRCode", _ON_SPECIMENS_MM), dpi)
    at = round(_SPECIMEN_CORNER_MM * dpi / 25.4)
    page = ink.copy()
    page[at : at + drawn.shape[0], at : at + drawn.shape[1]] = drawn
    return page


def _printed(code: PrintedCode, dpi: int) -> Image:
    is_linear = code.kind.startswith("Code")
    drawn = draw_barcode(code.text, code.kind, 8, 8 if is_linear else 0)
    width = round(code.width_mm * dpi / 25.4)
    height = round(_BARS_MM * dpi / 25.4) if is_linear else round(drawn.shape[0] * width / drawn.shape[1])
    return image_of(cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA))


def _turned(drawn: Image, angle: float) -> Image:
    height, width = drawn.shape
    side = int(np.hypot(height, width)) + 8
    square = np.full((side, side), 255, np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = drawn
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), angle, 1.0)
    return image_of(cv2.warpAffine(square, matrix, (side, side), borderValue=(255,)))


def _stamp(colour: Image, centre: tuple[int, int], dpi: int) -> None:
    """Set a red round stamp over the page; on black print red ink stays black."""
    ink = np.zeros(colour.shape[:2], np.uint8)
    for radius_mm in (13, 17):
        cv2.circle(ink, centre, round(radius_mm * dpi / 25.4), 255, max(2, round(0.6 * dpi / 25.4)))
    place = (centre[0] - round(11 * dpi / 25.4), centre[1])
    cv2.putText(ink, "XA MAU", place, cv2.FONT_HERSHEY_SIMPLEX, dpi / 120, 255, max(2, dpi // 80))
    red = np.minimum(colour, np.array([70, 60, 205], np.uint8))
    colour[ink > 0] = red[ink > 0]


def _worn(colour: Image, tier: Tier, dpi: int, dice: Random) -> Image:
    if tier is Tier.CLEAN:
        return colour
    softness = {Tier.POOR: 1.3, Tier.FAINT: 0.7}.get(tier, 0.8) * dpi / 200
    grain = {Tier.POOR: 14, Tier.FAINT: 7}.get(tier, 8)
    quality = {Tier.POOR: 45, Tier.FAINT: 60}.get(tier, 70)
    soft = cv2.GaussianBlur(colour, (0, 0), softness).astype(np.float32)
    if tier is Tier.FAINT:
        soft = 235 - (255 - soft) * 0.3
    noise = np.random.default_rng(dice.randrange(1 << 30)).normal(0, grain, colour.shape[:2])
    scan = image_of(np.clip(soft * 0.92 + noise[:, :, np.newaxis], 0, 255))
    packed = cv2.imencode(".jpg", scan, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return image_of(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)))
