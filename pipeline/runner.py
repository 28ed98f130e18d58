"""Runs documents through the line, one at a time each, and makes of every failure a state with a reason.

This is one of the two places that may catch everything: one bad document never stops a batch.
"""

import shutil
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from config.errors import (
    InputRefusedError,
    KeyUnavailableError,
    LedgerError,
    LostClaimError,
    SecrecyMarkError,
    SettingsError,
    SohoaError,
    StoreError,
    ToolMissingError,
)
from pipeline.archiving import archive_document, clear_work
from pipeline.context import Context
from pipeline.deciding import decide, open_task
from pipeline.foreign import judge_foreign_signatures, keep_text_beside
from pipeline.job import Job, claim, let_go
from pipeline.originals import keep_originals
from pipeline.release import is_released
from pipeline.sealing import seal_document
from pipeline.secrecy_gate import SecrecySuspectedError, pass_secrecy_gate, quarantine
from pipeline.stages import ASSEMBLE, DELIVER, EXTRACT, PREPARE, RECOGNIZE, do_stage
from pipeline.transitions import move, plain_details
from storage.ledger.models import Document
from storage.ledger.states import DocumentState

MOST_TRIES = 3
WORKABLE = (
    DocumentState.IN_WORK,
    DocumentState.WAITING_RELEASE,
    DocumentState.PENDING_SIGNATURE,
    DocumentState.SEALED,
)
AT_REST = (
    DocumentState.ARCHIVED,
    DocumentState.WAITING_TRUST,
    DocumentState.REFUSED,
    DocumentState.QUARANTINED,
    DocumentState.DUPLICATE,
    DocumentState.SUPERSEDED,
)
INSTALLATION_ERRORS = (LedgerError, StoreError, ToolMissingError, SettingsError, KeyUnavailableError)
"""Troubles of the installation, not of one document: they do not use up a document's tries."""
ORPHAN_AGE = timedelta(hours=1)


class UnexpectedError(SohoaError):
    """A fault of this program while it worked on a document."""

    code = "unexpected"
    retry_helps = True
    message = "{kind}: {cause}"


def workable(ctx: Context, *, limit: int | None = None, agency: str | None = None) -> list[UUID]:
    """Give the documents that can be worked on now, oldest first: not claimed, and released where that is needed."""
    now = ctx.clock()
    query = (
        select(Document.id)
        .where(
            Document.state.in_(WORKABLE),
            (Document.state != DocumentState.WAITING_RELEASE) | is_released(Document.batch_id),
            Document.claim_until.is_(None) | (Document.claim_until < now),
        )
        .order_by(Document.received_at, Document.id)
        .limit(limit)
    )
    if agency:
        query = query.where(Document.agency_code == agency)
    with ctx.ledger.session() as session:
        return list(session.scalars(query))


def process(ctx: Context, document_id: UUID) -> DocumentState | None:
    """Bring one document as far as it goes; give its state, or None when another worker has it."""
    job = claim(ctx, document_id, WORKABLE)
    if job is None:
        return None
    try:
        state = _guarded(job)
    except LostClaimError:
        return None
    let_go(job)
    ctx.watcher.finished(document_id, state)
    return state


def sweep(ctx: Context) -> int:
    """Delete work and staging folders that belong to nothing at work any more, as crashes leave them.

    A folder of a document that rests goes at once; one that no document owns may be another process's intake at work
    and goes when it is old.
    """
    with ctx.ledger.session() as session:
        rows = session.execute(select(Document.id, Document.state, Document.claim_until))
        resting = {str(id_): state in AT_REST and claimed is None for id_, state, claimed in rows}
    swept = 0
    for place in (ctx.settings.work_folder, ctx.settings.staging_folder):
        for folder in place.iterdir() if place.is_dir() else ():
            age_s = ctx.clock().timestamp() - folder.stat().st_mtime
            if resting.get(folder.name, age_s > ORPHAN_AGE.total_seconds()):
                shutil.rmtree(folder, ignore_errors=True)
                swept += 1
    return swept


def _guarded(job: Job) -> DocumentState:
    try:
        return _advance(job)
    except LostClaimError:
        raise
    except SecrecyMarkError as cause:
        quarantine(job.ctx, job.facts.document_id, cause)
        return DocumentState.QUARANTINED
    except SecrecySuspectedError as cause:
        return _ask(job, cause)
    except InputRefusedError as cause:
        return _refuse(job, cause)
    except SohoaError as cause:
        return _failed(job, cause)
    except Exception as err:  # noqa: BLE001 - one bad document never stops a batch
        return _failed(job, UnexpectedError(kind=type(err).__name__, cause=err))


def _advance(job: Job) -> DocumentState:
    state = _state(job)
    if state is DocumentState.SEALED:
        return archive_document(job)
    _run_stages(job)
    if state is DocumentState.IN_WORK:
        state = decide(job)
    if state is DocumentState.WAITING_RELEASE and not _is_released(job):
        return state
    if state in {DocumentState.WAITING_RELEASE, DocumentState.PENDING_SIGNATURE}:
        state = seal_document(job)
    if state is DocumentState.SEALED:
        return archive_document(job)
    if state in AT_REST:
        clear_work(job)
    return state


def _run_stages(job: Job) -> None:
    for stage in (DELIVER, PREPARE, RECOGNIZE):
        do_stage(job, stage)
    pass_secrecy_gate(job)
    keep_originals(job)
    if job.facts.is_signed:
        judge_foreign_signatures(job)
        keep_text_beside(job)
    else:
        do_stage(job, ASSEMBLE)
    do_stage(job, EXTRACT)


def _state(job: Job) -> DocumentState:
    with job.ctx.ledger.session() as session:
        return DocumentState(session.get_one(Document, job.facts.document_id).state)


def _is_released(job: Job) -> bool:
    with job.ctx.ledger.session() as session:
        return bool(session.scalar(select(is_released(job.facts.batch_id))))


def _ask(job: Job, cause: SecrecySuspectedError) -> DocumentState:
    with job.commit() as session:
        open_task(session, job, None, cause.code)
        move(
            session,
            job.facts.document_id,
            DocumentState.WAITING_REVIEW,
            actor=job.ctx.actor,
            at=job.ctx.clock(),
            cause=cause,
        )
    return DocumentState.WAITING_REVIEW


def _refuse(job: Job, cause: SohoaError) -> DocumentState:
    with job.commit() as session:
        move(
            session,
            job.facts.document_id,
            DocumentState.REFUSED,
            actor=job.ctx.actor,
            at=job.ctx.clock(),
            cause=cause,
        )
    clear_work(job)
    return DocumentState.REFUSED


def _failed(job: Job, cause: SohoaError) -> DocumentState:
    """Write a failure down: the document stays where it is for another try, or is stuck after the last one."""
    with job.commit() as session:
        document = session.get_one(Document, job.facts.document_id)
        if not isinstance(cause, INSTALLATION_ERRORS):
            document.tries += 1
        if document.tries >= MOST_TRIES or not (cause.retry_helps or isinstance(cause, INSTALLATION_ERRORS)):
            move(
                session,
                document.id,
                DocumentState.STUCK,
                actor=job.ctx.actor,
                at=job.ctx.clock(),
                cause=cause,
            )
            return DocumentState.STUCK
        document.reason_code = cause.code
        document.reason_details = plain_details(cause)
        return DocumentState(document.state)
