"""The language of the command line: our texts, and those of click and typer.

Click and typer ask the standard library's default text domain, some of them while they are imported; it is answered
from our own catalogue, so this must run before either is loaded.
"""

import gettext
import os
from collections.abc import Sequence

from config.i18n import DEFAULT_LANGUAGE, LANGUAGES, activate
from config.i18n import gettext as ours


def chosen_language(arguments: Sequence[str]) -> str:
    """Give the language asked for by `--lang`, else by SOHOA_LANG, else Vietnamese."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            return _known(arguments[position + 1])
        if argument.startswith("--lang="):
            return _known(argument.removeprefix("--lang="))
    return _known(os.environ.get("SOHOA_LANG", DEFAULT_LANGUAGE))


def speak(language: str) -> None:
    """Make this process speak a language."""
    activate(language)
    gettext.dgettext = _answer


def _answer(domain: str, message: str) -> str:  # noqa: ARG001 - the signature is gettext's
    return ours(message) if message else ""


def _known(language: str) -> str:
    return language if language in LANGUAGES else DEFAULT_LANGUAGE
