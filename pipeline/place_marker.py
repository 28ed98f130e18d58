"""Marks that tell folders of several machines apart: one in the home folder, one in the inbox.

Machines that share a folder read one mark and know by it that they share it. A ledger in SQLite is one machine's, and
nothing is marked there.
"""

import os
import uuid
from pathlib import Path

PLACE_FILE = "place"
INBOX_FILE = ".sohoa-inbox"
_LONGEST = 64


def place_of(home: Path) -> str:
    """Give the mark of a home folder, made when it has none: where files of documents in work lie."""
    return _read(home / PLACE_FILE) or _make(home / PLACE_FILE)


def inbox_mark(inbox: Path) -> str:
    """Give the mark of an inbox; empty when it has none."""
    return _read(inbox / INBOX_FILE)


def mark_inbox(inbox: Path) -> str:
    """Give the mark of an inbox, made when it has none and may be written to; empty otherwise."""
    try:
        return inbox_mark(inbox) or _make(inbox / INBOX_FILE)
    except OSError:
        return ""


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()[:_LONGEST]
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _make(path: Path) -> str:
    """Write a new mark whole; of two machines that do so at once one's stands, and both read that."""
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    part.write_text(f"{uuid.uuid4()}\n", "ascii")
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
    return _read(path)
