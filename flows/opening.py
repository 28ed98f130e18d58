"""Which context a flow works in: the one its command opened in this process, or one opened from the home folder."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from config.errors import ExitCode
from config.i18n import activate
from config.settings import load_settings
from flows.owner import SERVED_BY, end_with_owner
from pipeline.context import Context

_OPENED: ContextVar[Context | None] = ContextVar("sohoa_context", default=None)


@contextmanager
def opened(ctx: Context) -> Iterator[None]:
    """Let flows called in this block work in an open context, with its watcher."""
    token = _OPENED.set(ctx)
    try:
        yield
    finally:
        _OPENED.reset(token)


def context_for(home: str, actor: str) -> Context:
    """Give the context to work in; parameters of a flow run carry no more than a folder and an actor.

    No folder means the one that the worker on this machine works in: it names it to its runs in SOHOA_HOME.
    """
    ctx = _OPENED.get()
    if ctx is not None and home in {"", str(ctx.settings.home)}:
        return ctx
    return _open_anew(Path(home) if home else None, actor)


def shared_context(home: str, actor: str) -> Context:
    """Give the context that the tasks of a flow share: the flow's own, or in a worker's process one opened once."""
    ctx = _OPENED.get()
    return ctx if ctx is not None else _opened_once(home, actor)


@cache
def _opened_once(home: str, actor: str) -> Context:
    ctx = context_for(home, actor)
    ctx.open_shared()
    return ctx


def _open_anew(home: Path | None, actor: str) -> Context:
    """Open the installation in a run's own process: it speaks its language, and ends with the one that serves it."""
    if SERVED_BY in os.environ and not end_with_owner(SERVED_BY, signal.SIGKILL):
        raise SystemExit(ExitCode.INTERNAL)
    settings = load_settings(home)
    activate(settings.lang)
    return Context(settings, actor=actor)
