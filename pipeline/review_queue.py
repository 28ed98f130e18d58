"""What waits for the review desk: whose documents, the oldest first, a page at a time, and why each waits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from pipeline.context import Context
from pipeline.naming import names_in
from pipeline.reason_wording import reason_name
from pipeline.wording import field_name, field_order
from storage.ledger.models import Agency, Document, ReviewTask
from storage.ledger.states import DocumentState

PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One document that waits: its name, since when, and each question's field (or None) and reason."""

    document_id: UUID
    name: str
    agency_code: str
    received_at: datetime
    questions: tuple[tuple[str | None, str], ...]

    def why(self) -> str:
        """Say in one sentence of the active language what is asked."""
        return "; ".join(_sentences(self.questions))


@dataclass(frozen=True, slots=True)
class WaitingAgency:
    """An agency with documents that wait, and how many."""

    code: str
    name: str | None
    documents: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue, whose documents wait in all, and the document after which the next page begins."""

    documents: tuple[Waiting, ...]
    agencies: tuple[WaitingAgency, ...]
    next_after: UUID | None


def read_queue(ctx: Context, *, agency: str | None = None, after: UUID | None = None, limit: int = PAGE) -> QueuePage:
    """Give a page of the documents with open questions, of one agency where named, after one where named."""
    with ctx.ledger.reading() as session:
        found = session.scalars(_after(session, _waiting(agency), after).limit(limit + 1)).all()
        listed, more = found[:limit], len(found) > limit
        ids = [document.id for document in listed]
        names, questions = names_in(session, ids), _questions(session, ids)
        return QueuePage(
            tuple(
                Waiting(one.id, names[one.id], one.agency_code, one.received_at, tuple(questions.get(one.id, ())))
                for one in listed
            ),
            _agencies(session),
            ids[-1] if more else None,
        )


def next_waiting(ctx: Context, document_id: UUID) -> tuple[UUID, str] | None:
    """Give id and name of the document to settle after this one: of its agency, else of any, the oldest first."""
    with ctx.ledger.reading() as session:
        document = session.get(Document, document_id)
        agency = document.agency_code if document is not None else None
        others = [_waiting(agency).where(Document.id != document_id), _waiting(None).where(Document.id != document_id)]
        tries = (_after(session, others[0], document_id), *others)
        for query in tries:
            found = session.scalar(query.limit(1))
            if found is not None:
                return found.id, names_in(session, [found.id])[found.id]
    return None


def _waiting(agency: str | None) -> Select[Document]:
    query = select(Document).where(Document.state == DocumentState.WAITING_REVIEW)
    if agency is not None:
        query = query.where(Document.agency_code == agency)
    return query.order_by(Document.received_at, Document.id)


def _after(session: Session, query: Select[Document], after: UUID | None) -> Select[Document]:
    last = session.get(Document, after) if after is not None else None
    if last is None:
        return query
    return query.where(tuple_(Document.received_at, Document.id) > (last.received_at, last.id))


def _agencies(session: Session) -> tuple[WaitingAgency, ...]:
    counted = session.execute(
        select(Document.agency_code, func.count())
        .where(Document.state == DocumentState.WAITING_REVIEW)
        .group_by(Document.agency_code)
        .order_by(Document.agency_code)
    ).all()
    codes = [code for code, _count in counted]
    names = dict(session.execute(select(Agency.code, Agency.name).where(Agency.code.in_(codes))).all())
    return tuple(WaitingAgency(code, names.get(code), count) for code, count in counted)


def _questions(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[tuple[str | None, str]]]:
    asked = session.execute(
        select(ReviewTask.document_id, ReviewTask.field_name, ReviewTask.reason_code)
        .where(ReviewTask.document_id.in_(ids), ReviewTask.settled_at.is_(None))
        .order_by(ReviewTask.opened_at, ReviewTask.id)
    )
    found: dict[UUID, list[tuple[str | None, str]]] = {}
    for document_id, field, reason in asked:
        found.setdefault(document_id, []).append((field, reason))
    return found


def _sentences(questions: Iterable[tuple[str | None, str]]) -> Iterator[str]:
    """Give for each reason what it says, and the fields it says it of."""
    by_reason: dict[str, list[str]] = {}
    for field, reason in questions:
        by_reason.setdefault(reason, []).extend([field] if field else [])
    for reason, fields in by_reason.items():
        names = ", ".join(field_name(name) for name in sorted(fields, key=field_order))
        yield f"{names}: {reason_name(reason)}" if names else reason_name(reason)
