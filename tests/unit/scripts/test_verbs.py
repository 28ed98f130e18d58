"""What a person types wrongly is refused in the person's language, with the nearest right word."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import ExitCode
from config.i18n import activate, active_language
from scripts.application import SECTIONS, run


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = active_language()
    activate(request.param)
    yield request.param
    activate(before)


@pytest.fixture
def vietnamese() -> Iterator[None]:
    before = active_language()
    activate("vi")
    yield
    activate(before)


@pytest.fixture(autouse=True)
def _an_empty_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SOHOA_LANG", raising=False)


@pytest.mark.parametrize("arguments", [[], ["review"], ["register"], ["release"]])
def test_a_command_without_its_verb_shows_the_help(
    language: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == ExitCode.USAGE
    shown = capsys.readouterr().out
    assert ("Cách dùng: " if language == "vi" else "Usage: ") in shown


@pytest.mark.parametrize(
    "english", ["Usage", "Options", "Arguments", "Commands", "Show this", "COMMAND", "Error", "required", "<str>"]
)
@pytest.mark.parametrize("arguments", [["--help"], ["review", "set", "-h"], ["register", "import", "--help"]])
def test_no_english_of_the_library_shows_in_vietnamese_help(
    vietnamese: None, arguments: list[str], english: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == ExitCode.DONE
    assert english not in capsys.readouterr().out


def test_the_first_help_page_fits_a_screen_of_80_columns(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run(["--help"])
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert len(lines) <= 48
    assert all(line == line.rstrip() for line in lines)


def test_the_first_help_page_names_every_command(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["--help"])
    shown = capsys.readouterr().out
    verbs = [
        module.__name__.rpartition(".")[2].removesuffix("_command") for _title, verbs in SECTIONS for module in verbs
    ]
    assert [verb for verb in verbs if f"  {verb} " not in shown] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--home", "/no/such/home"], "chưa ghi lệnh nào"),
        (["stauts"], "status"),
        (["review", "acept", "x"], "accept"),
        (["progress", "--fromat", "csv"], "--format"),
        (["progress", "--format", "cvs"], "table, csv, xlsx, html, pdf, json"),
        (["progress", "--as-of", "31/02/2026"], "01/07/2026"),
        (["release", "approve", "7"], "LÔ"),
        (["release", "reject", "01a20ccc-269b-756a-b76e-3718dacc5b5b", "--errors", "0"], "--errors"),
        (["review", "set", "H41.90-260302-0001.1"], "TRƯỜNG"),
        (["register", "import", "/no/such/file.csv"], "không có tệp /no/such/file.csv"),
        (["register", "import", "/"], "/ là thư mục"),
        (["init", "--agencies", "/no/such/file.toml"], "không có tệp /no/such/file.toml"),
        (["status", "more"], "more"),
        (["progress", "--out"], "--out"),
        (["--lang", "fr", "status"], "vi, en"),
        (["backfill", "--stage", "sign"], "deliver, prepare, recognize, assemble, extract"),
    ],
)
def test_what_is_typed_wrongly_is_told_with_what_is_wanted(
    vietnamese: None, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == ExitCode.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err
    assert "Lỗi:" in captured.err
    assert "--help" in captured.err
    for english in ("Invalid", "Missing", "No such", "unexpected", "Error", "Try"):
        assert english not in captured.err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == ExitCode.DONE
    assert capsys.readouterr().out.strip() == "0.1.0"
