"""Runs documents through the line, one at a time each, and makes of every failure a state with a reason."""

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from config.errors import LostClaimError, SohoaError
from pipeline.archiving import archive_document
from pipeline.chunks import in_no_others_chunk
from pipeline.context import Context
from pipeline.deciding import decide, has_new_questions
from pipeline.event_chain import seal_overdue_head
from pipeline.failures import ensure_survivable, settle_failure
from pipeline.foreign import judge_foreign_signatures, keep_text_beside
from pipeline.guard import guarded
from pipeline.heartbeat import kept_alive
from pipeline.job import Job, claim, file_sha256, let_go
from pipeline.lease_clock import lease_now
from pipeline.machines import is_within_reach
from pipeline.originals import keep_originals
from pipeline.outcome import Outcome
from pipeline.resting import clear_crops, clear_work, rest
from pipeline.sealing import seal_document
from pipeline.secrecy_gate import pass_secrecy_gate
from pipeline.specimen_gate import pass_specimen_gate
from pipeline.stages import ASSEMBLE, DELIVER, EXTRACT, PREPARE, RECOGNIZE, do_stage
from pipeline.stages.attest import find_attested
from pipeline.waiting_release import is_released
from pipeline.within_budget import fits_here, within_budget
from pipeline.words import keep_words
from storage.ledger.models import Document, StoredObject
from storage.ledger.states import DocumentState

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
ORPHAN_AGE = timedelta(hours=1)


def workable(ctx: Context, *, limit: int | None = None, agency: str | None = None) -> list[UUID]:
    """Give the documents that can be worked on now, oldest first: not claimed, and released where that is needed."""
    return list(workload(ctx, limit=limit, agency=agency))


def workload(ctx: Context, *, limit: int | None = None, agency: str | None = None) -> dict[UUID, int]:
    """Give the documents that can be worked on now, each with the pages that are still to be read of it."""
    with ctx.ledger.reading() as session:
        query = (
            select(Document.id, Document.state, Document.page_count)
            .where(
                Document.state.in_(WORKABLE),
                (Document.state != DocumentState.WAITING_RELEASE) | is_released(),
                Document.claim_until.is_(None) | (Document.claim_until < lease_now(ctx, session)),
                in_no_others_chunk(ctx, session),
                is_within_reach(ctx, session),
                fits_here(ctx),
            )
            .order_by(Document.received_at, Document.id)
            .limit(limit)
        )
        if agency:
            query = query.where(Document.agency_code == agency)
        if ctx.is_scheduled:
            query = query.where(Document.wait_until.is_(None) | (Document.wait_until <= ctx.clock()))
        rows = session.execute(query).all()
    return {id_: (pages or 0) if state == DocumentState.IN_WORK else 0 for id_, state, pages in rows}


def tried_before(ctx: Context) -> set[UUID]:
    """Give the workable documents on which work has failed or a worker ended."""
    with ctx.ledger.reading() as session:
        return set(session.scalars(select(Document.id).where(Document.state.in_(WORKABLE), Document.tries > 0)))


def process(ctx: Context, document_id: UUID) -> Outcome | None:
    """Bring one document as far as it goes; give what it came to, or None when another worker has it.

    Nothing is raised: where not even the failure can be written down, since the ledger itself fails, the document
    stays as it was, its claim runs out, and a failure `in work` is given.
    """
    try:
        outcome = guarded(
            lambda: _claimed(ctx, document_id), lambda cause: _unwritten(ctx, document_id, cause), document_id
        )
    except LostClaimError:
        return None
    if outcome is not None:
        ctx.watcher.finished(document_id, outcome.state)
        seal_overdue_head(ctx)
    return outcome


def _claimed(ctx: Context, document_id: UUID) -> Outcome | None:
    job = claim(ctx, document_id, WORKABLE)
    if job is None:
        return None
    with kept_alive(job):
        outcome = guarded(lambda: _brought_on(job), lambda cause: settle_failure(job, cause), job.name)
    let_go(job)
    return outcome


def _brought_on(job: Job) -> Outcome:
    ensure_survivable(job)
    state = _advance(job)
    # A pending document failed in no step of its own: what it waits for is its reason.
    return Outcome(state, _reason(job) if state is DocumentState.PENDING_SIGNATURE else None)


def _unwritten(ctx: Context, document_id: UUID, cause: SohoaError) -> Outcome:
    ctx.watcher.noticed(str(document_id), cause)
    return Outcome(DocumentState.IN_WORK, cause.code)


def sweep(ctx: Context) -> int:
    """Delete work and staging folders that belong to nothing at work any more, as crashes leave them, and pictures.

    A folder of a document that rests goes at once; one that no document owns may be another process's intake at work
    and goes when it is old. One with a signed file that the store does not have stays: signing cannot be repeated.
    """
    swept = 0
    for place in (ctx.settings.work_folder, ctx.settings.staging_folder):
        for folder in place.iterdir() if place.is_dir() else ():
            clear_crops(folder)
            if is_left_over(ctx, folder) and not has_only_copy(ctx, folder):
                shutil.rmtree(folder, ignore_errors=True)
                swept += 1
    return swept


def is_left_over(ctx: Context, folder: Path) -> bool:
    """Say whether a work or staging folder is of nothing that is in work any more."""
    try:
        document_id, changed_at = UUID(folder.name), folder.stat().st_mtime
    except (ValueError, FileNotFoundError):
        # Not ours, or another process was quicker.
        return False
    with ctx.ledger.reading() as session:
        document, now = session.get(Document, document_id), lease_now(ctx, session)
    if document is None:
        return ctx.clock().timestamp() - changed_at > ORPHAN_AGE.total_seconds()
    # A claim that ran out is nobody's; nobody may ever take that document again.
    is_free = document.claim_until is None or document.claim_until < now
    return document.state in AT_REST and is_free


def has_only_copy(ctx: Context, folder: Path) -> bool:
    """Say whether a folder has a signed file that is not in the store, as a ledger that was put back leaves it."""
    sealed = [file_sha256(file) for file in folder.rglob("sealed-*.pdf")]
    with ctx.ledger.reading() as session:
        stored = set(session.scalars(select(StoredObject.sha256).where(StoredObject.sha256.in_(sealed))))
    return not stored.issuperset(sealed)


def _advance(job: Job) -> DocumentState:
    state = _state(job)
    if state is DocumentState.SEALED:
        return archive_document(job)
    with within_budget(job):
        is_through = _run_stages(job)
    if not is_through:
        state = _await_attest(job)
    elif state is DocumentState.IN_WORK:
        state = decide(job)
    if state in {DocumentState.WAITING_RELEASE, DocumentState.PENDING_SIGNATURE} and not _is_released(job):
        return _await_release(job, state)
    if state in {DocumentState.WAITING_RELEASE, DocumentState.PENDING_SIGNATURE}:
        if has_new_questions(job):
            return DocumentState.WAITING_REVIEW
        if not _is_released(job):
            # The register has filled a field otherwise since: that was in nobody's sample.
            return _await_release(job, state)
        state = seal_document(job)
    if state is DocumentState.SEALED:
        return archive_document(job)
    if state in AT_REST:
        clear_work(job.ctx, job.facts.document_id)
    return state


def _run_stages(job: Job) -> bool:
    """Do what is to be done up to extraction; tell whether it was, or a person must sign before."""
    for stage in (DELIVER, PREPARE, RECOGNIZE):
        do_stage(job, stage)
    pass_secrecy_gate(job)
    pass_specimen_gate(job)
    keep_originals(job)
    if job.facts.is_signed:
        judge_foreign_signatures(job)
        keep_text_beside(job)
        keep_words(job)
    elif not job.facts.is_archived:
        do_stage(job, ASSEMBLE)
        if job.facts.needs_attest and find_attested(job) is None:
            return False
    do_stage(job, EXTRACT)
    return True


def _await_attest(job: Job) -> DocumentState:
    """Leave a document to the person who scanned it; one that was further on has a PDF that was built anew."""
    with job.commit() as session:
        rest(session, job, DocumentState.WAITING_ATTEST)
    return DocumentState.WAITING_ATTEST


def _state(job: Job) -> DocumentState:
    with job.ctx.ledger.reading() as session:
        return DocumentState(session.get_one(Document, job.facts.document_id).state)


def _reason(job: Job) -> str | None:
    with job.ctx.ledger.reading() as session:
        return session.get_one(Document, job.facts.document_id).reason_code


def _is_released(job: Job) -> bool:
    with job.ctx.ledger.reading() as session:
        released = select(Document.id).where(Document.id == job.facts.document_id, is_released())
        return session.scalar(released) is not None


def _await_release(job: Job, state: DocumentState) -> DocumentState:
    """Leave a document to its release; a pending one lost its own when its PDF was built anew."""
    if state is DocumentState.PENDING_SIGNATURE:
        with job.commit() as session:
            rest(session, job, DocumentState.WAITING_RELEASE)
    return DocumentState.WAITING_RELEASE
