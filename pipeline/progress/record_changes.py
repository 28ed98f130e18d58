"""Which register rows count otherwise in one snapshot than in an earlier one, and what happened to each.

A snapshot holds sums, so this is told from what the ledger keeps of single rows: when they came, their values before
each correction, withdrawals, when documents were archived, found damaged or scanned anew. Rows that only left the
records solved because another year began are no change of theirs and are not named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.progress.model import Progress
from pipeline.progress.record_causes import WITHDRAWN_AT, Cause, Span, touched_between
from pipeline.progress.standing import standing_on
from pipeline.progress.there import day_end
from storage.ledger.models import RegisterEntry, RegisterEntryHistory, RegisterImport


class Place(StrEnum):
    """Where a row stands in one measure."""

    OUTSIDE = "outside"
    COUNTED = "counted"
    """In the denominator."""
    DIGITIZED = "digitized"
    """In the numerator too."""


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One row that counts otherwise now, or that was corrected."""

    agency_code: str
    record_code: str
    stock: tuple[Place, Place]
    """Before and now, among the results in force."""
    flow: tuple[Place, Place]
    """Among the records solved in the year."""
    causes: tuple[Cause, ...]
    withdrawn_by: str = ""
    withdrawn_reason: str = ""


@dataclass(frozen=True, slots=True)
class _Moment:
    """One of the two snapshots: its day, and the instant up to which it knew of things."""

    day: date
    at: datetime

    @classmethod
    def of(cls, progress: Progress) -> "_Moment":
        return cls(progress.as_of, min(progress.counted_at, day_end(progress.as_of)))


@dataclass(slots=True)
class _Row:
    """What is known of one candidate."""

    entry: RegisterEntry
    added_at: datetime
    causes: set[Cause]
    corrections: list[tuple[datetime, Mapping[str, Any]]] = field(default_factory=list)
    """Values before each correction, with its time, oldest first."""
    withdrawals: list[datetime] = field(default_factory=list)
    """When it was withdrawn, of those times after which it was reinstated."""


def record_changes(session: Session, before: Progress, now: Progress) -> Iterator[RecordChange]:
    """Give the rows that count otherwise in a later snapshot, by what happened to them, what is rare first."""
    first, last = _Moment.of(before), _Moment.of(now)
    span = Span(*sorted((first.at, last.at)), *sorted((first.day, last.day)))
    for causes in touched_between(session, span):
        rows = _rows(session, causes)
        some = list(rows)
        there = [
            {row.entry_id: row for row in session.execute(standing_on(one.day, now.environment, some, one.at))}
            for one in (first, last)
        ]
        for entry_id in some:
            found = _change(rows[entry_id], first, last, there[0][entry_id], there[1][entry_id])
            if found is not None:
                yield found


def _change(row: _Row, first: _Moment, last: _Moment, before: Any, now: Any) -> RecordChange | None:
    is_forward = first.at <= last.at
    old = _places(row, first, before, is_early=is_forward)
    new = _places(row, last, now, is_early=not is_forward)
    if old == new and not row.causes & {Cause.CORRECTED, Cause.WITHDRAWN, Cause.REINSTATED, Cause.DAMAGED}:
        return None
    is_withdrawn = Cause.WITHDRAWN in row.causes
    return RecordChange(
        agency_code=row.entry.agency_code,
        record_code=row.entry.record_code,
        stock=(old[0], new[0]),
        flow=(old[1], new[1]),
        causes=tuple(cause for cause in Cause if cause in row.causes),
        withdrawn_by=(row.entry.withdrawn_by or "") if is_withdrawn else "",
        withdrawn_reason=(row.entry.withdrawn_reason or "") if is_withdrawn else "",
    )


def _places(row: _Row, moment: _Moment, standing: Any, *, is_early: bool) -> tuple[Place, Place]:
    """Give where a row stood among results in force and records solved, with the values it had then."""
    values = next((values for at, values in row.corrections if at > moment.at), None)

    def day(name: str) -> date | None:
        if values is None or name not in values:
            held: date | None = getattr(row.entry, name)
            return held
        return date.fromisoformat(values[name]) if values[name] else None

    def expected(name: str) -> int:
        return int(values[name]) if values is not None and name in values else int(getattr(row.entry, name))

    is_withdrawn = _was_withdrawn(row, moment, is_early=is_early, is_withdrawn=standing.is_withdrawn)
    if row.added_at > moment.at or is_withdrawn:
        return Place.OUTSIDE, Place.OUTSIDE
    results, papers = expected("expected_results"), expected("expected_papers")
    is_whole = standing.results_digitized >= results and standing.papers_digitized >= papers
    counted = Place.DIGITIZED if is_whole else Place.COUNTED
    resolved, until = day("resolved_on"), day("in_force_until")
    began = resolved or day("issued_on")
    in_force = results > 0 and (until is None or until >= moment.day) and (began is None or began <= moment.day)
    is_solved = resolved is not None and resolved <= moment.day and resolved.year == moment.day.year
    return counted if in_force else Place.OUTSIDE, counted if is_solved else Place.OUTSIDE


def _was_withdrawn(row: _Row, moment: _Moment, *, is_early: bool, is_withdrawn: bool) -> bool:
    """Say whether a row was withdrawn then; of one that was reinstated between the two, its history tells."""
    was_reinstated = is_early and Cause.REINSTATED in row.causes
    return is_withdrawn or (was_reinstated and any(since < moment.at for since in row.withdrawals))


def _rows(session: Session, causes: Mapping[UUID, set[Cause]]) -> dict[UUID, _Row]:
    some = list(causes)
    found = session.execute(
        select(RegisterEntry, RegisterImport.imported_at)
        .join(RegisterImport, RegisterImport.id == RegisterEntry.first_import_id)
        .where(RegisterEntry.id.in_(some))
    )
    known = {entry.id: _Row(entry, added_at, causes[entry.id]) for entry, added_at in found}
    rows = {entry_id: known[entry_id] for entry_id in some if entry_id in known}
    kept = session.execute(
        select(RegisterEntryHistory.entry_id, RegisterImport.imported_at, RegisterEntryHistory.values)
        .join(RegisterImport, RegisterImport.id == RegisterEntryHistory.replaced_by_id)
        .where(RegisterEntryHistory.entry_id.in_(some))
        .order_by(RegisterImport.imported_at, RegisterEntryHistory.id)
    )
    for entry_id, at, values in kept:
        if WITHDRAWN_AT in values:
            rows[entry_id].withdrawals.append(datetime.fromisoformat(values[WITHDRAWN_AT]))
        else:
            rows[entry_id].corrections.append((at, values))
    return rows
