"""What happened to register rows between two snapshots, what is rare first; read as it is taken, never all at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from pipeline.progress.kept import STANDINGS
from storage.ledger.models import (
    Document,
    DocumentVersion,
    Event,
    KeptProgress,
    Record,
    RegisterEntry,
    RegisterEntryHistory,
    RegisterImport,
    StoredObject,
    TouchedEntry,
)

WITHDRAWN_AT = "withdrawn_at"
"""In the values kept of a row: it was reinstated then, not corrected."""
_AT_ONCE = 250
"""Rows told of in one go: what a screen shows of a comparison comes from the first of them."""


class Cause(StrEnum):
    """What happened to a row between two snapshots."""

    ADDED = "added"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    ARCHIVED = "archived"
    RESCANNED = "rescanned"
    DAMAGED = "damaged"
    BEGAN = "began"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Span:
    """What lies between two snapshots: of instants and of days, whichever of the two came first."""

    since: datetime
    until: datetime
    early: date
    late: date


def touched_between(session: Session, span: Span) -> Iterator[Mapping[UUID, set[Cause]]]:
    """Give the rows to which something happened, some at a time, each once and with all that happened to it.

    What an index leads to comes in its order: those withdrawn, damaged, reinstated, corrected before the many others.
    """
    happenings = list(_happenings(session, span))
    seen: set[UUID] = set()
    for happening in happenings:
        query = happening.query.order_by(*happening.order).execution_options(yield_per=_AT_ONCE)
        for some in session.scalars(query).partitions():
            rows = dict.fromkeys(_id(one) for one in some)
            if fresh := [one for one in rows if one not in seen]:
                seen.update(fresh)
                yield _causes(session, happenings, fresh)


@dataclass(frozen=True, slots=True)
class _Happening:
    """One thing that happened to rows: the query for their ids, its column of ids, and the order it is read in."""

    cause: Cause
    query: Select[Any]
    entry: Any
    order: tuple[Any, ...]


def _causes(session: Session, happenings: Sequence[_Happening], rows: Sequence[UUID]) -> Mapping[UUID, set[Cause]]:
    """Give all that happened to some rows, in their order."""
    found: defaultdict[UUID, set[Cause]] = defaultdict(set, {one: set() for one in rows})
    for one in happenings:
        ids = [str(row) for row in rows] if one.cause is Cause.REINSTATED else rows
        for row in session.scalars(one.query.where(one.entry.in_(ids))):
            found[_id(row)].add(one.cause)
    return found


def _id(one: UUID | str) -> UUID:
    return one if isinstance(one, UUID) else UUID(one)


def _happenings(session: Session, span: Span) -> Iterator[_Happening]:
    def between(column: Any) -> ColumnElement[bool]:
        return and_(column > span.since, column <= span.until)

    entry, history, version, stored = RegisterEntry, RegisterEntryHistory, DocumentVersion, StoredObject
    imported = between(RegisterImport.imported_at)
    withdrawn = select(entry.id).where(between(entry.withdrawn_at))
    yield _Happening(Cause.WITHDRAWN, withdrawn, entry.id, (entry.withdrawn_at, entry.id))
    of_version = (
        select(Record.register_entry_id)
        .join(Document, Document.record_id == Record.id)
        .join(version, version.document_id == Document.id)
        .where(Record.register_entry_id.is_not(None))
    )
    bad = of_version.join(stored, stored.version_id == version.id).where(
        ~stored.check_ok, stored.kind == "archival", between(stored.checked_at)
    )
    yield _Happening(Cause.DAMAGED, bad, Record.register_entry_id, (stored.checked_at, stored.id))
    reinstated = select(Event.subject_id).where(Event.kind == "register.reinstated", between(Event.at))
    yield _Happening(Cause.REINSTATED, reinstated, Event.subject_id, (Event.seq,))
    corrected = select(history.entry_id).join(RegisterImport, RegisterImport.id == history.replaced_by_id)
    corrected = corrected.where(imported, history.values[WITHDRAWN_AT].as_string().is_(None))
    yield _Happening(Cause.CORRECTED, corrected, history.entry_id, (history.replaced_by_id, history.entry_id))
    again = of_version.where(version.number > 1, between(version.created_at))
    yield _Happening(Cause.RESCANNED, again, Record.register_entry_id, (version.created_at, version.id))
    added = select(entry.id).join(RegisterImport, RegisterImport.id == entry.first_import_id).where(imported)
    yield _Happening(Cause.ADDED, added, entry.id, (entry.first_import_id, entry.id))
    archived = of_version.where(between(version.archived_at))
    yield _Happening(Cause.ARCHIVED, archived, Record.register_entry_id, (version.archived_at, version.id))
    if span.early != span.late:
        yield from _by_day(session, span)


def _by_day(session: Session, span: Span) -> Iterator[_Happening]:
    """Give which rows begin or end to count between the two days.

    The kept standings tell it along indexes; only what was touched since is looked up in the register itself.
    """
    entry, rows = RegisterEntry, STANDINGS.c
    began = func.coalesce(entry.resolved_on, entry.issued_on)
    anew = select(entry.id)
    if session.scalar(select(KeptProgress.id)) is not None:
        ended = select(rows.entry_id).where(rows.in_force_until >= span.early, rows.in_force_until < span.late)
        yield _Happening(Cause.EXPIRED, ended, rows.entry_id, (rows.in_force_until, rows.entry_id))
        begun = select(rows.entry_id).where(rows.began_on > span.early, rows.began_on <= span.late)
        yield _Happening(Cause.BEGAN, begun, rows.entry_id, (rows.began_on, rows.entry_id))
        anew = anew.where(entry.id.in_(select(TouchedEntry.entry_id)))
    ended = anew.where(entry.in_force_until >= span.early, entry.in_force_until < span.late)
    yield _Happening(Cause.EXPIRED, ended, entry.id, (entry.id,))
    yield _Happening(Cause.BEGAN, anew.where(began > span.early, began <= span.late), entry.id, (entry.id,))
