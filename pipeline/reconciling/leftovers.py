"""What lies on the disk and belongs to nothing: folders of documents that rest or are unknown, half-written files.

A folder with a signed file that the store does not have is never taken away: signing cannot be repeated.
"""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from pipeline.context import Context
from pipeline.reconciling.model import Difference, Found, Kind
from pipeline.runner import has_only_copy, is_left_over
from storage.ledger import events

OLD = timedelta(hours=1)
"""A half-written file of this age is nobody's any more: no single write takes so long."""


def check_leftovers(ctx: Context) -> Iterator[Found]:
    """Give the folders and files that crashes left behind."""
    for place in (ctx.settings.work_folder, ctx.settings.staging_folder):
        for folder in sorted(place.iterdir()) if place.is_dir() else ():
            if is_left_over(ctx, folder):
                yield _folder(ctx, folder)
            else:
                yield from _half_written(ctx, folder)
    yield from _half_written(ctx, ctx.settings.chain_folder)


def _folder(ctx: Context, folder: Path) -> Found:
    document_id = UUID(folder.name)
    if has_only_copy(ctx, folder):
        return Found(Difference(Kind.SIGNED_LEFT, str(folder), document_id))
    difference = Difference(Kind.FOLDER_LEFT, str(folder), document_id, is_mendable=True)
    return Found(difference, partial(_remove_folder, ctx, folder, document_id))


def _remove_folder(ctx: Context, folder: Path, document_id: UUID) -> None:
    shutil.rmtree(folder)
    _note(ctx, "document", str(document_id), folder.parent.name)


def _half_written(ctx: Context, folder: Path) -> Iterator[Found]:
    limit = (ctx.clock() - OLD).timestamp()
    for file in sorted(folder.rglob("*.part")) if folder.is_dir() else ():
        if file.is_file() and file.stat().st_mtime < limit:
            difference = Difference(Kind.FILE_LEFT, str(file), is_mendable=True)
            yield Found(difference, partial(_remove_file, ctx, file))


def _remove_file(ctx: Context, file: Path) -> None:
    file.unlink(missing_ok=True)
    _note(ctx, "store", "1", "file")


def _note(ctx: Context, subject: str, subject_id: str, what: str) -> None:
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind="leftover.removed",
            actor=ctx.actor,
            subject_type=subject,
            subject_id=subject_id,
            at=ctx.clock(),
            payload={"what": what},
        )
