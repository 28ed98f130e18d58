"""Secrets stand in settings as references only; here they are looked up, and never printed or logged."""

import getpass
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from config.errors import SecretMissingError
from config.i18n import gettext
from config.i18n import mark as _

ENVIRONMENT, FILE, PROMPT = "env", "file", "prompt"


class NoTerminalError(SecretMissingError):
    """A secret was to be asked of a person, and nobody sits there."""

    code = "no_terminal"
    message = _("the secret of setting {key} is to be asked for ({reference}), and there is no terminal to ask at")
    remedy = _(
        "Run the command by hand at a terminal. For scheduled runs, which nobody sits at, let the setting refer to a "
        "file or a variable: file:PATH or env:NAME."
    )


def is_reference(text: str) -> bool:
    """Say whether a text is a reference to a secret: `env:NAME`, `file:PATH`, `prompt:` with or without a name."""
    kind, colon, name = text.partition(":")
    return bool(colon) and (kind == PROMPT or (kind in {ENVIRONMENT, FILE} and bool(name)))


def is_asked_for(reference: str | None) -> bool:
    """Say whether a person is asked for the secret."""
    return reference is not None and reference.startswith(f"{PROMPT}:")


def secret_files(settings: BaseModel) -> Iterator[Path]:
    """Give the files that references in settings name, wherever they stand."""
    for _name, value in settings:
        if isinstance(value, BaseModel):
            yield from secret_files(value)
        elif isinstance(value, str) and value.startswith(f"{FILE}:"):
            yield Path(value.removeprefix(f"{FILE}:"))


def secret(key: str, reference: str | None) -> str | None:
    """Resolve a reference, the value of a setting.

    `env:NAME` and `file:PATH` are read; for `prompt:` the person at the terminal is asked, once in a process; what
    follows the colon tells several apart. Raise SecretMissingError when it is not there, NoTerminalError when there is
    nobody to ask.
    """
    if reference is None:
        return None
    kind, _colon, name = reference.partition(":")
    try:
        value = _asked(key, reference) if kind == PROMPT else _read(kind, name)
    except (KeyError, FileNotFoundError):
        raise SecretMissingError(key=key, reference=reference, cause=_("it is not there")) from None
    except UnicodeDecodeError:
        # The error holds the bytes that were read: it is not handed on.
        raise SecretMissingError(key=key, reference=reference, cause=_("it is no text in UTF-8")) from None
    except OSError as err:
        raise SecretMissingError(key=key, reference=reference, cause=err) from err
    if not value.strip():
        raise SecretMissingError(key=key, reference=reference, cause=_("there is nothing in it"))
    return value.strip() if kind == FILE else value


def ask_secret(question: str) -> str:
    """Ask at the terminal, without echo; empty where nothing was given. Raise EOFError without a terminal."""
    if not sys.stdin.isatty():
        raise EOFError
    try:
        return getpass.getpass(question)
    except EOFError:
        return ""


def _read(kind: str, name: str) -> str:
    return os.environ[name] if kind == ENVIRONMENT else Path(name).read_text("utf-8-sig")


@cache
def _asked(key: str, reference: str) -> str:
    """Ask once in a process: a wrong answer is not asked for again, since some tokens lock after a few."""
    name = reference.removeprefix(f"{PROMPT}:") or key
    try:
        return ask_secret(gettext(_("PIN or password ({name}): ")).format(name=name))
    except EOFError:
        raise NoTerminalError(key=key, reference=reference) from None
