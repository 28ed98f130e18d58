"""The gate before anything of a document is kept: a secrecy mark quarantines it, a suspicion asks a person.

Of a quarantined document only sha256, agency and reason remain: its staged files, work files, pages, stage runs,
names and, where it stood alone, its record are deleted.
"""

import shutil
from uuid import UUID

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.orm import Session

from config.errors import InputRefusedError, SecrecyMarkError, StoreError, recall
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.holds import SuspectedError
from pipeline.job import Job, staging_folder
from pipeline.secrecy import find_secrecy_marks
from pipeline.secrecy_doubts import CLEARED, SUSPECTED, cleared_marks, note_suspected
from pipeline.stages.recognize import read_pages
from pipeline.stages.stage import tell_run
from pipeline.transitions import move, note_reason
from storage.ledger import events
from storage.ledger.models import (
    AcceptanceItem,
    AcceptanceSample,
    Batch,
    Document,
    DocumentVersion,
    FieldValue,
    Finding,
    Identifier,
    InboxItem,
    Page,
    PageBarcode,
    PersonalView,
    Record,
    RegisterMatch,
    Release,
    ReviewTask,
    Signature,
    Stack,
    StageRun,
    StoredObject,
)
from storage.ledger.states import DocumentState, Role

NOT_DELETED = _("its staged files could not be deleted")


class SecrecySuspectedError(SuspectedError):
    """Something on a page may be a secrecy mark; a person decides before anything is kept."""

    code = SUSPECTED
    cleared = CLEARED
    message = _("something may be a secrecy mark, on page: {page}")
    remedy = _("Look at the paper: `sohoa review accept` if it is not secret, `sohoa review reject` if it is.")


class SecrecyConfirmedError(SecrecyMarkError):
    """A person found a secrecy mark where one was suspected."""

    code = "secrecy_confirmed"
    message = _("a person found a secrecy mark on page {page}; nothing of the file was kept")


class EarlierSecretError(InputRefusedError):
    """A file would take the place of a document that is stored and bears a secrecy mark."""

    code = "earlier_secret"
    retry_helps = True
    message = _("{file}: the earlier version in its place is stored and bears a secrecy mark")
    remedy = _("The administrator settles that one first; put another paper in under another name.")


def pass_secrecy_gate(job: Job) -> None:
    """Let a document through, or raise SecrecyMarkError or SecrecySuspectedError.

    What a person cleared is only what was suspected then, by page and grade: never a certain mark, nor another one.
    """
    _refuse_what_is_known(job)
    marks = find_secrecy_marks(read_pages(job))
    if marks and marks[0].is_certain:
        raise SecrecyMarkError(grade=marks[0].grade, page=marks[0].page)
    with job.commit() as session:
        cleared = cleared_marks(session, job.facts.document_id)
        doubtful = [mark for mark in marks if (mark.page, mark.grade) not in cleared]
        if doubtful:
            note_suspected(session, job.facts.document_id, doubtful, job.ctx.clock())
        else:
            _tell_what_was_held_back(job, session)
    if doubtful:
        raise SecrecySuspectedError(page=", ".join(map(str, sorted({mark.page for mark in doubtful}))))


def _refuse_what_is_known(job: Job) -> None:
    """Raise SecrecyMarkError for bytes that were found secret before, though they passed the door earlier."""
    with job.ctx.ledger.reading() as session:
        known = session.scalars(
            select(Document)
            .where(Document.original_sha256 == job.facts.original_sha256, Document.state == DocumentState.QUARANTINED)
            .limit(1)
        ).first()
        if known is not None:
            raise recall(known.reason_code or SecrecyMarkError.code, known.reason_details)


def _tell_what_was_held_back(job: Job, session: Session) -> None:
    """Put into the event log, once a version has passed, what it was admitted as and the stages done before."""
    version = session.get_one(DocumentVersion, job.facts.version_id)
    if version.secrecy_passed_at is not None:
        return
    version.secrecy_passed_at = job.ctx.clock()
    document = session.get_one(Document, job.facts.document_id)
    runs = session.scalars(select(StageRun).where(StageRun.version_id == version.id).order_by(StageRun.ended_at))
    for run in runs.all():
        tell_run(session, job, run)
    events.append(
        session,
        kind="document.admitted",
        actor=job.ctx.actor,
        subject_type="document",
        subject_id=str(document.id),
        at=version.secrecy_passed_at,
        input_hash=job.facts.original_sha256,
        payload={"record": str(document.record_id), "pages": document.page_count, "version": version.number},
    )


def is_stored(session: Session, document_id: UUID, version_id: UUID | None = None) -> bool:
    """Tell whether anything of a document, or of one version, is in the store already: nothing can be deleted there."""
    stored = select(StoredObject.id).join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
    if version_id is not None:
        stored = stored.where(DocumentVersion.id == version_id)
    return session.scalar(stored.where(DocumentVersion.document_id == document_id).limit(1)) is not None


def strike_out_version(session: Session, document: Document, version_id: UUID, cause: SecrecyMarkError) -> None:
    """Delete all that is known of one version of a document that goes on without it; its hash is remembered apart.

    The document has fallen back to an earlier version before; the caller deletes the files.
    """
    version = session.get_one(DocumentVersion, version_id)
    secret_sha256 = _forget_stacks(session, select(DocumentVersion.id).where(DocumentVersion.id == version_id))
    for table in (StageRun, Page, PageBarcode, FieldValue, RegisterMatch, Signature):
        session.execute(delete(table).where(table.version_id == version_id))
    session.execute(delete(InboxItem).where(InboxItem.document_id == document.id))
    kept = Document(
        agency_code=document.agency_code,
        state=DocumentState.QUARANTINED,
        original_sha256=secret_sha256 or version.original_sha256,
        received_at=version.created_at,
        state_since=document.state_since,
    )
    note_reason(kept, cause)
    session.add(kept)
    session.delete(version)
    session.flush()


def strike_out(ctx: Context, session: Session, document_id: UUID, cause: SecrecyMarkError) -> None:
    """Delete all that is known of a document but sha256, agency and reason, of a duplicate all; files go first.

    The transaction is a worker's, fenced by its claim, or a person's; whoever else has a claim on it loses it.
    The caller scrubs the ledger afterwards. Raise StoreError when a file cannot be deleted: then nothing is said to be
    quarantined.
    """
    document = session.get_one(Document, document_id, with_for_update=True)
    record_id, batch_id = document.record_id, document.batch_id
    _erase_files(ctx, document_id)
    _erase_rows(session, document)
    if document.state == DocumentState.DUPLICATE:
        session.delete(document)
    else:
        _lock_away(ctx, session, document_id, cause)
    session.flush()
    _drop_lonely_record(session, record_id)
    _drop_lonely_batch(session, batch_id)


def _lock_away(ctx: Context, session: Session, document_id: UUID, cause: SecrecyMarkError) -> None:
    document = session.get_one(Document, document_id)
    if document.state == DocumentState.WAITING_REVIEW:
        # By way of `in work`, whence alone a document may be quarantined.
        move(session, document_id, DocumentState.IN_WORK, actor=ctx.actor, at=ctx.clock())
    move(session, document_id, DocumentState.QUARANTINED, actor=ctx.actor, at=ctx.clock(), cause=cause)


def _erase_files(ctx: Context, document_id: UUID) -> None:
    for folder in (ctx.settings.work_folder / str(document_id), staging_folder(ctx, document_id)):
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            raise StoreError(key=folder.name, cause=gettext(NOT_DELETED))


def _forget_stacks(session: Session, versions: Select[UUID]) -> str | None:
    """Forget the name of a stack that held a secret document, which is never stored whole; give the stack's hash.

    The file that lies in the inbox is known by that hash, not by that of the pages taken out of it.
    """
    within = select(DocumentVersion.stack_id).where(DocumentVersion.id.in_(versions))
    stacks = session.scalars(select(Stack).where(Stack.id.in_(within)).order_by(Stack.taken_at.desc())).all()
    for stack in stacks:
        session.execute(delete(InboxItem).where(InboxItem.stack_id == stack.id))
        siblings = select(DocumentVersion.document_id).where(DocumentVersion.stack_id == stack.id)
        session.execute(update(Document).where(Document.id.in_(siblings)).values(source_path=None))
    return stacks[0].sha256 if stacks else None


def _erase_rows(session: Session, document: Document) -> None:
    versions = select(DocumentVersion.id).where(DocumentVersion.document_id == document.id)
    document.original_sha256 = _forget_stacks(session, versions) or document.original_sha256
    for table in (StageRun, Page, PageBarcode, FieldValue, RegisterMatch, Signature):
        session.execute(delete(table).where(table.version_id.in_(versions)))
    session.execute(delete(DocumentVersion).where(DocumentVersion.document_id == document.id))
    for asked in (Finding, ReviewTask, InboxItem, AcceptanceItem):
        session.execute(delete(asked).where(asked.document_id == document.id))
    session.execute(delete(Identifier).where(Identifier.subject_id == document.id))
    session.execute(update(Document).where(Document.same_bytes_as_id == document.id).values(same_bytes_as_id=None))
    document.record_id = document.batch_id = document.stt = document.source_path = None
    document.page_count = document.type_code = document.lane = document.same_bytes_as_id = None
    document.largest_page_px = document.all_pages_px = document.original_bytes = None
    document.role = Role.RESULT
    document.claim_owner = document.claim_until = None
    document.claim_fence += 1
    session.flush()


def _drop_lonely_record(session: Session, record_id: UUID | None) -> None:
    others = session.scalar(select(func.count()).select_from(Document).where(Document.record_id == record_id))
    if record_id is not None and not others:
        session.execute(delete(Identifier).where(Identifier.subject_id == record_id))
        session.execute(delete(PersonalView).where(PersonalView.record_id == record_id))
        session.execute(delete(Record).where(Record.id == record_id))


def _drop_lonely_batch(session: Session, batch_id: UUID | None) -> None:
    others = session.scalar(select(exists().where(Document.batch_id == batch_id))) or session.scalar(
        select(exists().where(DocumentVersion.batch_id == batch_id))
    )
    if batch_id is not None and not others:
        decided = [~exists().where(kind.batch_id == Batch.id) for kind in (Release, AcceptanceSample)]
        session.execute(delete(Batch).where(Batch.id == batch_id, *decided))
