"""Which context a flow works in: the one its command opened in this process, or one opened from the home folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from config.settings import load_settings
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
    """Give the context to work in; parameters of a flow run carry no more than a folder and an actor."""
    ctx = _OPENED.get()
    if ctx is not None and str(ctx.settings.home) == home:
        return ctx
    return Context(load_settings(Path(home)), actor=actor)
