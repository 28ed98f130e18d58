import hashlib
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from config import fonts
from config.errors import ToolMissingError

VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"


@pytest.fixture(scope="module")
def font() -> TTFont:
    return TTFont(BytesIO(fonts.document_font()))


def test_every_vietnamese_letter_is_in_the_font(font: TTFont) -> None:
    letters = font.getBestCmap() or {}
    assert not [letter for letter in VOWELS + VOWELS.upper() if ord(letter) not in letters]


def test_font_has_1000_units_an_em_and_times_widths(font: TTFont) -> None:
    letters = font.getBestCmap() or {}
    assert getattr(font["head"], "unitsPerEm", None) == 1000
    widths = {letter: font["hmtx"][letters[ord(letter)]][0] for letter in "0aM "}
    assert widths == {"0": 500, "a": 444, "M": 889, " ": 250}


def test_font_has_no_ligatures(font: TTFont) -> None:
    assert not {"GSUB", "GPOS", "kern"} & set(font.keys())


def test_two_processes_make_the_same_bytes() -> None:
    code = "import hashlib;from config.fonts import document_font;print(hashlib.sha256(document_font()).hexdigest())"
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    assert hashlib.sha256(fonts.document_font()).hexdigest() == other


def test_second_call_gives_the_same_object() -> None:
    assert fonts.document_font() is fonts.document_font()


def test_missing_font_names_the_package_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "FONT_PATHS", (tmp_path / "none.ttf",))
    with pytest.raises(ToolMissingError) as caught:
        fonts.document_font()
    assert "fonts-liberation2" in caught.value.remedy_text()


def test_broken_font_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"not a font")
    monkeypatch.setattr(fonts, "FONT_PATHS", (broken,))
    with pytest.raises(ToolMissingError, match=r"broken\.ttf"):
        fonts.document_font()
