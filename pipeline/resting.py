"""Where documents come to rest: the last state, the record that may be complete by it, and the work files cleared."""

import shutil
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config.errors import SohoaError
from pipeline.context import Context
from pipeline.job import Job, staging_folder
from pipeline.transitions import move
from storage.ledger import events
from storage.ledger.models import Document, DocumentVersion, Record, RegisterEntry
from storage.ledger.states import DocumentState, RecordState, Role


def rest(
    session: Session,
    job: Job,
    state: DocumentState,
    *,
    cause: SohoaError | None = None,
    output_sha256: str | None = None,
) -> None:
    """Move a document to a state; one that becomes archived gets its day, and its record may be complete by it."""
    now, document_id = job.ctx.clock(), job.facts.document_id
    before = session.get_one(Document, document_id).state
    if DocumentState.ARCHIVED in {before, state}:
        # Before the event, as an intake has it: two that took these in turn would wait for each other.
        session.get_one(Record, job.facts.record_id, with_for_update=True)
    move(session, document_id, state, actor=job.ctx.actor, at=now, cause=cause, output_sha256=output_sha256)
    if state is DocumentState.ARCHIVED:
        session.execute(
            update(DocumentVersion)
            .where(DocumentVersion.id == job.facts.version_id, DocumentVersion.archived_at.is_(None))
            .values(archived_at=now)
        )
    if DocumentState.ARCHIVED in {before, state}:
        settle_record(session, job.ctx, job.facts.record_id)


def settle_record(session: Session, ctx: Context, record_id: UUID | None) -> None:
    """Bring a record's state in line with its documents: digitized when all that is expected is archived."""
    session.flush()
    record = session.get_one(Record, record_id, with_for_update=True)
    entry = session.get(RegisterEntry, record.register_entry_id) if record.register_entry_id else None
    archived = dict(
        session.execute(
            select(Document.role, func.count())
            .where(Document.record_id == record.id, Document.state == DocumentState.ARCHIVED)
            .group_by(Document.role)
        ).all()
    )
    is_complete = entry is not None and (
        archived.get(Role.RESULT, 0) >= entry.expected_results and archived.get(Role.PAPER, 0) >= entry.expected_papers
    )
    state = RecordState.DIGITIZED if is_complete else RecordState.OPEN
    if record.state != state:
        record.state = state
        events.append(
            session,
            kind=f"record.{state}",
            actor=ctx.actor,
            subject_type="record",
            subject_id=str(record.id),
            at=ctx.clock(),
            payload={"documents": sum(archived.values())},
        )


def clear_work(ctx: Context, document_id: UUID) -> None:
    """Delete the staged and work files of a document that rests: what is kept of it is in the store."""
    shutil.rmtree(staging_folder(ctx, document_id), ignore_errors=True)
    shutil.rmtree(ctx.settings.work_folder / str(document_id), ignore_errors=True)


def clear_halves(work: Path) -> None:
    """Delete what is half-written in a document's folder: only who holds its claim writes there."""
    for path in work.iterdir() if work.is_dir() else ():
        if path.suffix in {".part", ".kept"} or path.name.startswith("."):
            path.unlink(missing_ok=True)


def crops_folder(work: Path) -> Path:
    """Give where pictures of fields lie in a document's work folder."""
    return work / "crops"


def clear_crops(work: Path) -> None:
    """Delete the pictures in a document's work folder: they are for the person who asked for them, and no longer."""
    shutil.rmtree(crops_folder(work), ignore_errors=True)
