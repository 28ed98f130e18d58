"""Processes that end with the one that started them, however it ends; and one serving process to an installation."""

import ctypes
import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from config.errors import ExitCode, SohoaError
from config.i18n import mark as _
from pipeline.context import Context

SERVED_BY = "SERVED_BY_SOHOA"
"""The process that serves the flows; a run's process inherits it."""
LOCK_NAME = "serving.lock"
_DIE_WITH_PARENT = 1


class ServedAlreadyError(SohoaError):
    """Another process serves this installation."""

    code = "served_already"
    exit_code = ExitCode.BUSY
    message = _("{home} is served by another `sohoa serve` already")
    remedy = _("Nothing to do: the other one keeps the schedule. To serve here, stop it first.")


@contextmanager
def serving_alone(ctx: Context, name: str = LOCK_NAME) -> Iterator[None]:
    """Be the one process that serves this installation, or works for it on this machine, by the name of a lock.

    Raise ServedAlreadyError where there is one.
    """
    home = ctx.settings.home
    with (home / name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            raise ServedAlreadyError(home=home) from err
        os.environ[SERVED_BY] = str(os.getpid())
        try:
            yield
        finally:
            del os.environ[SERVED_BY]


def is_served(ctx: Context) -> bool:
    """Say whether a process on this machine serves this installation now."""
    path = ctx.settings.home / LOCK_NAME
    if not path.exists():
        return False
    with path.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def end_with_owner(variable: str, death: signal.Signals) -> bool:
    """Let this process end by a signal when its parent does, if that is its owner; tell whether it still lives."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, death)
    return os.environ.get(variable) == str(os.getppid())
