from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr.images import Image as Pixels
from ocr.page_ink import page_ink

pytestmark = pytest.mark.needs("poppler")

HEIGHT, WIDTH = 1754, 1240
"""A4 at 150 dpi."""


def a_scan(folder: Path, grey: Pixels) -> Path:
    path = folder / "scan.pdf"
    Image.fromarray(grey).save(path, resolution=150)
    return path


def paper(shade: int = 245) -> Pixels:
    return np.full((HEIGHT, WIDTH), shade, np.uint8)


def corner(ink: np.ndarray) -> np.ndarray:
    """The upper right quarter of what was seen."""
    return ink[: ink.shape[0] // 2, ink.shape[1] // 2 :]


def test_ink_is_where_letters_and_lines_are(tmp_path: Path) -> None:
    grey = paper()
    grey[100:140, 900:1100:7] = 30
    grey[200:203, 900:1100] = 90
    ink = page_ink(a_scan(tmp_path, grey), 1)
    rows, columns = np.nonzero(ink)
    scale = WIDTH / ink.shape[1]
    assert rows.min() * scale == pytest.approx(100, abs=4)
    assert rows.max() * scale == pytest.approx(203, abs=4)
    assert columns.min() * scale == pytest.approx(900, abs=4)
    assert columns.max() * scale == pytest.approx(1100, abs=8)


def test_shaded_and_grainy_paper_is_no_ink(tmp_path: Path) -> None:
    shade = np.linspace(250, 150, WIDTH)[None, :] + np.random.default_rng(5).normal(0, 8, (HEIGHT, WIDTH))
    assert not page_ink(a_scan(tmp_path, np.clip(shade, 0, 255).astype(np.uint8)), 1).any()


def test_dust_is_no_ink(tmp_path: Path) -> None:
    grey = paper()
    grey[::150, ::130] = 0
    assert not page_ink(a_scan(tmp_path, grey), 1).any()


def test_dark_area_is_ink_all_over(tmp_path: Path) -> None:
    grey = paper()
    grey[0:400, 700:1240] = 60
    ink = page_ink(a_scan(tmp_path, grey), 1)
    edge = ink.shape[1] * 700 // WIDTH
    assert ink[: ink.shape[0] * 390 // HEIGHT, edge + 4 :].all()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_ink_is_told_as_the_page_is_displayed(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "page.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(400, 600))
        # In each turn the mark comes to stand at the displayed top right.
        x, y = {0: (340, 540), 90: (10, 540), 180: (10, 10), 270: (340, 10)}[turn]
        pdf.pages[0].contents_add(f"{x} {y} 50 50 re f".encode())
        pdf.pages[0].Rotate = turn
        pdf.save(path)
    ink = page_ink(path, 1)
    assert (ink.shape[0] > ink.shape[1]) is (turn in {0, 180})
    assert corner(ink).sum() == ink.sum() > 0


def test_dotted_line_to_write_on_is_ink(tmp_path: Path) -> None:
    grey = paper()
    for left in range(700, 1000, 8):
        grey[300:302, left : left + 2] = 20
    rows, columns = np.nonzero(page_ink(a_scan(tmp_path, grey), 1))
    assert len(columns) >= 30
    assert np.ptp(rows) <= 2
