"""One document's planned work, redone under its claim.

What is not sealed goes through the line again. Of what is sealed only the ledger's text and fields are renewed, unless
a new version of it was asked for.
"""

from collections.abc import Callable

from config.errors import LostClaimError, SohoaError
from pipeline.backfill.planning import PlannedWork
from pipeline.backfill.reissuing import issue_anew
from pipeline.backfill.scope import OPEN_STATES, SEALED_STATES
from pipeline.context import Context
from pipeline.failures import ensure_survivable, settle_renewal_failure
from pipeline.guard import guarded
from pipeline.heartbeat import kept_alive
from pipeline.job import Job, claim, let_go
from pipeline.outcome import Outcome
from pipeline.resting import clear_work
from pipeline.runner import process
from pipeline.sealing import sealed_output
from pipeline.secrecy_gate import pass_secrecy_gate
from pipeline.stages import DELIVER, EXTRACT, PREPARE, RECOGNIZE, do_stage
from pipeline.transitions import move, note_reason
from pipeline.within_budget import within_budget
from pipeline.words import bring_back_words, keep_words
from storage.ledger.models import Document
from storage.ledger.states import DocumentState

REOPENED = (DocumentState.IN_WORK, DocumentState.SEALED)
READING = (DELIVER, PREPARE, RECOGNIZE)
"""The stages before the secrecy gate, which are redone on a sealed document too; its PDF is not built again."""
StillDue = Callable[[PlannedWork], bool]
"""Whether the work is still to be done; asked under the claim, so that two runs never do it twice."""


def redo(ctx: Context, item: PlannedWork, is_still_due: StillDue = lambda _item: True) -> Outcome | None:
    """Redo one document's planned work; None when another worker has it. Nothing is raised, as by `process`."""
    try:
        outcome = guarded(
            lambda: _claimed(ctx, item, is_still_due), lambda cause: _unwritten(ctx, item, cause), item.document_id
        )
    except LostClaimError:
        return None
    if outcome is not None and outcome.state in REOPENED and outcome.failure is None:
        return process(ctx, item.document_id)
    if outcome is not None:
        ctx.watcher.finished(item.document_id, outcome.state)
    return outcome


def _claimed(ctx: Context, item: PlannedWork, is_still_due: StillDue) -> Outcome | None:
    job = claim(ctx, item.document_id, (*OPEN_STATES, *SEALED_STATES))
    if job is None:
        return None
    try:
        with kept_alive(job):
            return guarded(
                lambda: _redone(job, item, is_still_due), lambda cause: settle_renewal_failure(job, cause), job.name
            )
    finally:
        let_go(job)


def _unwritten(ctx: Context, item: PlannedWork, cause: SohoaError) -> Outcome:
    ctx.watcher.noticed(str(item.document_id), cause)
    return Outcome(item.state, cause.code)


def _redone(job: Job, item: PlannedWork, is_still_due: StillDue) -> Outcome:
    state = _state(job)
    if not is_still_due(item):
        return Outcome(state)
    if state in SEALED_STATES:
        ensure_survivable(job)
    if item.reissued_by is not None:
        return Outcome(issue_anew(job, item.reissued_by))
    return Outcome(_renew_reading(job) if state in SEALED_STATES else _back_to_work(job))


def _state(job: Job) -> DocumentState:
    with job.ctx.ledger.reading() as session:
        return DocumentState(session.get_one(Document, job.facts.document_id).state)


def _renew_reading(job: Job) -> DocumentState:
    """Read a sealed document anew. A better reading may find a secrecy mark: nothing of that one is written."""
    with within_budget(job):
        bring_back_words(job)
        for stage in READING:
            do_stage(job, stage)
        pass_secrecy_gate(job)
        # Before the fields, so that a run that was cut off in between is known to be unfinished.
        keep_words(job)
        do_stage(job, EXTRACT)
    with job.commit() as session:
        document = session.get_one(Document, job.facts.document_id)
        note_reason(document, None)
        document.tries = 0
        state = DocumentState(document.state)
    clear_work(job.ctx, job.facts.document_id)
    return state


def _back_to_work(job: Job) -> DocumentState:
    """Send an unsealed document through the line again; stages whose keys still hold are not redone.

    One that got stuck with its signed bytes at hand goes on with these; otherwise it will be sealed anew.
    """
    state = DocumentState.SEALED if sealed_output(job) is not None else DocumentState.IN_WORK
    with job.commit() as session:
        document = session.get_one(Document, job.facts.document_id)
        if document.state != DocumentState.STUCK:
            state = DocumentState.IN_WORK
        move(session, document.id, state, actor=job.ctx.actor, at=job.ctx.clock())
    return state
