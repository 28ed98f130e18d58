"""Which records were scanned and stand in no register: told of all of them, and kept, following what was touched."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from pipeline.progress.counts import CountKey, Subject, add_to_counts
from pipeline.progress.surroundings import is_cleared
from storage.ledger.models import (
    Document,
    KeptProgress,
    OutsideRecord,
    Record,
    RegisterEntry,
    TouchedEntry,
    TouchedRecord,
)
from storage.ledger.states import DocumentState, RecordState

GONE = (DocumentState.SUPERSEDED, DocumentState.DUPLICATE)
"""Documents that are there no more, or were not taken as another one was there."""
_COLUMNS = ["record_id", "agency_code"]
_AT_ONCE = 2_000
"""Touched records that are looked at anew in one query."""


def is_kept(session: Session) -> bool:
    """Say whether the kept ones are those of now: they were told once, and nothing was touched since."""
    no_more = (exists(select(touched.id)) for touched in (TouchedRecord, TouchedEntry))
    return bool(session.scalar(select(exists(select(KeptProgress.id)) & ~or_(*no_more))))


def is_outside(agency: str | None = None) -> Iterator[ColumnElement[bool]]:
    """Give the SQL conditions that a record stands in no register, and has passed the secrecy gate: names may tell."""
    # Each by an index of its own; with an `or` every record would be looked at.
    rowless = select(Record.id).where(Record.register_entry_id.is_(None))
    withdrawn = select(RegisterEntry.id).where(RegisterEntry.withdrawn_at.is_not(None))
    rows_withdrawn = select(Record.id).where(Record.register_entry_id.in_(withdrawn))
    yield Record.id.in_(rowless.union_all(rows_withdrawn))
    yield from _is_there()
    if agency is not None:
        yield Record.agency_code == agency


def keep_all_outside(session: Session) -> None:
    """Tell of every record anew whether it stands in no register."""
    for table in (TouchedRecord, OutsideRecord):
        session.execute(delete(table))
    session.execute(insert(OutsideRecord).from_select(_COLUMNS, _outside(*is_outside())))


def follow_entries(session: Session, entries: Sequence[UUID]) -> None:
    """Let what is kept follow what became of some register rows: their records may stand in no register now."""
    _follow(session, session.scalars(select(Record.id).where(Record.register_entry_id.in_(entries))).all())


def follow_touched_records(session: Session) -> None:
    """Take what was touched off the list, some at a time, and let what is kept follow."""
    some = select(TouchedRecord.id).order_by(TouchedRecord.id).limit(_AT_ONCE).scalar_subquery()
    taken = delete(TouchedRecord).where(TouchedRecord.id.in_(some)).returning(TouchedRecord.record_id)
    while records := session.scalars(taken).all():
        _follow(session, list(dict.fromkeys(records)))


def _follow(session: Session, records: Sequence[UUID]) -> None:
    kept, agency = OutsideRecord, OutsideRecord.agency_code
    taken = delete(kept).where(kept.record_id.in_(records)).returning(agency)
    gone = _by_agency(session.scalars(taken, execution_options={"synchronize_session": False}))
    # Few are looked at, each by its key.
    is_rowless = or_(
        Record.register_entry_id.is_(None),
        exists().where(RegisterEntry.id == Record.register_entry_id, RegisterEntry.withdrawn_at.is_not(None)),
    )
    found = _outside(Record.id.in_(records), is_rowless, *_is_there())
    come = _by_agency(session.scalars(insert(kept).from_select(_COLUMNS, found).returning(agency)))
    come.subtract(gone)
    add_to_counts(session, come)


def _by_agency(agencies: Iterable[str]) -> Counter[CountKey]:
    return Counter((Subject.OUTSIDE, agency, "", "") for agency in agencies)


def _outside(*conditions: ColumnElement[bool]) -> Select[UUID, str]:
    return select(Record.id, Record.agency_code).where(*conditions)


def _is_there() -> Iterator[ColumnElement[bool]]:
    """Give the SQL conditions that something of a record is there, and may be named."""
    yield Record.state != RecordState.SUPERSEDED
    ours = exists().where(Document.record_id == Record.id, Document.state.not_in(GONE), is_cleared())
    yield ours.correlate(Record)
