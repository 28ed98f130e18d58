"""The demo's home folder: made new for each demo, so only a folder that a demo made may be taken away for it."""

import shutil
from pathlib import Path

from config.errors import UsageError
from config.i18n import mark as _

MARKER = ".made-by-demo"
"""Lies in each home that a demo made."""


class DemoHomeError(UsageError):
    """The demo was to start in a folder that holds something else."""

    code = "demo_home"
    message = _("{folder} was not made by the demo; it is not deleted for it")
    remedy = _("Name a folder with --home that is new or empty, or move this one away.")


def fresh_home(folder: Path, *, is_ours: bool = False) -> Path:
    """Give a new, empty and marked home. Raise DemoHomeError when there is a folder that no demo made.

    `is_ours` says that nothing but demos ever lived there.
    """
    home = folder.resolve()
    if home.exists() and not (is_ours or (home / MARKER).is_file() or _is_empty(home)):
        raise DemoHomeError(folder=home)
    if home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / MARKER).touch()
    return home


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())
