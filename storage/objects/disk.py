"""Names on a disk: placing a file without overwriting one, and what the disk's refusals mean."""

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import DiskFullError, StoreError, StoreUnreachableError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_GONE = {errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.ENODEV, errno.EROFS}
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_AT_FDCWD = -100
_RENAME_NOREPLACE = 1


@contextmanager
def translated(store: str, key: str) -> Iterator[None]:
    """Raise the store's errors in place of the system's."""
    try:
        yield
    except OSError as err:
        if err.errno in _FULL:
            raise DiskFullError(file=key) from err
        if err.errno in _GONE:
            raise StoreUnreachableError(store=store, cause=err) from err
        raise StoreError(key=key, cause=err) from err


def place(temporary: Path, target: Path) -> None:
    """Give a finished file its name, and take away the temporary one. Raise FileExistsError when the name is taken.

    A hard link never overwrites; file systems without them (exFAT, some shares) have a rename that does not.
    """
    try:
        os.link(temporary, target, follow_symlinks=False)
    except OSError as err:
        if err.errno not in _NO_LINKS:
            raise
        rename_no_replace(temporary, target)
    else:
        temporary.unlink()


def rename_no_replace(source: Path, target: Path) -> None:
    """Rename a file on Linux. Raise FileExistsError when the name is taken, another OSError when it cannot be."""
    libc = ctypes.CDLL(None, use_errno=True)
    failed = libc.renameat2(
        ctypes.c_int(_AT_FDCWD),
        ctypes.c_char_p(os.fsencode(source)),
        ctypes.c_int(_AT_FDCWD),
        ctypes.c_char_p(os.fsencode(target)),
        ctypes.c_uint(_RENAME_NOREPLACE),
    )
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(target))
