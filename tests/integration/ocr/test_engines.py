from pathlib import Path

import numpy as np
import pytest

from config.errors import ToolFailedError
from config.settings import OcrSettings
from ocr.engines import Layout, open_engine
from tests.integration.ocr.drawn_pages import DPI, draw_page

pytestmark = pytest.mark.needs("tesseract")

ENGINES = ["tesserocr", "pytesseract"]


@pytest.mark.parametrize("name", ENGINES)
def test_several_images_are_read_each_on_its_own(name: str) -> None:
    page = np.asarray(draw_page().image, np.uint8)
    engine = open_engine(OcrSettings.model_validate({"engine": name}))
    upper, empty, lower = engine.read([page[:260], np.full((200, 600), 255, np.uint8), page[260:]], DPI, Layout.PAGE)
    assert {"CỘNG", "HÒA"} <= {word.text for word in upper}
    assert empty == []
    assert "Căn" in {word.text for word in lower}
    assert all(0 <= word.confidence <= 1 for word in [*upper, *lower])


@pytest.mark.parametrize("name", ENGINES)
def test_nothing_to_read_is_nothing_read(name: str) -> None:
    assert open_engine(OcrSettings.model_validate({"engine": name})).read([], DPI, Layout.LINE) == []


@pytest.mark.parametrize("name", ENGINES)
def test_a_reading_that_takes_too_long_is_given_up(name: str) -> None:
    page = np.asarray(draw_page().image, np.uint8)
    engine = open_engine(OcrSettings.model_validate({"engine": name, "page_timeout_s": 0.001}))
    with pytest.raises(ToolFailedError):
        engine.read([np.tile(page, (1, 2))], DPI, Layout.PAGE)


@pytest.mark.parametrize("name", ENGINES)
def test_a_broken_model_is_reported(name: str, tmp_path: Path) -> None:
    (tmp_path / "vie.traineddata").write_bytes(b"not a model")
    engine = open_engine(OcrSettings.model_validate({"engine": name, "model_folder": tmp_path}))
    with pytest.raises(ToolFailedError):
        engine.read([np.full((200, 600), 255, np.uint8)], DPI, Layout.PAGE)
