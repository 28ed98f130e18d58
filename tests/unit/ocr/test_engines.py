from pathlib import Path

import pytest

from config.errors import ToolMissingError
from config.i18n import activate
from ocr.engines.models import find_model


def test_the_model_is_named_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "vie.traineddata").write_bytes(b"model")
    assert find_model("vie", tmp_path).name == "vie-9372c470eead"


def test_a_folder_in_the_environment_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tessdata").mkdir()
    (tmp_path / "tessdata" / "vie.traineddata").write_bytes(b"model")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert find_model("vie").folder == tmp_path / "tessdata"


def test_a_missing_language_names_its_package(tmp_path: Path) -> None:
    activate("en")
    try:
        with pytest.raises(ToolMissingError) as caught:
            find_model("vie", tmp_path)
        assert "tesseract-ocr-vie" in caught.value.remedy_text()
    finally:
        activate("vi")
