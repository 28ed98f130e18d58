"""After extraction: is there anything a person must settle, or may the document go on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.acceptance import SAMPLE_WRONG
from pipeline.findings import Severity
from pipeline.foreign import resting_state
from pipeline.job import Job
from pipeline.register.comparison import compare_with_register
from pipeline.register.linking import match_with_register
from pipeline.resting import rest
from pipeline.review_contradictions import note_differences
from pipeline.review_policy import quiet_fields
from pipeline.signature_rows import FOREIGN
from pipeline.versions import REISSUED
from signing.report import Verdict
from storage.ledger.models import DocumentVersion, FieldValue, Finding, ReviewTask, Signature
from storage.ledger.states import DocumentState

REVIEW = "review"
ANSWERED = ("accepted", "set", "absent")


def decide(job: Job) -> DocumentState:
    """Open a task for each open question; give the state the document went to."""
    with job.commit() as session:
        if not job.facts.is_archived:
            _ask_what_is_open(session, job)
        state = next_state(session, job)
        rest(session, job, state)
    return state


def has_new_questions(job: Job) -> bool:
    """Look again before sealing, since stages may have been redone; send a document with open questions to review."""
    with job.commit() as session:
        _ask_what_is_open(session, job)
        if not has_open_tasks(session, job):
            return False
        rest(session, job, DocumentState.WAITING_REVIEW)
    return True


def _ask_what_is_open(session: Session, job: Job) -> None:
    match_with_register(session, job)
    compare_with_register(session, job)
    note_differences(session, job.facts.document_id, job.facts.version_id, job.ctx.clock())
    session.flush()
    questions = _questions(session, job)
    for field_name, reason in questions:
        open_task(session, job, field_name, reason)
    session.flush()
    still_open = select(ReviewTask).where(
        ReviewTask.document_id == job.facts.document_id,
        ReviewTask.settled_at.is_(None),
        ReviewTask.field_name.is_not(None),
        # What a person found wrong in a sample no reading settles.
        ReviewTask.reason_code != SAMPLE_WRONG,
    )
    for task in session.scalars(still_open).all():
        # What the machine is sure of by now, or asks for another reason, a person need not settle.
        if (task.field_name, task.reason_code) not in questions:
            task.settled_at, task.actor, task.decision = job.ctx.clock(), job.ctx.actor, "obsolete"
    session.flush()


def next_state(session: Session, job: Job) -> DocumentState:
    """Give where a document goes once its stages are done: to a person, to its rest, or to the release."""
    if has_open_tasks(session, job):
        return DocumentState.WAITING_REVIEW
    if job.facts.is_signed:
        return resting_state(session, job)
    return DocumentState.ARCHIVED if job.facts.is_archived else DocumentState.WAITING_RELEASE


def has_open_tasks(session: Session, job: Job) -> bool:
    """Tell whether a person still has something to settle."""
    return (
        session.scalar(
            select(ReviewTask.id).where(
                ReviewTask.document_id == job.facts.document_id, ReviewTask.settled_at.is_(None)
            )
        )
        is not None
    )


def open_task(session: Session, job: Job, field_name: str | None, reason: str, *, is_new: bool = False) -> None:
    """Ask a person once about a version; a question that a person answered is asked again only where it is new."""
    known = select(ReviewTask.id).where(
        ReviewTask.document_id == job.facts.document_id,
        ReviewTask.field_name.is_(None) if field_name is None else ReviewTask.field_name == field_name,
        ReviewTask.reason_code == reason,
        ReviewTask.version.in_(_of_this_scan(session, job)),
        ReviewTask.settled_at.is_(None) | ReviewTask.decision.in_(ANSWERED),
    )
    if is_new:
        known = known.where(ReviewTask.settled_at.is_(None))
    if session.scalar(known.limit(1)) is None:
        session.add(
            ReviewTask(
                document_id=job.facts.document_id,
                version=job.facts.version,
                field_name=field_name,
                reason_code=reason,
                opened_at=job.ctx.clock(),
            )
        )


def _of_this_scan(session: Session, job: Job) -> list[int]:
    """Give the numbers of the versions of one scan: what was answered about one holds for those issued anew from it."""
    versions = session.execute(
        select(DocumentVersion.number, DocumentVersion.reason)
        .where(DocumentVersion.document_id == job.facts.document_id, DocumentVersion.number <= job.facts.version)
        .order_by(DocumentVersion.number.desc())
    ).all()
    numbers: list[int] = []
    for number, reason in versions:
        numbers.append(number)
        if reason != REISSUED:
            break
    return numbers


def _questions(session: Session, job: Job) -> list[tuple[str | None, str]]:
    settled_by_person = select(FieldValue.name).where(
        FieldValue.version_id == job.facts.version_id, FieldValue.source == "person"
    )
    unsure = session.execute(
        select(FieldValue.name, FieldValue.reason_code).where(
            FieldValue.version_id == job.facts.version_id,
            FieldValue.status == REVIEW,
            FieldValue.name.not_in(settled_by_person),
            FieldValue.name.not_in(quiet_fields()),
        )
    ).all()
    findings = session.scalars(
        select(Finding.code)
        .where(Finding.document_id == job.facts.document_id, Finding.severity == Severity.REVIEW)
        .distinct()
    ).all()
    broken = session.scalars(
        select(Signature.id).where(
            Signature.version_id == job.facts.version_id,
            Signature.role == FOREIGN,
            Signature.verdict == Verdict.INVALID,
        )
    ).first()
    questions: list[tuple[str | None, str]] = [(name, reason or "unsure") for name, reason in unsure]
    questions += [(None, code) for code in findings]
    if broken is not None:
        questions.append((None, "signature_invalid"))
    return questions
