"""Opening files that others may still be writing, and naming them to a person.

Symbolic links are not followed, special files are not read, and a file that changed while it was read is refused.
Files are read through descriptors, never mapped: a mapped file that shrinks would kill the process.
"""

import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from config.errors import (
    EmptyFileError,
    FileVanishedError,
    InputRefusedError,
    TooLargeError,
    UnsafePathError,
    UnsupportedFormatError,
)
from config.i18n import mark as _
from config.text import nfc
from ocr.source.facts import Limits

# What operating systems leave in folders; none of it is a page.
_SIDE_FILES = {".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory"}
_DIGITS = re.compile(r"(\d+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_GONE = {errno.ENOENT, errno.ESTALE, errno.ENOTDIR}
_MEGABYTE = 1_000_000


def shown_name(path: Path) -> str:
    """Give a file's name for a message: NFC, control characters and undecodable bytes made visible."""
    name = path.name.encode("utf-8", "backslashreplace").decode("utf-8")
    return _CONTROL.sub(lambda hit: f"\\x{ord(hit.group()):02x}", nfc(name))


def is_side_file(path: Path) -> bool:
    """Say whether a file is something an operating system left behind (`.DS_Store`, `Thumbs.db`)."""
    name = path.name.lower()
    return name in _SIDE_FILES or name.startswith(("._", ".~lock"))


def natural_order(paths: Sequence[Path]) -> list[Path]:
    """Give page files as a person orders them ("2" before "10"), without what operating systems left behind."""
    return sorted((path for path in paths if not is_side_file(path)), key=_natural_key)


def _natural_key(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    parts = _DIGITS.split(nfc(path.name).casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part], path.name


@contextmanager
def steady(path: Path, limits: Limits) -> Iterator[BinaryIO]:
    """Give a file open for reading.

    Raise UnsafePathError for a link, EmptyFileError, TooLargeError by size,
    and FileVanishedError when it is gone or is no longer the same file at the end.
    """
    with _opened(path) as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise UnsupportedFormatError(file=shown_name(path), kind=_("special file or folder"))
        if before.st_size == 0:
            raise EmptyFileError(file=shown_name(path))
        if before.st_size > limits.max_file_bytes:
            raise too_large(path, -(-before.st_size // _MEGABYTE), _("MB"), limits.max_file_bytes // _MEGABYTE)
        try:
            yield file
        except InputRefusedError as err:
            # A file that moves under the reader looks damaged; the true cause is the more useful one.
            if not _is_same(path, before):
                raise FileVanishedError(file=shown_name(path)) from err
            raise
        if not _is_same(path, before):
            raise FileVanishedError(file=shown_name(path))


def too_large(path: Path, amount: int, unit: str, limit: int) -> TooLargeError:
    """Build the refusal of a file that is over a limit; `unit` is in the active language."""
    return TooLargeError(file=shown_name(path), amount=f"{amount:,}", unit=unit, limit=f"{limit:,}")


def check_pixels(path: Path, width: int, height: int, limits: Limits) -> None:
    """Raise TooLargeError when a page image has more pixels than the limit."""
    if width * height > limits.max_page_pixels:
        raise too_large(path, width * height, _("pixels on one page"), limits.max_page_pixels)


def check_pages(path: Path, pages: int, limits: Limits) -> None:
    """Raise TooLargeError when a document has more pages than the limit."""
    if pages > limits.max_pages:
        raise too_large(path, pages, _("pages"), limits.max_pages)


def _opened(path: Path) -> BinaryIO:
    if ".." in path.parts:
        raise UnsafePathError(file=shown_name(path))
    try:
        # Non-blocking: opening a named pipe must not wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as err:
        if err.errno == errno.ELOOP:
            raise UnsafePathError(file=shown_name(path)) from err
        if err.errno in _GONE:
            raise FileVanishedError(file=shown_name(path)) from err
        if err.errno == errno.ENXIO:
            raise UnsupportedFormatError(file=shown_name(path), kind=_("special file or folder")) from err
        raise InputRefusedError(file=shown_name(path), cause=err) from err
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnsupportedFormatError(file=shown_name(path), kind=_("special file or folder"))
    return os.fdopen(descriptor, "rb")


def _is_same(path: Path, before: os.stat_result) -> bool:
    try:
        now = path.lstat()
    except OSError:
        return False
    return (now.st_ino, now.st_dev, now.st_size, now.st_mtime_ns) == (
        before.st_ino,
        before.st_dev,
        before.st_size,
        before.st_mtime_ns,
    )
