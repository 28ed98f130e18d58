"""Archive: the sealed file into the store, read back, and only then said to be archived."""

import shutil

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config.errors import LedgerError
from config.i18n import mark as _
from pipeline.job import Job, staging_folder
from pipeline.objects import ARCHIVAL, put_object
from pipeline.sealing import sealed_output
from pipeline.transitions import move
from storage.ledger import events
from storage.ledger.models import Document, DocumentVersion, Record, RegisterEntry
from storage.ledger.states import DocumentState, RecordState, Role


def archive_document(job: Job) -> DocumentState:
    """Upload the committed signed bytes and write down that they are archived.

    Raise LedgerError when the committed bytes are neither on this disk nor in the store.
    """
    output = sealed_output(job)
    if output is None:
        raise LedgerError(cause=_("the signed file is neither on this disk nor in the store"))
    put_object(job, ARCHIVAL, "pdf", output.path, output.sha256)
    now = job.ctx.clock()
    with job.commit() as session:
        session.execute(
            update(DocumentVersion).where(DocumentVersion.id == job.facts.version_id).values(archived_at=now)
        )
        move(
            session,
            job.facts.document_id,
            DocumentState.ARCHIVED,
            actor=job.ctx.actor,
            at=now,
            output_sha256=output.sha256,
        )
        settle_record(session, job)
    clear_work(job)
    return DocumentState.ARCHIVED


def settle_record(session: Session, job: Job) -> None:
    """Bring a record's state in line with its documents: digitized when all that is expected is archived."""
    session.flush()
    record = session.get_one(Record, job.facts.record_id, with_for_update=True)
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
            actor=job.ctx.actor,
            subject_type="record",
            subject_id=str(record.id),
            at=job.ctx.clock(),
            payload={"documents": sum(archived.values())},
        )


def clear_work(job: Job) -> None:
    """Delete a document's staged and work files; its originals and its archival file are in the store."""
    shutil.rmtree(staging_folder(job.ctx, job.facts.document_id), ignore_errors=True)
    shutil.rmtree(job.folder.parent, ignore_errors=True)
