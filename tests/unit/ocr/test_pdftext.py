"""How pdftotext's ways of failing are told."""

from pathlib import Path

import pikepdf
import pytest

from config.errors import EncryptedFileError, ToolFailedError, ToolMissingError
from ocr.pdftext import text_of
from tests.demanding import hold_to


def test_without_the_program_the_remedy_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissingError) as missing:
        text_of(tmp_path / "in.pdf")
    assert "poppler-utils" in missing.value.remedy_text()


def test_a_program_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hung = tmp_path / "pdftotext"
    hung.write_text("#!/bin/sh\nexec /bin/sleep 20\n")
    hung.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    hold_to(monkeypatch, wall_s=0.2)
    with pytest.raises(ToolFailedError):
        text_of(tmp_path / "in.pdf")


@pytest.mark.needs("poppler")
def test_a_damaged_file_is_a_failure_and_a_locked_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_text("no pdf")
    with pytest.raises(ToolFailedError):
        text_of(tmp_path / "broken.pdf")
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(EncryptedFileError):
        text_of(tmp_path / "locked.pdf")


@pytest.mark.needs("poppler")
def test_each_page_gives_one_text_and_one_page_may_be_asked_for(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        for _page in range(3):
            pdf.add_blank_page()
        pdf.save(tmp_path / "blank.pdf")
    assert [text.strip() for text in text_of(tmp_path / "blank.pdf")] == ["", "", ""]
    assert len(text_of(tmp_path / "blank.pdf", page=2)) == 1
