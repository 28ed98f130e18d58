"""Ruled tables of specimens, read with the real engines: skewed, delivered sideways, with broken and faint rules."""

from pathlib import Path

import pytest
from PIL import Image

from config.settings import OcrSettings
from ocr.engines import open_engine
from scripts.bench.accuracy.truth import load_scorer
from scripts.bench.tables import DPI, WAYS, delivered, read_sheet, set_sheets, share_right

pytestmark = [pytest.mark.needs("tesseract"), pytest.mark.needs("corpus")]

RECEIPT, LIST = "demo/giay_tiep_nhan/0", "demo/danh_sach/0"


@pytest.mark.parametrize(
    ("name", "way"),
    [
        (RECEIPT, "turned 3"),
        (RECEIPT, "sideways 270"),
        (LIST, "faint, turned 2"),
        (LIST, "sideways 90, broken, turned 1"),
    ],
)
def test_a_table_is_read_cell_by_cell_and_row_by_row(name: str, way: str, tmp_path: Path, corpus: Path) -> None:
    sheet = next(sheet for sheet in set_sheets() if sheet.name == name)
    what = next(one for one in WAYS if one.name == way)
    Image.fromarray(delivered(sheet, what)).save(tmp_path / "sheet.png", dpi=(DPI, DPI))
    read = read_sheet(sheet, what, tmp_path / "sheet.png", open_engine(OcrSettings()), load_scorer(corpus))
    assert read.is_ordered
    assert share_right([read]) >= 0.9
    assert read.score.cer < 2.0
