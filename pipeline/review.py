"""The review list: what a person is asked, and what the person decides. It never changes the PDF."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased, defer

from config.clock import legal_date
from config.errors import InputRefusedError, NotFoundError, UsageError, known_errors
from config.i18n import mark as _
from pipeline.acceptance import SAMPLE_WRONG
from pipeline.context import Context
from pipeline.erasing import erase_everywhere
from pipeline.extract import type_book
from pipeline.field_places import Place, place_of
from pipeline.field_views import Why, told
from pipeline.findings import Severity, add_finding
from pipeline.holds import SecretStoredError, SuspectedError
from pipeline.machine_values import is_machine_value
from pipeline.naming import names_in, shown_place
from pipeline.record_metadata import OUTSIDE
from pipeline.register.linking import QUESTIONS, ProposedRow, confirm_question, match_of
from pipeline.resting import clear_work
from pipeline.review_contradictions import note_differences, refuse_contradiction
from pipeline.review_fields import named_field, not_acceptable, not_asked
from pipeline.review_seen import Seen, tasks_as_seen
from pipeline.review_values import check_issue_date, check_value
from pipeline.secrecy_doubts import SUSPECTED, clear_suspected, suspected_pages
from pipeline.secrecy_gate import SecrecyConfirmedError
from pipeline.specimen_gate import SpecimenConfirmedError, SpecimenSuspectedError
from pipeline.transitions import move
from pipeline.versions import fall_back, foreseen_of_erasing, foreseen_of_refusing
from pipeline.wording import state_id
from storage.ledger import events
from storage.ledger.models import Document, DocumentVersion, FieldValue, Page, Record, ReviewTask
from storage.ledger.states import DocumentState, Lane

ABSENT = "absent"
"""How a question is decided whose field is not on the paper."""


class RejectedInReviewError(InputRefusedError):
    """A person rejected a document."""

    code = "rejected_in_review"
    message = _("{file}: rejected in review")
    remedy = _("Scan the paper again and put the new file into the record's folder.")


class NotSettableError(UsageError):
    """A field of a document that the record does not hold any more was to be set."""

    code = "not_settable"
    message = _("a field of {document} cannot be set: it stands as “{kind}”")
    remedy = _("Set it on the document that took its place; `sohoa show` lists what the record holds.")


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question: of which document, about which field, why, and what the machine read."""

    task_id: UUID
    document_id: UUID
    agency_code: str
    record_code: str
    stt: int
    field_name: str | None
    reason_code: str
    value: str | None
    confidence: float | None
    page: int | None
    opened_at: datetime
    register_value: str | None = None
    """What the register says of it, where it says anything."""
    suspected_pages: tuple[int, ...] = ()
    """Where a secrecy mark is suspected; each is to be looked at."""
    crop: Path | None = None
    """A picture of the field on its page, where one was asked for."""
    place: Place | None = None
    """Where on the page it was read or looked for."""
    why: tuple[Why, ...] = ()
    """The rules that spoke for or against the reading, and for or against taking the register's value."""
    row: ProposedRow | None = None
    """The row of the register that is asked about."""


def open_questions(
    ctx: Context, *, record_code: str | None = None, document_id: UUID | None = None
) -> list[OpenQuestion]:
    """Give the open questions, of one record or document where named, oldest document first."""
    machine_value = (
        (FieldValue.version_id == DocumentVersion.id) & (FieldValue.name == ReviewTask.field_name) & is_machine_value()
    )
    register = aliased(FieldValue)
    register_value = (
        (register.version_id == DocumentVersion.id)
        & (register.name == ReviewTask.field_name)
        & (register.source == "register")
    )
    query = (
        select(ReviewTask, Document, Record.code, FieldValue, register, Page)
        .join(Document, Document.id == ReviewTask.document_id)
        .join(Record, Record.id == Document.record_id)
        .join(
            DocumentVersion,
            (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.current_version),
        )
        .outerjoin(FieldValue, machine_value)
        .outerjoin(register, register_value)
        .outerjoin(Page, (Page.version_id == FieldValue.version_id) & (Page.number == FieldValue.page))
        # All texts of a province's open pages would not fit into memory.
        .options(defer(Page.text))
        .where(ReviewTask.settled_at.is_(None), Document.state == DocumentState.WAITING_REVIEW)
        .order_by(Document.received_at, Document.id, ReviewTask.field_name)
    )
    if record_code:
        query = query.where(Record.code == record_code)
    if document_id:
        query = query.where(Document.id == document_id)
    with ctx.ledger.reading() as session:
        return [
            _question(session, task, document, code, _Read(value, said, page))
            for task, document, code, value, said, page in session.execute(query).all()
        ]


@dataclass(frozen=True, slots=True)
class _Read:
    """What the machine read of a field that is asked about, what the register says of it, and its page; None: none."""

    value: FieldValue | None
    said: FieldValue | None
    page: Page | None


def _question(session: Session, task: ReviewTask, document: Document, code: str, read: _Read) -> OpenQuestion:
    """Put one question together."""
    value, said = read.value, read.said
    marks = [mark for row in (value, said) if row is not None for mark in row.why or ()]
    return OpenQuestion(
        task_id=task.id,
        document_id=document.id,
        agency_code=document.agency_code,
        record_code=code,
        stt=document.stt or 0,
        field_name=task.field_name,
        reason_code=task.reason_code,
        value=value.value if value is not None else None,
        confidence=value.confidence if value is not None else None,
        page=value.page if value is not None else None,
        opened_at=task.opened_at,
        register_value=said.value if said is not None else None,
        suspected_pages=suspected_pages(session, document.id) if task.reason_code == SUSPECTED else (),
        place=place_of(value, [read.page]) if value is not None and read.page is not None else None,
        why=told(list(dict.fromkeys(marks))),
        row=match_of(session, document.id) if task.reason_code in QUESTIONS else None,
    )


def accept(
    ctx: Context, document_id: UUID, field_name: str | None = None, *, seen: Seen | None = None
) -> DocumentState:
    """Take the machine's reading of one field as right, or all that is open and was read; give the document's state.

    Without a field, a question to which the machine has no answer stays open: only a person can set that value.
    `seen`: only these questions, as they were shown; with what `tasks_as_seen` raises.
    Raise FieldUnknownError where no field is called so, NothingAskedError where nothing is open, IssueDateError for a
    date of issue that cannot be; for a named field NothingReadError where the machine read nothing, FoundWrongError
    where a sample showed its reading to be wrong.
    """
    if field_name is not None:
        field_name = named_field(ctx, document_id, field_name)
    with ctx.ledger.session() as session:
        tasks = tasks_as_seen(session, document_id, seen) if seen else _open_tasks(session, document_id, field_name)
        for task in tasks:
            suspicion = known_errors().get(task.reason_code)
            if task.reason_code == SUSPECTED:
                clear_suspected(session, document_id, ctx.clock())
            elif task.reason_code in QUESTIONS:
                confirm_question(ctx, session, document_id, task.reason_code)
            elif suspicion is not None and issubclass(suspicion, SuspectedError):
                add_finding(session, document_id, suspicion.cleared, Severity.NOTE, ctx.clock())
            # What was found wrong in a sample is never accepted, however it is read again.
            is_wrong = task.reason_code == SAMPLE_WRONG
            if task.field_name and (is_wrong or not _confirm(ctx, session, document_id, task.field_name)):
                if field_name is not None or seen is not None:
                    raise not_acceptable(session, document_id, task.field_name, is_wrong=is_wrong)
                continue
            settle(ctx, session, task, "accepted")
        return go_on(ctx, session, document_id)


def set_value(
    ctx: Context,
    document_id: UUID,
    field_name: str,
    value: str | None,
    *,
    may_differ: bool = False,
    seen: Seen | None = None,
) -> DocumentState:
    """Give a field the value a person read; the machine's reading stays beside it, and the PDF is never changed.

    What waits for its seal must be released anew; of an archived document the ledger's field alone is corrected.
    None says that the field is not on the paper: nothing is asked about it any more, and it has no value.
    `may_differ`: the person knows that the register says something else. `seen`: it answers these questions, as they
    were shown; with what `tasks_as_seen` raises.
    Raise FieldUnknownError where no field is called so, UsageError for a bad value or one that the paper or the
    register contradicts, NotSettableError for a document that is kept no more.
    """
    field_name = named_field(ctx, document_id, field_name)
    types = type_book(ctx.settings.document_types_folder)
    checked = None if value is None else check_value(field_name, value, legal_date(ctx.clock()), types)
    with ctx.ledger.session() as session:
        if seen is not None:
            tasks_as_seen(session, document_id, seen)
        version = _version(session, document_id)
        state = DocumentState(session.get_one(Document, document_id).state)
        if state in OUTSIDE:
            raise NotSettableError(document=names_in(session, [document_id])[document_id], kind=state_id(state))
        refuse_contradiction(session, document_id, version.id, field_name, checked, may_differ=may_differ)
        _add_person_value(ctx, session, version, field_name, checked)
        for task in _open_tasks(session, document_id, field_name, required=False):
            settle(ctx, session, task, "set" if checked is not None else ABSENT)
        return go_on(ctx, session, document_id)


def needs_release(ctx: Context, document_id: UUID) -> bool:
    """Tell whether a document is still to be sealed here, and so waits for a release once nothing is open."""
    with ctx.ledger.reading() as session:
        is_foreign = session.get_one(Document, document_id).lane == Lane.SIGNED
        return not is_foreign and _version(session, document_id).archived_at is None


def foreseen_of_reject(ctx: Context, document_id: UUID) -> DocumentState:
    """Give the state that `reject` would bring a document to. Raise NothingAskedError when nothing of it is asked."""
    with ctx.ledger.reading() as session:
        reasons = {task.reason_code for task in _open_tasks(session, document_id, None)}
        document = session.get_one(Document, document_id)
        if SUSPECTED in reasons:
            return foreseen_of_erasing(session, document)
        return foreseen_of_refusing(session, document)


def reject(ctx: Context, document_id: UUID, *, seen: Seen | None = None) -> DocumentState:
    """Refuse a document: it must be scanned again; or, where a secrecy mark was suspected, it is quarantined.

    Where a new version is rejected, the document goes back to the one before. What bears a mark and is stored
    already gets stuck: only an administrator can take it out of the store.
    `seen`: all that was asked about it when it was rejected; with what `tasks_as_seen` raises.
    """
    with ctx.ledger.session() as session:
        tasks = (
            tasks_as_seen(session, document_id, seen, is_whole=True)
            if seen
            else _open_tasks(session, document_id, None)
        )
        for task in tasks:
            settle(ctx, session, task, "rejected")
        session.flush()
        reasons = {task.reason_code for task in tasks}
        if SUSPECTED in reasons:
            state = _lock_away(ctx, session, document_id)
        else:
            kind = SpecimenConfirmedError if SpecimenSuspectedError.code in reasons else RejectedInReviewError
            document = session.get_one(Document, document_id)
            cause = kind(file=shown_place(session, document))
            if not fall_back(ctx, session, document, cause):
                move(session, document_id, DocumentState.REFUSED, actor=ctx.actor, at=ctx.clock(), cause=cause)
            state = DocumentState(document.state)
    if SUSPECTED in reasons:
        ctx.ledger.scrub()
    clear_work(ctx, document_id)
    return state


def _lock_away(ctx: Context, session: Session, document_id: UUID) -> DocumentState:
    """Quarantine what a person found secret; where it was suspected, the machine has said on which page."""
    suspected = session.get_one(Document, document_id).reason_details or {}
    page = suspected.get("page", "?")
    state = erase_everywhere(ctx, session, document_id, SecrecyConfirmedError(page=page))
    if state is not None:
        return state
    move(
        session,
        document_id,
        DocumentState.STUCK,
        actor=ctx.actor,
        at=ctx.clock(),
        cause=SecretStoredError(page=page),
    )
    return DocumentState.STUCK


def _open_tasks(
    session: Session, document_id: UUID, field_name: str | None, *, required: bool = True
) -> list[ReviewTask]:
    query = select(ReviewTask).where(ReviewTask.document_id == document_id, ReviewTask.settled_at.is_(None))
    if required:
        # A document that a worker has again is not decided on behind its back.
        waits = select(Document.id).where(Document.id == document_id, Document.state == DocumentState.WAITING_REVIEW)
        query = query.where(ReviewTask.document_id.in_(waits))
    if field_name is not None:
        query = query.where(ReviewTask.field_name == field_name)
    tasks = list(session.scalars(query))
    if required and not tasks:
        raise not_asked(session, document_id, field_name)
    return tasks


def _version(session: Session, document_id: UUID) -> DocumentVersion:
    version = session.scalar(
        select(DocumentVersion)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.id == document_id, DocumentVersion.number == Document.current_version)
    )
    if version is None:
        raise NotFoundError(subject=document_id)
    return version


def _confirm(ctx: Context, session: Session, document_id: UUID, field_name: str) -> bool:
    """Take what the machine read as a person's value; tell whether it had read anything."""
    version = _version(session, document_id)
    read = session.scalar(
        select(FieldValue).where(FieldValue.version_id == version.id, FieldValue.name == field_name, is_machine_value())
    )
    if read is None or read.value is None:
        return False
    check_issue_date(field_name, read.value, legal_date(ctx.clock()))
    _add_person_value(ctx, session, version, field_name, read.value)
    return True


def _add_person_value(
    ctx: Context, session: Session, version: DocumentVersion, field_name: str, value: str | None
) -> None:
    """Add a person's value, or that there is none, and write down that it was given, whatever the document's state."""
    now = ctx.clock()
    row = FieldValue(
        version_id=version.id,
        name=field_name,
        value=value,
        confidence=1.0,
        source="person",
        status="accepted",
        actor=ctx.actor,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    note_differences(session, version.document_id, version.id, now)
    events.append(
        session,
        kind="field.set" if value is not None else "field.absent",
        actor=ctx.actor,
        subject_type="document",
        subject_id=str(version.document_id),
        at=now,
        # With the row's own id: of a short value alone, a name or a day, the hash could be guessed.
        output_hash=hashlib.sha256(f"{row.id} {value}".encode()).hexdigest(),
        payload={"field": field_name, "version": version.number},
    )


def settle(ctx: Context, session: Session, task: ReviewTask, decision: str) -> None:
    """Close a question with what was decided; it is an event."""
    task.settled_at, task.actor, task.decision = ctx.clock(), ctx.actor, decision
    events.append(
        session,
        kind=f"review.{decision}",
        actor=ctx.actor,
        subject_type="document",
        subject_id=str(task.document_id),
        at=task.settled_at,
        payload={"task": str(task.id), "field": task.field_name, "reason": task.reason_code},
    )


def go_on(ctx: Context, session: Session, document_id: UUID) -> DocumentState:
    """Send a document on once nothing is open; one whose stages were not finished goes back to work."""
    session.flush()
    document = session.get_one(Document, document_id)
    still_open = session.scalar(
        select(ReviewTask.id).where(ReviewTask.document_id == document_id, ReviewTask.settled_at.is_(None))
    )
    if still_open is not None or document.state != DocumentState.WAITING_REVIEW:
        return DocumentState(document.state)
    move(session, document_id, DocumentState.IN_WORK, actor=ctx.actor, at=ctx.clock())
    session.execute(update(Document).where(Document.id == document_id).values(tries=0))
    return DocumentState.IN_WORK
