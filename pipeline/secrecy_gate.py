"""The gate before anything of a document is kept: a secrecy mark quarantines it, a suspicion asks a person.

Of a quarantined document only sha256, agency and reason remain: its staged files, work files, pages, stage runs,
names and, where it stood alone, its record are deleted.
"""

import shutil
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from config.errors import InputRefusedError, SecrecyMarkError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.job import Job, staging_folder
from pipeline.secrecy import find_secrecy_mark
from pipeline.stages.recognize import read_pages
from pipeline.transitions import move
from storage.ledger.models import (
    Document,
    DocumentVersion,
    FieldValue,
    Finding,
    Identifier,
    InboxItem,
    Page,
    Record,
    ReviewTask,
    StageRun,
)
from storage.ledger.states import DocumentState

CLEARED = "secrecy_cleared"


class SecrecySuspectedError(InputRefusedError):
    """Something on a page may be a secrecy mark; a person decides before anything is kept."""

    code = "secrecy_suspected"
    message = _("something on page {page} may be a secrecy mark")
    remedy = _("Look at the paper: `sohoa review accept` if it is not secret, `sohoa review reject` if it is.")


def pass_secrecy_gate(job: Job) -> None:
    """Let a document through, or raise SecrecyMarkError or SecrecySuspectedError."""
    mark = find_secrecy_mark(read_pages(job.outputs["recognize"]))
    if mark is None or _was_cleared(job):
        return
    if mark.is_certain:
        raise SecrecyMarkError(grade=mark.grade, page=mark.page)
    raise SecrecySuspectedError(page=mark.page)


def quarantine(ctx: Context, document_id: UUID, cause: SecrecyMarkError) -> None:
    """Delete all that is known of a document but sha256, agency and reason."""
    shutil.rmtree(ctx.settings.work_folder / str(document_id), ignore_errors=True)
    shutil.rmtree(staging_folder(ctx, document_id), ignore_errors=True)
    with ctx.ledger.session() as session:
        document = session.get_one(Document, document_id)
        record_id = document.record_id
        versions = select(DocumentVersion.id).where(DocumentVersion.document_id == document_id)
        for table in (StageRun, Page, FieldValue):
            session.execute(delete(table).where(table.version_id.in_(versions)))
        session.execute(delete(DocumentVersion).where(DocumentVersion.document_id == document_id))
        for asked in (Finding, ReviewTask, InboxItem):
            session.execute(delete(asked).where(asked.document_id == document_id))
        session.execute(delete(Identifier).where(Identifier.subject_id == document_id))
        document.record_id = document.stt = document.source_path = document.page_count = document.type_code = None
        session.flush()
        _drop_lonely_record(session, record_id)
        move(session, document_id, DocumentState.QUARANTINED, actor=ctx.actor, at=ctx.clock(), cause=cause)


def _was_cleared(job: Job) -> bool:
    with job.ctx.ledger.session() as session:
        return (
            session.scalar(
                select(Finding.id).where(Finding.document_id == job.facts.document_id, Finding.code == CLEARED)
            )
            is not None
        )


def _drop_lonely_record(session: Session, record_id: UUID | None) -> None:
    others = session.scalar(select(func.count()).select_from(Document).where(Document.record_id == record_id))
    if record_id is not None and not others:
        session.execute(delete(Identifier).where(Identifier.subject_id == record_id))
        session.execute(delete(Record).where(Record.id == record_id))
