"""A file cut into pieces that are named by their content: what did not change since yesterday is there already.

An SQLite ledger changes page by page in its place, so it is cut at fixed places. A dump of PostgreSQL is a stream of
rows, and one more row moves all after it; it is cut after rows that their own content chooses.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from config.i18n import mark as _
from pipeline.backups.manifest import BackupBrokenError, KeptFile, Piece

FIXED_BYTES = 1 << 18
LEAST_BYTES, MOST_BYTES = 1 << 18, 1 << 22
_ONE_ROW_IN = 1 << 10


def cut_pages(source: BinaryIO) -> Iterator[bytes]:
    """Give a file in pieces of the same size."""
    while piece := source.read(FIXED_BYTES):
        yield piece


def cut_rows(source: BinaryIO) -> Iterator[bytes]:
    """Give a file in pieces that end with rows, at places that do not move when rows are added before them."""
    rows: list[bytes] = []
    size = 0
    for row in iter(lambda: source.readline(MOST_BYTES), b""):
        rows.append(row)
        size += len(row)
        if size >= MOST_BYTES or (size >= LEAST_BYTES and zlib.crc32(row) % _ONE_ROW_IN == 0):
            yield b"".join(rows)
            rows, size = [], 0
    if rows:
        yield b"".join(rows)


def pack(content: bytes) -> bytes:
    """Compress a piece; the same content always gives the same bytes."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def unpack(packed: bytes, piece: Piece, backup: str) -> bytes:
    """Give a piece's content. Raise BackupBrokenError when it is not what was packed."""
    try:
        content = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as err:
        raise BackupBrokenError(backup=backup, cause=_("a piece cannot be unpacked")) from err
    if len(content) != piece.size or hashlib.sha256(content).hexdigest() != piece.sha256:
        raise BackupBrokenError(backup=backup, cause=_("a piece is not what was written"))
    return content


def piece_of(content: bytes) -> Piece:
    """Name a piece."""
    return Piece(hashlib.sha256(content).hexdigest(), len(content))


def ensure_whole(kept: KeptFile, sha256: str, backup: str) -> None:
    """Raise BackupBrokenError unless a file put together, which has this hash, is the one that was cut."""
    if sha256 != kept.sha256:
        raise BackupBrokenError(backup=backup, cause=_("a file put together from its pieces is another one"))
