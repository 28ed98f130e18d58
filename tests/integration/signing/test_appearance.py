import subprocess
import unicodedata
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from tests.integration.signing.conftest import AGENCY, Seal

DPI = 144
A4 = (595.28, 841.89)
LETTERS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"

pytestmark = pytest.mark.needs("poppler")


def _page(path: Path, size: tuple[float, float], rotate: int = 0, crop: list[float] | None = None) -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=size)
        if rotate:
            pdf.pages[0].Rotate = rotate
        if crop:
            pdf.pages[0].CropBox = pikepdf.Array(crop)
        pdf.save(path)
    return path


def _ink(pdf: Path) -> tuple[tuple[float, float, float, float], tuple[float, float]]:
    """The box of the ink and the size of the page, both in points as displayed, from the top left."""
    target = pdf.with_suffix("")
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", "-cropbox", "-singlefile", "-png", pdf, target], check=True)
    with Image.open(target.with_suffix(".png")) as image:
        pixels = np.asarray(image.convert("L"))
    rows, columns = np.nonzero(pixels < 128)
    point = 72 / DPI
    box = (columns.min() * point, rows.min() * point, columns.max() * point, rows.max() * point)
    return box, (pixels.shape[1] * point, pixels.shape[0] * point)


def _text(pdf: Path) -> str:
    return subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True).stdout


def _raw_text(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-raw", pdf, "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("crop", [None, [40.0, 60.0, 560.0, 800.0]], ids=["whole", "cropped"])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_block_stands_upright_in_the_displayed_top_right_corner(
    tmp_path: Path, seal: Seal, rotate: int, crop: list[float] | None
) -> None:
    sealed = seal(_page(tmp_path / "page.pdf", A4, rotate, crop))
    (left, top, right, bottom), (width, height) = _ink(sealed)
    short, long = sorted((width, height))
    scale = min(short / A4[0], long / A4[1])
    assert left >= width - 178 * scale - 1
    assert right <= width - 8 * scale + 1
    assert top >= 8 * scale - 1
    assert bottom <= 38 * scale + 1
    assert right - left > 2 * (bottom - top), "lines run from left to right"
    assert AGENCY in _text(sealed)


@pytest.mark.parametrize(
    "size", [(841.89, 595.28), (841.89, 1190.55), (243.0, 153.0), (2480.0, 3508.0), (300.0, 1500.0)]
)
def test_block_grows_and_shrinks_with_the_page(tmp_path: Path, seal: Seal, size: tuple[float, float]) -> None:
    (left, top, right, bottom), (width, _) = _ink(seal(_page(tmp_path / "page.pdf", size)))
    short, long = sorted(size)
    scale = min(short / A4[0], long / A4[1])
    assert left >= width - 178 * scale - 1
    assert right <= width
    assert top >= 0
    assert bottom <= 38 * scale + 1


def test_inherited_rotation_and_crop_count(tmp_path: Path, seal: Seal) -> None:
    path = _page(tmp_path / "page.pdf", A4)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.Pages.Rotate = 90
        pdf.Root.Pages.CropBox = pikepdf.Array([0, 100, 500, 841])
        pdf.save(path)
    (left, top, _, bottom), (width, height) = _ink(seal(path))
    assert width > height
    assert left > width / 2
    assert bottom < height / 8
    assert top > 0


def test_a_page_crop_beyond_the_media_box_does_not_push_the_block_out(tmp_path: Path, seal: Seal) -> None:
    path = _page(tmp_path / "page.pdf", A4, crop=[-500, -500, 2000, 2000])
    (_, _, right, _), (width, _) = _ink(seal(path))
    assert right <= width


@pytest.mark.parametrize(
    "name",
    [
        "Văn phòng Ủy ban nhân dân tỉnh Nghệ An",
        "Trung tâm Phục vụ hành chính công thuộc Ủy ban nhân dân xã Quỳnh Lưu, tỉnh Nghệ An",
        "Ban Quản lý " + "các khu kinh tế và khu công nghiệp " * 6,
        "Nghiêngngảkhôngkhoảngtrắng" * 4,
    ],
)
def test_long_names_stay_inside_the_corner(tmp_path: Path, seal: Seal, name: str) -> None:
    (left, top, right, bottom), (width, _) = _ink(seal(_page(tmp_path / "page.pdf", A4), name))
    assert left >= width - 178 - 1
    assert right <= width - 8 + 1
    assert top >= 7
    assert bottom <= 60


def test_every_vietnamese_letter_copies_right(tmp_path: Path, seal: Seal) -> None:
    groups = [LETTERS[start : start + 12] for start in range(0, len(LETTERS), 12)]
    name = " ".join([*groups, *(group.upper() for group in groups)])
    sealed = seal(_page(tmp_path / "page.pdf", A4), name)
    assert name in " ".join(_raw_text(sealed).split())


def test_decomposed_names_are_printed_composed(tmp_path: Path, seal: Seal) -> None:
    sealed = seal(_page(tmp_path / "page.pdf", A4), unicodedata.normalize("NFD", AGENCY))
    assert AGENCY in _text(sealed)


def test_test_keys_show_on_the_page_and_the_order_is_form_agency_time(tmp_path: Path, seal: Seal) -> None:
    lines = [line for line in _raw_text(seal(_page(tmp_path / "page.pdf", A4))).splitlines() if line.strip()]
    assert lines[:3] == ["SAO Y (TEST)", AGENCY, "2026-03-05T09:41:07+07:00"]


def test_printed_font_is_embedded_and_times_like(tmp_path: Path, seal: Seal) -> None:
    sealed = seal(_page(tmp_path / "page.pdf", A4))
    with pikepdf.open(sealed) as pdf:
        appearance = pdf.pages[0].Annots[0].AP.N
        font = appearance.Resources.Font.F1
        assert "LiberationSerif" in str(font.BaseFont)
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
        assert b" 10.000 Tf" in appearance.read_bytes()
        assert int(pdf.pages[0].Annots[0].F) & 0b100, "it prints"
