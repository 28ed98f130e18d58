"""One document on the review desk: what is asked about it, each matter with all that is asked of it at once.

While a secrecy mark is suspected that alone is asked, and nothing of the document is shown.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.dates import value_text
from config.errors import NotFoundError
from pipeline.acceptance import SAMPLE_WRONG
from pipeline.context import Context
from pipeline.naming import names_in
from pipeline.register.linking import OTHER_ROW, PROPOSAL
from pipeline.review import OpenQuestion, needs_release, open_questions
from pipeline.review_seen import Seen, seen_of
from pipeline.secrecy_doubts import SUSPECTED
from pipeline.specimen_gate import SpecimenSuspectedError
from pipeline.wording import field_order
from storage.ledger.models import Document, ReviewTask
from storage.ledger.states import DocumentState


class Kind(StrEnum):
    """What is asked about: a field, a secrecy mark, a row of the register, or the document itself."""

    FIELD = "field"
    SECRECY = "secrecy"
    ROW = "row"
    OTHER_ROW = "other_row"
    SPECIMEN = "specimen"
    DOCUMENT = "document"


_KINDS = {
    SUSPECTED: Kind.SECRECY,
    PROPOSAL: Kind.ROW,
    OTHER_ROW: Kind.OTHER_ROW,
    SpecimenSuspectedError.code: Kind.SPECIMEN,
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What one answer settles: the questions about one field, or one about the document; and what was shown."""

    questions: tuple[OpenQuestion, ...]
    seen: Seen

    @property
    def key(self) -> str:
        """What names it in a form."""
        return self.questions[0].task_id.hex

    @property
    def first(self) -> OpenQuestion:
        """The question whose reading, place and rules stand for all of them."""
        return self.questions[0]

    @property
    def kind(self) -> Kind:
        """What it is about."""
        if self.first.field_name is not None:
            return Kind.FIELD
        return _KINDS.get(self.first.reason_code, Kind.DOCUMENT)

    @property
    def is_acceptable(self) -> bool:
        """Whether there is a reading that can be taken as right."""
        is_wrong = any(one.reason_code == SAMPLE_WRONG for one in self.questions)
        return self.kind is not Kind.FIELD or (self.first.value is not None and not is_wrong)

    @property
    def shown_value(self) -> str:
        """The reading as people write it, to be corrected; empty where nothing was read."""
        return value_text(self.first.value) if self.first.value is not None else ""


@dataclass(frozen=True, slots=True)
class Desk:
    """A document that a person settles: what it is, what is asked, and what was seen as a whole."""

    document_id: UUID
    record_id: UUID
    stt: int
    name: str
    agency_code: str
    state: DocumentState
    matters: tuple[Matter, ...]
    whole: Seen | None
    """All that is asked about it; None where nothing is."""
    is_suspected: bool
    """A secrecy mark is suspected: nothing of it is shown."""
    needs_release: bool
    """It is still to be sealed here."""


def look_at(ctx: Context, document_id: UUID) -> Desk:
    """Give a document as it lies on the desk. Raise NotFoundError for one that is in no record."""
    asked = open_questions(ctx, document_id=document_id)
    with ctx.ledger.reading() as session:
        document = session.get(Document, document_id)
        if document is None or document.record_id is None or document.stt is None:
            raise NotFoundError(subject=document_id)
        suspected = [one for one in asked if one.reason_code == SUSPECTED]
        matters = _matters(session, suspected or asked)
        return Desk(
            document_id=document.id,
            record_id=document.record_id,
            stt=document.stt,
            name=names_in(session, [document.id])[document.id],
            agency_code=document.agency_code,
            state=DocumentState(document.state),
            matters=matters,
            whole=_seen(session, asked) if asked else None,
            is_suspected=bool(suspected),
            needs_release=needs_release(ctx, document_id),
        )


def _matters(session: Session, asked: list[OpenQuestion]) -> tuple[Matter, ...]:
    by_subject: dict[str, dict[UUID, OpenQuestion]] = {}
    for one in asked:
        by_subject.setdefault(one.field_name or one.task_id.hex, {}).setdefault(one.task_id, one)
    groups = [tuple(questions.values()) for questions in by_subject.values()]
    # What is asked about the document as a whole comes first: it may make the rest needless.
    groups.sort(key=lambda group: (group[0].field_name is not None, field_order(group[0].field_name or "")))
    return tuple(Matter(group, _seen(session, list(group))) for group in groups)


def _seen(session: Session, asked: list[OpenQuestion]) -> Seen:
    return seen_of(
        session, session.scalars(select(ReviewTask).where(ReviewTask.id.in_({one.task_id for one in asked}))).all()
    )
