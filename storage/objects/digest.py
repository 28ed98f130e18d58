"""Hashing while copying, so that bytes are read once."""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 1 << 20


def copy_hashed(source: BinaryIO, target: BinaryIO) -> tuple[str, int]:
    """Copy a stream to another; give the hash and the number of bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
        target.write(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def hash_stream(source: BinaryIO) -> str:
    """Give the hash of all bytes of a stream."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def hash_on_disk(path: Path) -> str:
    """Give the hash of a file's bytes, asking the system to read the disk and not its memory of the file."""
    with path.open("rb") as source:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(source.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hash_stream(source)


def sync_folder(folder: Path) -> None:
    """Make new and renamed names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
