"""The scan as delivered: kept bit-exact in the store once the secrecy check has passed, brought back when needed."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from pipeline.copies.reading import fetch_good
from pipeline.holds import OriginalsLostError
from pipeline.inbox_ledger import contents_sha256
from pipeline.job import Job, file_sha256, staged_version
from pipeline.objects import ARCHIVAL, ORIGINAL, put_object
from storage.ledger.models import DocumentVersion, StoredObject


def originals_of(job: Job) -> tuple[Path, ...]:
    """Give a document's staged original files in page order, fetched from the store where the staged ones are gone.

    Raise OriginalsLostError when they are not what came in and the store does not have them yet.
    """
    files = _staged(job)
    if are_original(files, job.facts.original_sha256):
        return files
    if not _bring_back(job):
        raise OriginalsLostError(file=job.facts.record_code)
    files = _staged(job)
    if not are_original(files, job.facts.original_sha256):
        raise OriginalsLostError(file=job.facts.record_code)
    return files


def keep_originals(job: Job) -> None:
    """Store a document's original files. A signed file is its own archival object and is stored once."""
    files = originals_of(job)
    for number, file in enumerate(files, 1):
        suffix = file.suffix.lower().lstrip(".") or "bin"
        sha256 = file_sha256(file)
        if job.facts.is_signed:
            put_object(job, ARCHIVAL, "pdf", file, sha256)
        elif len(files) == 1:
            put_object(job, ORIGINAL, f"goc.{suffix}", file, sha256)
        else:
            put_object(job, ORIGINAL, f"{number:06d}.{suffix}", file, sha256)


def are_originals_stored(session: Session, version: DocumentVersion, sha256: str) -> bool:
    """Tell whether the store has all that came in as one version, known by this hash; one page of three is not all."""
    rows = session.execute(
        select(StoredObject.kind, StoredObject.sha256)
        .where(StoredObject.version_id == version.id, StoredObject.kind.in_([ORIGINAL, ARCHIVAL]))
        .order_by(StoredObject.key)
    ).all()
    hashes = [row.sha256 for row in rows if row.kind == ORIGINAL] or [row.sha256 for row in rows[:1]]
    return _make_up(hashes, sha256)


def _staged(job: Job) -> tuple[Path, ...]:
    folder = staged_version(job.ctx, job.facts.document_id, job.facts.version)
    return tuple(sorted(folder.iterdir())) if folder.is_dir() else ()


def are_original(files: Sequence[Path], sha256: str) -> bool:
    """Tell whether files are what came in: one file, or the pages of a folder."""
    return _make_up([file_sha256(file) for file in files], sha256)


def _make_up(hashes: list[str], sha256: str) -> bool:
    if len(hashes) == 1 and hashes[0] == sha256:
        return True
    return bool(hashes) and contents_sha256(hashes, is_folder=True) == sha256


def _bring_back(job: Job) -> bool:
    """Fetch the original files into staging; tell whether there are any. Raise ReadBackError when one has changed."""
    staged = staged_version(job.ctx, job.facts.document_id, job.facts.version)
    rows = _stored(job, job.facts.version_id) or _stored(job, _same_scan(job))
    if not rows:
        return False
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    # A file that came in signed has no separate original: its first archival object is the original.
    originals = [row for row in rows if row.kind == ORIGINAL] or rows[:1]
    for number, row in enumerate(originals, 1):
        suffix = row.key.rsplit(".", 1)[-1]
        fetch_good(job.ctx, row.key, staged / f"{number:06d}.{suffix}")
    return True


def _stored(job: Job, version_id: UUID | None) -> list[Row[str, str, str]]:
    query = (
        select(StoredObject.kind, StoredObject.key, StoredObject.sha256)
        .where(StoredObject.version_id == version_id, StoredObject.kind.in_([ORIGINAL, ARCHIVAL]))
        .order_by(StoredObject.key)
    )
    with job.ctx.ledger.reading() as session:
        return list(session.execute(query).all())


def _same_scan(job: Job) -> UUID | None:
    """Give the version before with the same scan: one that is issued anew begins from that one's originals."""
    with job.ctx.ledger.reading() as session:
        return session.scalar(
            select(DocumentVersion.id)
            .where(
                DocumentVersion.document_id == job.facts.document_id,
                DocumentVersion.number < job.facts.version,
                DocumentVersion.original_sha256 == job.facts.original_sha256,
            )
            .order_by(DocumentVersion.number.desc())
            .limit(1)
        )
