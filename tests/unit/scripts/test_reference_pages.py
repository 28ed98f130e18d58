"""The manual agrees with the program."""

import re

import pytest

from config.errors import ExitCode
from config.settings import known_keys
from scripts.reference_pages import CODES, DOCS, command_pages, documented_errors, pages


@pytest.mark.parametrize("name", ["settings.md", "exit-codes.md", "commands.md"])
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == pages()[name], "run `make docs`"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_command_and_option_says_what_it_does(language: str) -> None:
    for page in command_pages(language):
        assert page.purpose, page.path
        assert [name for name, text in page.parameters if not text] == [], page.path


def test_every_command_and_option_is_in_the_manual() -> None:
    manual = (DOCS / "commands.md").read_text("utf-8")
    for page in command_pages("en"):
        assert f"## `{page.path}`" in manual
        for name, text in page.parameters:
            assert name.replace("|", "\\|") in manual
            assert text in manual


def test_every_command_has_json() -> None:
    without = {page.path for page in command_pages("en") if not any(name == "--json" for name, _ in page.parameters)}
    assert without == {"sohoa"}


def test_every_setting_is_in_the_manual() -> None:
    manual = (DOCS / "settings.md").read_text("utf-8")
    assert [key for key in known_keys() if f"`{key}`" not in manual] == []


def test_every_error_and_exit_code_is_in_the_manual() -> None:
    manual = (DOCS / "exit-codes.md").read_text("utf-8")
    assert [kind.code for kind in documented_errors() if f"| `{kind.code}` |" not in manual] == []
    assert [code for code in (*ExitCode, *CODES) if f"| {int(code)} |" not in manual] == []


def test_the_two_languages_list_the_same_options() -> None:
    def options(language: str) -> list[tuple[str, list[str]]]:
        return [
            (page.path, [found for name, _ in page.parameters for found in re.findall(r"--?[a-z-]+", name)])
            for page in command_pages(language)
        ]

    assert options("vi") == options("en")
