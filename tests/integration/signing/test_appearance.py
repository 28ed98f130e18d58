import subprocess
import unicodedata
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr.page_ink import page_ink
from signing import Sealer, SealRequest
from signing.placement import Standing
from tests.integration.signing.conftest import AGENCY, SIGNED_AT, Seal

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


def _sealed_beside_ink(tmp_path: Path, sealer: Sealer, turn: int, *blots: tuple[int, int, int, int]) -> Standing:
    """Seal a page of A4 with blots, given as displayed from the top right: how the block stands, and that it is apart.

    Ink before and after together are all there is: nothing of the block lies under or over a blot.
    """
    path, out = tmp_path / "inked.pdf", tmp_path / "inked-sealed.pdf"
    width, height = A4 if turn in {0, 180} else A4[::-1]
    drawn = []
    for from_right, top, across, down in blots:
        x, y = width - from_right - across, height - top - down
        drawn.append(f"{x} {y} {across} {down} re f")
    # The content is turned against the page, so that it is displayed upright.
    upright = {
        0: "1 0 0 1 0 0",
        90: f"0 1 -1 0 {A4[0]} 0",
        180: f"-1 0 0 -1 {A4[0]} {A4[1]}",
        270: f"0 -1 1 0 0 {A4[1]}",
    }
    with pikepdf.open(_page(path, A4, turn), allow_overwriting_input=True) as pdf:
        pdf.pages[0].contents_add(f"q {upright[turn]} cm {' '.join(drawn)} Q".encode())
        pdf.save(path)
    ink = page_ink(path, 1)
    receipt = sealer.seal(SealRequest(path, out, "SAO Y", AGENCY, SIGNED_AT, ink=ink))
    added = page_ink(out, 1)
    block = added & ~ink
    assert block.any()
    if receipt.standing is not Standing.OVER_INK:
        near = np.argwhere(block)
        box = ink[near[:, 0].min() : near[:, 0].max() + 1, near[:, 1].min() : near[:, 1].max() + 1]
        assert not box.any(), "the block keeps off the ink"
    return receipt.standing


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_block_gives_way_to_ink_within_its_corner(tmp_path: Path, sealer: Sealer, turn: int) -> None:
    assert _sealed_beside_ink(tmp_path, sealer, turn, (60, 10, 80, 20)) is Standing.MOVED
    assert _sealed_beside_ink(tmp_path, sealer, turn, (0, 0, 20, 300)) is Standing.MOVED
    assert _sealed_beside_ink(tmp_path, sealer, turn, (60, 120, 80, 20)) is Standing.AS_PRESCRIBED


def test_block_stands_over_ink_where_the_whole_corner_is_full(tmp_path: Path, sealer: Sealer) -> None:
    assert _sealed_beside_ink(tmp_path, sealer, 0, *((x, 0, 2, 100) for x in range(0, 250, 25))) is Standing.OVER_INK
