"""Ctrl-C during a run: the process ends at once, as it may at any moment; the next run goes on from there.

What serves until it is stopped ends in order instead.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from config.i18n import gettext as _

INTERRUPTED = 130
SHOW_CURSOR = "\x1b[?25h"


@contextmanager
def ends_at_once() -> Iterator[None]:
    """Let Ctrl-C in this block end the process instead of waiting for the documents in work."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM at any moment of this block end the block, and no more."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


def stopped_sentence() -> str:
    """Give what is said when a person stopped a run."""
    return _("Stopped. Nothing was lost; the next run goes on where this one stopped.")


def _end(_number: int, _frame: FrameType | None) -> None:
    # Written past all consoles: a display may hold their locks at this moment.
    cursor = SHOW_CURSOR if sys.stderr.isatty() else ""
    os.write(2, f"{cursor}\n{stopped_sentence()}\n".encode())
    os._exit(INTERRUPTED)
