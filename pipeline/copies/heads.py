"""The sealed heads of the event log in the replica too: without them nothing there could be proven by itself."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.context import Context
from pipeline.job import file_sha256
from pipeline.sealed_heads import heads_folder
from storage.objects import ObjectStore


def copy_heads(ctx: Context, replica: ObjectStore) -> int:
    """Copy the heads that the replica lacks; give how many files that were."""
    folder, copied = heads_folder(ctx), 0
    for key in _lacking(ctx.store.keys(folder), replica.keys(folder)):
        with tempfile.TemporaryDirectory(prefix="sohoa-") as place:
            path = Path(place) / "head"
            ctx.store.fetch(key, path)
            replica.put(key, path, file_sha256(path))
        copied += 1
    return copied


def _lacking(ours: Iterator[str], theirs: Iterator[str]) -> Iterator[str]:
    """Give the keys of one ordered list that the other has not."""
    there = next(theirs, None)
    for key in ours:
        while there is not None and there.encode() < key.encode():
            there = next(theirs, None)
        if there != key:
            yield key
