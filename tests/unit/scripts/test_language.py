from pathlib import Path

import pytest

from scripts.language import chosen_language


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SOHOA_LANG", raising=False)
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path))


def test_vietnamese_is_spoken_unless_something_else_is_asked_for() -> None:
    assert chosen_language(["status"]) == "vi"


@pytest.mark.parametrize("arguments", [["--lang", "en", "status"], ["status", "--lang=en"], ["status", "--lang", "en"]])
def test_the_option_is_heard_wherever_it_stands(arguments: list[str]) -> None:
    assert chosen_language(arguments) == "en"


def test_the_option_wins_over_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_LANG", "en")
    assert chosen_language([]) == "en"
    assert chosen_language(["--lang", "vi"]) == "vi"


def test_the_settings_file_speaks_when_nobody_else_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sohoa.toml").write_text('lang = "en"\n', "utf-8")
    assert chosen_language([]) == "en"
    monkeypatch.setenv("SOHOA_LANG", "vi")
    assert chosen_language([]) == "vi"


def test_the_settings_file_of_the_home_folder_named_is_the_one_that_counts(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "sohoa.toml").write_text('lang = "en"\n', "utf-8")
    assert chosen_language(["--home", str(other), "status"]) == "en"


@pytest.mark.parametrize("text", ["lang = 7\n", "not toml", 'lang = "fr"\n'])
def test_a_settings_file_that_is_wrong_leaves_vietnamese(tmp_path: Path, text: str) -> None:
    (tmp_path / "sohoa.toml").write_text(text, "utf-8")
    assert chosen_language([]) == "vi"


def test_an_unknown_language_is_answered_in_vietnamese() -> None:
    assert chosen_language(["--lang", "fr"]) == "vi"
