"""A document's stored files, fetched for a pack: each held against the ledger, and its reading written down."""

from pathlib import Path

from config.errors import ReadBackError
from pipeline.context import Context
from pipeline.evidence.choosing import Chosen
from pipeline.evidence.layout import ARCHIVAL
from pipeline.rereading import GOOD, KnownObject, note_reading, read_object


def fetch_files(ctx: Context, one: Chosen, folder: Path) -> tuple[Path, tuple[Path, ...]]:
    """Put a document's archival and original files into a folder; give their paths.

    Raise ReadBackError for one that is not what was stored; that is written down then.
    """
    archival = folder / ARCHIVAL
    _fetch(ctx, one.archival, archival)
    originals = []
    for number, known in enumerate(one.originals, 1):
        target = folder / f"original-{number:06d}.{known.key.rpartition('.')[2]}"
        _fetch(ctx, known, target)
        originals.append(target)
    return archival, tuple(originals)


def _fetch(ctx: Context, known: KnownObject, target: Path) -> None:
    found = read_object(ctx, known, lambda key: ctx.store.fetch(key, target))
    note_reading(ctx, known, found, always=True)
    if found.fault != GOOD:
        raise ReadBackError(key=known.key)
