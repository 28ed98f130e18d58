"""The language of the command line: our texts, and those of click and typer.

Typer asks the standard library's default text domain for the few texts it translates, some of them while it is
imported; they are answered from our own catalogue, so this must run before it is loaded. See scripts/verbs.py too.
"""

import gettext
import os
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from config.i18n import DEFAULT_LANGUAGE, LANGUAGES
from config.i18n import gettext as ours
from config.i18n import speak as speak_in_process
from config.settings import SETTINGS_FILE, Settings


class Language(StrEnum):
    """The languages that a command line can be told to speak."""

    VI = "vi"
    EN = "en"


def chosen_language(arguments: Sequence[str]) -> str:
    """Give the language asked for by `--lang`, else by SOHOA_LANG, else by the settings file, else Vietnamese."""
    asked = _option(arguments, "--lang") or os.environ.get("SOHOA_LANG") or _of_settings(arguments)
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def speak(language: str) -> None:
    """Make this process speak a language."""
    speak_in_process(language)
    gettext.dgettext = _answer


def _answer(domain: str, message: str) -> str:  # noqa: ARG001 - the signature is gettext's
    return ours(message) if message else ""


def _option(arguments: Sequence[str], name: str) -> str | None:
    for position, argument in enumerate(arguments):
        if argument == name and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{name}="):
            return argument.removeprefix(f"{name}=")
    return None


def _of_settings(arguments: Sequence[str]) -> str | None:
    """Give the language of the settings file; what is wrong with the file is told later, in any language."""
    home = _option(arguments, "--home") or os.environ.get("SOHOA_HOME") or str(Settings.model_fields["home"].default)
    try:
        language = tomllib.loads((Path(home) / SETTINGS_FILE).read_text("utf-8")).get("lang")
    except (OSError, ValueError):
        return None
    return str(language)
