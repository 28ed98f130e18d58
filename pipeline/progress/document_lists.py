"""The documents behind a figure, page by page: those in a state, those with a finding; and records in no register.

They come in the order in which they came in. What may prove to be secret is listed without the name of its record.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from pipeline.progress.lists import PAGE
from pipeline.progress.model import UNKNOWN_LEVEL, FindingCount
from pipeline.progress.surroundings import FOR_PERSONS, UNTOLD, is_cleared
from storage.ledger.models import Agency, Document, Finding, InboxItem, OutsideRecord, Record

FOR_A_PERSON = "for_a_person"
"""In place of a state: every state in which a person has to do something."""


@dataclass(frozen=True, slots=True)
class DocumentSelection:
    """The documents that one figure counts; one of state and finding is named."""

    state: str | None = None
    """A state, or FOR_A_PERSON."""
    finding: str | None = None
    level: str | None = None
    """A level, or UNKNOWN_LEVEL."""
    agencies: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """One document, where it stands and since when; codes and ids only."""

    document_id: UUID
    record_id: UUID | None
    record_code: str | None
    agency_code: str
    stt: int | None
    state: str
    reason_code: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """A record that stands in no register, or whose row was withdrawn."""

    record_id: UUID
    record_code: str
    agency_code: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Some documents in order, and the last of them where more follow."""

    documents: tuple[ListedDocument, ...]
    next: UUID | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some records in order, and the last of them where more follow."""

    records: tuple[ListedRecord, ...]
    next: UUID | None


def list_documents(
    session: Session, of: DocumentSelection, after: UUID | None = None, limit: int = PAGE
) -> DocumentPage:
    """Give a page of documents."""
    ids = session.scalars(_found(of, after, limit) if of.finding is not None else _in_state(of, after, limit)).all()
    rows = session.execute(
        select(
            Document.id,
            case((is_cleared(), Record.id)),
            case((is_cleared(), Record.code)),
            Document.agency_code,
            Document.stt,
            Document.state,
            Document.reason_code,
            Document.state_since,
        )
        .outerjoin(Record, Record.id == Document.record_id)
        .where(Document.id.in_(ids))
        .order_by(Document.id)
    )
    found = tuple(
        ListedDocument(id_, record_id, code, agency, stt, state, reason or UNTOLD.get(state), since)
        for id_, record_id, code, agency, stt, state, reason, since in rows
    )
    return DocumentPage(found[:limit], found[limit - 1].document_id if len(found) > limit else None)


def count_documents(session: Session, of: DocumentSelection) -> int:
    """Give how many documents a list has."""
    every = _found(of, None, None) if of.finding is not None else _in_state(of, None, None)
    return session.scalar(select(func.count()).select_from(every.order_by(None).subquery())) or 0


def list_outside(session: Session, after: UUID | None = None, limit: int = PAGE) -> RecordPage:
    """Give a page of the records that were scanned and stand in no register, as they are kept."""
    query = (
        select(Record.id, Record.code, Record.agency_code, Record.created_at)
        .where(Record.id == OutsideRecord.record_id)
        .order_by(OutsideRecord.record_id)
        .limit(limit + 1)
    )
    rows = session.execute(query if after is None else query.where(OutsideRecord.record_id > after))
    found = tuple(ListedRecord(*row) for row in rows)
    return RecordPage(found[:limit], found[limit - 1].record_id if len(found) > limit else None)


def inbox_for_persons(session: Session) -> int:
    """Count files in the inbox that were not taken in: they are no documents yet."""
    waiting = (InboxItem.document_id.is_(None), InboxItem.outcome.in_(("waiting", "refused")))
    return session.scalar(select(func.count()).select_from(InboxItem).where(*waiting)) or 0


def findings_of(session: Session, agencies: Sequence[str]) -> tuple[FindingCount, ...]:
    """Count the documents of some agencies by what was noticed of them, the most first."""
    documents = func.count(Finding.document_id.distinct())
    query = (
        select(Finding.code, Finding.severity, documents)
        .join(Document, Document.id == Finding.document_id)
        .where(Document.agency_code.in_(agencies))
        .group_by(Finding.code, Finding.severity)
    )
    return tuple(FindingCount(*row) for row in session.execute(query.order_by(documents.desc(), Finding.code)))


def every_document(session: Session, of: DocumentSelection, at_once: int = 1000) -> Iterator[ListedDocument]:
    """Give all documents of a list, some at a time."""
    page = list_documents(session, of, None, at_once)
    yield from page.documents
    while page.next is not None:
        page = list_documents(session, of, page.next, at_once)
        yield from page.documents


def _in_state(of: DocumentSelection, after: UUID | None, limit: int | None) -> Select[Any]:
    states = FOR_PERSONS if of.state == FOR_A_PERSON else (of.state,)
    query = select(Document.id).where(Document.state.in_(states), *_conditions(of))
    query = query if after is None else query.where(Document.id > after)
    return query.order_by(Document.id).limit(None if limit is None else limit + 1)


def _found(of: DocumentSelection, after: UUID | None, limit: int | None) -> Select[Any]:
    query = select(Finding.document_id).distinct().where(Finding.code == of.finding)
    if after is not None:
        query = query.where(Finding.document_id > after)
    if of.level is not None or of.agencies is not None:
        query = query.join(Document, Document.id == Finding.document_id).where(*_conditions(of))
    return query.order_by(Finding.document_id).limit(None if limit is None else limit + 1)


def _conditions(of: DocumentSelection) -> Iterator[ColumnElement[bool]]:
    if of.agencies is not None:
        yield Document.agency_code.in_(of.agencies)
    if of.level == UNKNOWN_LEVEL:
        yield Document.agency_code.not_in(select(Agency.code))
    elif of.level is not None:
        yield Document.agency_code.in_(select(Agency.code).where(Agency.level == of.level))
