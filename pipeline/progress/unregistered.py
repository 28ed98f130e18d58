"""Records that were scanned and stand in no register, so in no denominator: listed apart, to the last one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from pipeline.progress.model import Unregistered
from pipeline.progress.surroundings import LISTED, is_cleared
from storage.ledger.models import Document, Record, RegisterEntry
from storage.ledger.states import DocumentState, RecordState

_GONE = (DocumentState.SUPERSEDED, DocumentState.DUPLICATE)


@dataclass(frozen=True, slots=True)
class ScannedOutside:
    """One record that no register counts, and what was scanned of it."""

    agency_code: str
    record_code: str
    documents: int
    pages: int
    came_in_at: datetime
    is_withdrawn: bool
    """It has a row, which a person withdrew."""


def list_unregistered(session: Session) -> tuple[tuple[Unregistered, ...], int]:
    """List the first records that stand in no register, and give how many there are in all."""
    rows = session.execute(
        select(Record.code, Record.agency_code)
        .where(*is_outside())
        .order_by(Record.agency_code, Record.code)
        .limit(LISTED)
    )
    return tuple(Unregistered(code, agency) for code, agency in rows), count_unregistered(session)


def count_unregistered(session: Session, agency: str | None = None) -> int:
    """Give how many records stand in no register, in all or of an agency."""
    return session.scalar(select(func.count()).select_from(Record).where(*is_outside(agency))) or 0


def every_unregistered(session: Session, agency: str | None = None) -> Iterator[ScannedOutside]:
    """Give all of them, in all or of an agency, in order; they are read as they are taken."""
    found = (
        select(
            Record.agency_code,
            Record.code,
            func.count(Document.id),
            func.sum(Document.page_count),
            Record.created_at,
            Record.register_entry_id.is_not(None),
        )
        .join(Document, Document.record_id == Record.id)
        .where(*is_outside(agency), Document.state.not_in(_GONE))
        .group_by(Record.id)
        .order_by(Record.agency_code, Record.code)
    )
    for agency_code, code, documents, pages, at, is_withdrawn in session.execute(
        found.execution_options(yield_per=1000)
    ):
        yield ScannedOutside(agency_code, code, documents, pages or 0, at, is_withdrawn)


def is_outside(agency: str | None = None) -> Iterator[ColumnElement[bool]]:
    """Give the SQL conditions that a record stands in no register, and has passed the secrecy gate: names may tell."""
    # Each by an index of its own; with an `or` every record would be looked at.
    rowless = select(Record.id).where(Record.register_entry_id.is_(None))
    withdrawn = select(RegisterEntry.id).where(RegisterEntry.withdrawn_at.is_not(None))
    rows_withdrawn = select(Record.id).where(Record.register_entry_id.in_(withdrawn))
    yield Record.id.in_(rowless.union_all(rows_withdrawn))
    yield Record.state != RecordState.SUPERSEDED
    ours = exists().where(Document.record_id == Record.id, Document.state.not_in(_GONE), is_cleared())
    yield ours.correlate(Record)
    if agency is not None:
        yield Record.agency_code == agency
