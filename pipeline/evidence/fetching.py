"""A document's stored files, fetched for a pack: each held against the ledger, and its reading written down."""

from pathlib import Path

from config.errors import ReadBackError
from pipeline.context import Context
from pipeline.copies.reading import fetch_sound
from pipeline.evidence.choosing import Chosen
from pipeline.evidence.layout import ARCHIVAL
from pipeline.rereading import KnownObject


def fetch_files(ctx: Context, one: Chosen, folder: Path) -> tuple[Path, tuple[Path, ...]]:
    """Put a document's archival and original files into a folder; give their paths.

    Raise ReadBackError for one of which no store has what was stored; that is written down then.
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
    if not fetch_sound(ctx, known, target, always=True).is_good:
        raise ReadBackError(key=known.key)
