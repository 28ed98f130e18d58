from collections.abc import Callable

import cv2
import numpy as np
import pytest

from ocr.barcodes import MOST_CHARACTERS, draw_barcode, read_barcodes
from ocr.images import Image, image_of
from ocr.model import Barcode

DPI = 200
PAPER = "000.00.99.H41-260311-0012|1.004194|999099000123|Giấy chứng nhận đăng ký hộ kinh doanh"


def sheet(code: Image, at: tuple[int, int] = (110, 120), size: tuple[int, int] = (2339, 1654)) -> Image:
    page = np.full(size, 255, np.uint8)
    page[at[0] : at[0] + code.shape[0], at[1] : at[1] + code.shape[1]] = code
    return page


def read(grey: Image, colour: Image | None = None, dpi: float = DPI) -> list[str]:
    return [code.text for code in read_barcodes(grey, colour, dpi)]


@pytest.mark.parametrize(
    ("kind", "text", "bars"),
    [
        ("QRCode", PAPER, 0),
        ("MicroQRCode", "12345", 0),
        ("DataMatrix", "H41.99-260311-0012", 0),
        ("PDF417", "H41.99-260311-0012", 0),
        ("Code128", "H41.99-260311-0012", 60),
        ("Code39", "PATCHT", 60),
        ("EAN13", "8931234567897", 60),
        ("ITF", "12345678", 60),
    ],
)
def test_the_codes_of_paper_are_read(kind: str, text: str, bars: int) -> None:
    assert read(sheet(draw_barcode(text, kind, 3, bars))) == [text]


def test_a_page_without_a_code_has_none() -> None:
    page = np.full((2339, 1654), 255, np.uint8)
    cv2.putText(page, "UY BAN NHAN DAN", (200, 400), cv2.FONT_HERSHEY_SIMPLEX, 2, 0, 4)
    assert read(page) == []


def test_the_box_is_in_pixels_of_the_page_it_was_given() -> None:
    fine = sheet(draw_barcode("MAU", "QRCode", 12), (600, 400), (4678, 3308))
    (code,) = read_barcodes(fine, None, 600.0)
    assert (code.box.left, code.box.top) == pytest.approx((448, 648), abs=8)
    assert code.box.width == pytest.approx(21 * 12, abs=12)


def turned(page: Image) -> Image:
    matrix = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), 33, 1.0)
    return image_of(cv2.warpAffine(page, matrix, page.shape[::-1], borderValue=(255,)))


def faint(page: Image) -> Image:
    return image_of(235 - (255 - page.astype(int)) * 0.3)


def upside_down(page: Image) -> Image:
    return np.ascontiguousarray(page[::-1, ::-1])


def noisy(page: Image) -> Image:
    soft = cv2.GaussianBlur(page, (0, 0), 0.9).astype(float)
    return image_of(np.clip(soft + np.random.default_rng(7).normal(0, 12, page.shape), 0, 255))


@pytest.mark.parametrize("worn", [turned, faint, upside_down, noisy])
def test_a_code_that_is_turned_or_worn_is_read(worn: Callable[[Image], Image]) -> None:
    assert read(worn(sheet(draw_barcode(PAPER, "QRCode", 4), (900, 700)))) == [PAPER]


def test_a_code_under_a_red_stamp_is_read_from_the_red_channel() -> None:
    grey = sheet(draw_barcode(PAPER, "QRCode", 4))
    colour = np.dstack([grey] * 3)
    stamp = np.zeros(grey.shape, np.uint8)
    for radius in (40, 60, 80):
        cv2.circle(stamp, (210, 190), radius, 255, 10)
    colour[(stamp > 0) & (grey > 128)] = (60, 50, 210)
    colour[(stamp > 0) & (grey <= 128)] = (10, 8, 40)
    seen = image_of(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY))
    # Red ink is as dark as print to a scanner without colour.
    seen[(stamp > 0)] = 60
    assert read(seen) == []
    assert read(seen, colour) == [PAPER]


def test_bytes_that_are_no_text_are_kept_in_hex_and_bounded() -> None:
    assert read_barcodes(sheet(drawn_bytes(bytes([0, 1, 2, 255]))), None, DPI) == (only("000102ff", is_binary=True),)
    assert len(read(sheet(draw_barcode("7" * 5000, "QRCode", 3)))[0]) == MOST_CHARACTERS


@pytest.mark.parametrize("mark", ["\x1b", "\x7f", "\x9b", "\u202e"], ids=["escape", "delete", "csi", "reordering"])
def test_what_a_screen_would_obey_is_no_text(mark: str) -> None:
    (code,) = read_barcodes(sheet(draw_barcode(f"LOT {mark}[2J".encode(), "QRCode", 5)), None, DPI)
    assert (code.is_binary, code.text) == (True, f"LOT {mark}[2J".encode().hex())


def test_a_mark_of_the_byte_order_is_no_part_of_the_text() -> None:
    assert read(sheet(draw_barcode("\ufeffLOT 7".encode(), "QRCode", 5))) == ["LOT 7"]


def test_text_comes_out_composed() -> None:
    assert read(sheet(draw_barcode("Nguye\u0302\u0303n", "QRCode", 5))) == ["Nguyễn"]


def drawn_bytes(data: bytes) -> Image:
    return draw_barcode(data, "QRCode", 5)


def only(text: str, *, is_binary: bool) -> Barcode:
    (code,) = read_barcodes(sheet(drawn_bytes(bytes.fromhex(text))), None, DPI)
    assert code.is_binary == is_binary
    assert code.text == text
    return code
