"""The scan as delivered: kept bit-exact in the store once the secrecy check has passed, brought back when needed."""

from uuid import UUID

from sqlalchemy import select

from config.errors import ReadBackError
from pipeline.context import Context
from pipeline.job import Job, file_sha256, staging_folder
from pipeline.objects import ARCHIVAL, ORIGINAL, put_object
from storage.ledger.models import DocumentVersion, StoredObject


def keep_originals(job: Job) -> None:
    """Store a document's original files. A signed file is its own archival object and is stored once."""
    files = job.originals
    for number, file in enumerate(files, 1):
        suffix = file.suffix.lower().lstrip(".") or "bin"
        sha256 = file_sha256(file)
        if job.facts.is_signed:
            put_object(job, ARCHIVAL, "pdf", file, sha256)
        elif len(files) == 1:
            put_object(job, ORIGINAL, f"goc.{suffix}", file, sha256)
        else:
            put_object(job, ORIGINAL, f"{number:06d}.{suffix}", file, sha256)


def bring_back_originals(ctx: Context, document_id: UUID) -> None:
    """Fetch a document's original files from the store into staging. Raise ReadBackError when one has changed."""
    staged = staging_folder(ctx, document_id)
    staged.mkdir(parents=True, exist_ok=True)
    with ctx.ledger.session() as session:
        rows = session.execute(
            select(StoredObject.kind, StoredObject.key, StoredObject.sha256)
            .join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
            .where(DocumentVersion.document_id == document_id, StoredObject.kind.in_([ORIGINAL, ARCHIVAL]))
            .order_by(DocumentVersion.number, StoredObject.key)
        ).all()
    # A file that came in signed has no separate original: its first archival object is the original.
    originals = [row for row in rows if row.kind == ORIGINAL] or rows[:1]
    for number, row in enumerate(originals, 1):
        suffix = row.key.rsplit(".", 1)[-1]
        if ctx.store.fetch(row.key, staged / f"{number:06d}.{suffix}") != row.sha256:
            raise ReadBackError(key=row.key)
