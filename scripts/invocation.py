"""What every command gets: where the installation is, who acts, how much to say, and how results are written."""

import getpass
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import typer
from rich.console import Console

from config.errors import EventPayloadError, NotSetUpError, UsageError
from config.i18n import gettext as _
from config.i18n import mark
from config.settings import Settings, load_settings
from pipeline.context import Context
from pipeline.founding import is_set_up
from pipeline.watch import Watcher
from storage.ledger.event_payload import clean_actor

SCHEMA_VERSION = 1
DAY = ["%Y-%m-%d", "%d/%m/%Y"]
"""How days are typed."""
PIPE_WIDTH = 160
"""Columns of tables that go into a file or another program."""
VALUED, FLAGS = ("--home", "--lang", "--actor"), ("--verbose",)
"""Options of the whole command line."""


class ActorError(UsageError):
    """Who acts was not given by a login; events carry no names."""

    code = "actor"
    remedy = mark("Name who acts by login: --actor lan.tran, or in the variable SOHOA_ACTOR.")


class OutputError(UsageError):
    """A file that a command was to write cannot be written."""

    code = "output"
    message = mark("{file} cannot be written: {cause}")
    remedy = mark("Name a file in a folder that is there and that you may write to.")


@dataclass(frozen=True, slots=True)
class Invocation:
    """The options that stand before the verb."""

    home: Path | None
    actor: str | None
    is_verbose: bool


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Bring the options of the whole command line to its front, wherever they were typed."""
    front: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            return [*front, *rest, word, *waiting]
        if word in FLAGS or (word.partition("=")[0] in VALUED and "=" in word):
            front.append(word)
        elif word in VALUED:
            front += [word, *waiting[:1]]
            del waiting[:1]
        else:
            rest.append(word)
    return front + rest


def invocation(ctx: typer.Context) -> Invocation:
    """Give the options that stood before the verb."""
    found = ctx.find_object(Invocation)
    return found or Invocation(None, None, is_verbose=False)


def open_settings(ctx: typer.Context, **overrides: Any) -> Settings:
    """Read the settings of the installation asked for."""
    return load_settings(invocation(ctx).home, **overrides)


def open_context(ctx: typer.Context, watcher: Watcher | None = None, *, needs_set_up: bool = True) -> Context:
    """Open the installation asked for, for the person who acts. Raise NotSetUpError when there is none."""
    context = Context(open_settings(ctx), actor=acting_person(ctx), watcher=watcher)
    if needs_set_up and not is_set_up(context):
        raise NotSetUpError(home=context.settings.home)
    return context


def acting_person(ctx: typer.Context) -> str:
    """Give the login of the person who acts: `--actor`, else SOHOA_ACTOR, else the login of this machine.

    Raise ActorError when that is none, before anything is done under it.
    """
    actor = invocation(ctx).actor or os.environ.get("SOHOA_ACTOR") or _machine_login()
    try:
        return clean_actor("command", actor)
    except EventPayloadError:
        allowed = _("{actor} is no login: a login has letters without accents, digits and . _ - @ : / \\ +, no spaces")
        raise ActorError(cause=allowed.format(actor=actor)) from None


def _machine_login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise ActorError(cause=_("the user this program runs as has no login on this machine")) from None


def said() -> Console:
    """Give the console of results: standard output."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, soft_wrap=True, width=PIPE_WIDTH)


def told() -> Console:
    """Give the console of progress and complaints: standard error."""
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def emit(
    value: object,
    *,
    as_json: bool,
    show: Callable[[Console], object],
    long_list: tuple[str, Iterable[object]] | None = None,
) -> None:
    """Write a result to standard output: for a person, or as JSON with a schema version.

    `long_list`: the name and items of a list that a result with other entries ends with, written item by item.
    """
    if as_json:
        text = json.dumps({"schema": SCHEMA_VERSION, "result": plain(value)}, ensure_ascii=False)
        if long_list is not None:
            name, items = long_list
            sys.stdout.write(f"{text.removesuffix('}}')}, {json.dumps(name)}: [")
            for place, item in enumerate(items):
                sys.stdout.write((", " if place else "") + json.dumps(plain(item), ensure_ascii=False))
            text = "]}}"
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    else:
        show(said())


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Let a file that was asked for be written in this block. Raise OutputError when the machine does not let it."""
    try:
        yield
    except OSError as err:
        raise OutputError(file=path, cause=err) from err


def plain(value: object) -> Any:
    """Give a value as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Path) else value
