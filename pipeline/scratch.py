"""Temporary files of a working process, and of the programs it starts, lie in a folder of its own in the installation.

There they are found again after a crash: parts of pages that have not passed the secrecy check may be among them. The
system's own folder is often small, or memory. What a process of this machine left behind is deleted by the next one
that begins to work; the folder of a process that ends in order goes with it.
"""

import atexit
import os
import shutil
import tempfile
from multiprocessing.util import get_temp_dir
from pathlib import Path

from pipeline.worker import is_known_dead

VARIABLE = "TMPDIR"
_PART, _PART_IN_NAME = ":", "+"
"""Programs take a colon in a path for the end of it."""


def take_scratch(home: Path, worker: str) -> None:
    """Let this process, and the programs it starts from now on, write their temporary files into a folder of its own.

    Those of processes that have ended are deleted first. Where no folder can be made, the disk being full, say, all
    stays as it is: each document will tell of that itself, and what is ready may still be archived.
    """
    place = scratch_place(home)
    for folder in place.iterdir() if place.is_dir() else ():
        if is_known_dead(folder.name.replace(_PART_IN_NAME, _PART)):
            shutil.rmtree(folder, ignore_errors=True)
    own = place / worker.replace(_PART, _PART_IN_NAME)
    if not own.is_dir():
        # Sockets of Python's own processes stay where they are: the way to one may have 107 bytes, and holds no page.
        get_temp_dir()
        try:
            own.mkdir(mode=0o700, parents=True)
        except OSError:
            return
        atexit.register(shutil.rmtree, own, ignore_errors=True)
    tempfile.tempdir = os.environ[VARIABLE] = str(own)


def scratch_place(home: Path) -> Path:
    """Give the folder in which each process has its own."""
    return home / "temp"
