"""What a person had before their eyes when answering: an answer to anything else is not taken.

Two people may look at the same question, and a run may read its page anew between looking and answering.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.dates import instant_text
from config.errors import NotFoundError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.naming import names_in
from pipeline.reason_wording import reason_name
from pipeline.register.linking import QUESTIONS, match_of
from pipeline.review_fields import not_asked
from pipeline.secrecy_doubts import SUSPECTED
from pipeline.wording import field_name
from storage.ledger.models import Document, DocumentVersion, FieldValue, Finding, ReviewTask
from storage.ledger.states import DocumentState

DECISIONS: dict[str, str] = {
    "accepted": _("accepted as read"),
    "set": _("answered with a value"),
    "absent": _("said to be not on the paper"),
    "rejected": _("document rejected"),
    "obsolete": _("no longer asked"),
}
_DIGITS = 32


class AnsweredMeanwhileError(UsageError):
    """A question was answered by somebody else after it was shown."""

    code = "answered_meanwhile"
    message = _("{document}: {subject}: {actor} decided it meanwhile, at {at}: {decision}")
    remedy = _("Your answer was not taken. Look at the record; what is wrong there is set with sohoa review set.")


class OtherwiseMeanwhileError(UsageError):
    """What is asked, what was read or what the register says is another thing than what was shown."""

    code = "otherwise_meanwhile"
    message = _("{document}: {subject}: what is asked about it changed after it was shown")
    remedy = _("Your answer was not taken. Look at what is shown now, and answer that.")


@dataclass(frozen=True, slots=True)
class Seen:
    """The questions that stood together on a page, and a digest of what was shown with them."""

    tasks: tuple[UUID, ...]
    digest: str

    def __str__(self) -> str:
        return ".".join([*(task.hex for task in self.tasks), self.digest])

    @classmethod
    def parse(cls, text: str) -> "Seen":
        """Read what was written. Raise ValueError for anything else."""
        *tasks, digest = text.split(".")
        if not tasks or len(digest) != _DIGITS:
            raise ValueError(text)
        return cls(tuple(UUID(hex=task) for task in tasks), digest)


def seen_of(session: Session, tasks: Sequence[ReviewTask]) -> Seen:
    """Give what a person sees who looks at these questions of one document now."""
    ordered = sorted(tasks, key=lambda task: task.id)
    lines = [line for task in ordered for line in _shown(session, task)]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:_DIGITS]
    return Seen(tuple(task.id for task in ordered), digest)


def tasks_as_seen(session: Session, document_id: UUID, seen: Seen, *, is_whole: bool = False) -> list[ReviewTask]:
    """Give the open questions that were seen, and let nobody else answer them until this transaction ends.

    `is_whole`: they were all that was asked about the document.
    Raise AnsweredMeanwhileError, OtherwiseMeanwhileError, NothingAskedError where a worker has the document again,
    NotFoundError for questions that are none of this document.
    """
    document = session.scalar(select(Document).where(Document.id == document_id).with_for_update())
    tasks = session.scalars(
        select(ReviewTask).where(ReviewTask.document_id == document_id, ReviewTask.id.in_(seen.tasks))
    ).all()
    if document is None or len(tasks) != len(seen.tasks):
        raise NotFoundError(subject=document_id)
    for task in tasks:
        if task.settled_at is not None:
            raise _answered(session, task)
    if document.state != DocumentState.WAITING_REVIEW:
        raise not_asked(session, document_id, tasks[0].field_name)
    if seen_of(session, _asked_together(session, tasks, is_whole=is_whole)) != seen:
        raise OtherwiseMeanwhileError(document=_named(session, tasks[0]), subject=_subject(tasks[0]))
    return list(tasks)


def _asked_together(session: Session, tasks: Sequence[ReviewTask], *, is_whole: bool) -> list[ReviewTask]:
    """Give what is open now of what the tasks are about: the whole document, their one field, or their one matter."""
    still_open = select(ReviewTask).where(
        ReviewTask.document_id == tasks[0].document_id, ReviewTask.settled_at.is_(None)
    )
    if not is_whole and tasks[0].field_name is not None:
        still_open = still_open.where(ReviewTask.field_name == tasks[0].field_name)
    elif not is_whole:
        still_open = still_open.where(ReviewTask.id.in_([task.id for task in tasks]))
    return list(session.scalars(still_open))


def _shown(session: Session, task: ReviewTask) -> list[str]:
    """Give a line for each thing that is shown with a question."""
    lines = [f"{task.id} {task.reason_code}"]
    if task.field_name is not None:
        values = session.execute(
            select(FieldValue.source, FieldValue.value, FieldValue.confidence)
            .join(DocumentVersion, DocumentVersion.id == FieldValue.version_id)
            .join(Document, DocumentVersion.document_id == Document.id)
            .where(Document.id == task.document_id, DocumentVersion.number == Document.current_version)
            .where(FieldValue.name == task.field_name, FieldValue.source != "person")
            .order_by(FieldValue.source, FieldValue.recorded_at, FieldValue.id)
        )
        lines += [f"{source} {value} {confidence}" for source, value, confidence in values]
    if task.reason_code == SUSPECTED:
        found = select(Finding.page, Finding.details).where(
            Finding.document_id == task.document_id, Finding.code == SUSPECTED
        )
        lines += [f"{page} {details}" for page, details in session.execute(found.order_by(Finding.page))]
    if task.reason_code in QUESTIONS:
        lines.append(str(match_of(session, task.document_id)))
    return lines


def _answered(session: Session, task: ReviewTask) -> AnsweredMeanwhileError:
    return AnsweredMeanwhileError(
        document=_named(session, task),
        subject=_subject(task),
        actor=task.actor or "–",
        at=instant_text(task.settled_at) if task.settled_at else "–",
        decision=gettext(DECISIONS.get(task.decision or "", task.decision or "–")),
    )


def _named(session: Session, task: ReviewTask) -> str:
    return names_in(session, [task.document_id])[task.document_id]


def _subject(task: ReviewTask) -> str:
    return field_name(task.field_name) if task.field_name else reason_name(task.reason_code)
