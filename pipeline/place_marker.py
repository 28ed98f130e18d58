"""Marks that tell folders of several machines apart: one in the home folder, one in the inbox.

Machines that share a folder read one mark and know by it that they share it. A ledger in SQLite is one machine's, and
nothing is marked there.
"""

import errno
import os
import uuid
from pathlib import Path

from config.errors import DiskFullError, SohoaError
from pipeline.holds import FolderUnusableError

PLACE_FILE = "place"
INBOX_FILE = ".sohoa-inbox"
_LONGEST = 64
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
WITHOUT_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
NEVER_WRITTEN = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR}


def place_of(home: Path) -> str:
    """Give the mark of a home folder, made when it has none: where files of documents in work lie.

    Raise DiskFullError or FolderUnusableError when it cannot be made.
    """
    try:
        return _read(home / PLACE_FILE) or _make(home / PLACE_FILE)
    except OSError as err:
        raise _hindered(home / PLACE_FILE, err) from err


def inbox_mark(inbox: Path) -> str:
    """Give the mark of an inbox; empty when it has none."""
    return _read(inbox / INBOX_FILE)


def mark_inbox(inbox: Path) -> str:
    """Give the mark of an inbox, made when it has none; empty where nobody may write to it, or it is not there.

    Raise DiskFullError or FolderUnusableError when it cannot be made now: without it the inbox would be another one.
    """
    try:
        return inbox_mark(inbox) or _make(inbox / INBOX_FILE)
    except OSError as err:
        if err.errno in NEVER_WRITTEN:
            return ""
        raise _hindered(inbox / INBOX_FILE, err) from err


def _put_whole(part: Path, path: Path) -> None:
    """Put a file where none is. Raise FileExistsError where another was quicker."""
    try:
        os.link(part, path)
    except OSError as err:
        if err.errno not in WITHOUT_LINKS or path.exists():
            raise
        # Shares of Windows machines, say.
        part.rename(path)


def _hindered(path: Path, err: OSError) -> SohoaError:
    if err.errno in NO_SPACE:
        return DiskFullError(file=path)
    return FolderUnusableError(subject=path.name, place=path.parent, cause=err)


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()[:_LONGEST]
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _make(path: Path) -> str:
    """Write a new mark whole; of two machines that do so at once one's stands, and both read that."""
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        part.write_text(f"{uuid.uuid4()}\n", "ascii")
        _put_whole(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink(missing_ok=True)
    return _read(path)
