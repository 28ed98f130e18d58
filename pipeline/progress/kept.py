"""Sums that are kept, so that nobody waits for counting: brought up to date by what was touched since.

The database notes each register row of which something changed. A row's standing is then counted anew by the same
query that counts a whole day, and the sums change by what the row adds to them now less what it added before. So what
it costs grows with what changed, not with what there is.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from pipeline.progress.count_anew import correct_counts
from pipeline.progress.counts import add_up_changes
from pipeline.progress.kept_sums import COMPLETIONS, STANDINGS, Changes, kept_tallies, sum_up_all
from pipeline.progress.outside import follow_entries, follow_touched_records, keep_all_outside
from pipeline.progress.standing import standing_on
from pipeline.progress.tallies import AgencyTally, tallies
from pipeline.progress.throughput import completion_query
from storage.ledger.locks import PROGRESS_LOCK, hold
from storage.ledger.models import EntryStanding, KeptProgress, TouchedEntry, TouchedRecord
from storage.ledger.states import Environment

__all__ = [
    "COMPLETIONS",
    "STANDINGS",
    "bring_up_to_date",
    "completions_of",
    "count_tallies",
    "forget",
    "is_current",
    "kept_tallies",
    "rows_on",
]

_AT_ONCE = 2_000
"""Touched rows that are counted anew in one query."""
_MARK = 1
_COLUMNS = [column.name for column in STANDINGS.columns]


def is_current(session: Session, today: date) -> bool:
    """Say whether the kept sums hold for a day, and nothing was touched since they were made."""
    mark = session.get(KeptProgress, _MARK)
    touched = or_(*(exists(select(each.id)) for each in (TouchedEntry, TouchedRecord)))
    return mark is not None and mark.counted_for == today and not session.scalar(select(touched))


def bring_up_to_date(session: Session, today: date, now: datetime, environment: Environment) -> None:
    """Count anew what was touched, and let the sums follow; all of it the first time."""
    hold(session, PROGRESS_LOCK)
    add_up_changes(session)
    mark = session.get(KeptProgress, _MARK)
    if mark is None:
        _count_all(session, today, environment)
        session.add(KeptProgress(id=_MARK, counted_for=today, refreshed_at=now))
        return
    changes = Changes()
    if mark.counted_for != today:
        turning = _turning(mark.counted_for, today)
        changes.take_away(session, mark.counted_for, turning)
        changes.add(session, today, turning)
    for entries in _touched(session):
        of_these = EntryStanding.entry_id.in_(entries)
        changes.take_away(session, today, of_these)
        session.execute(delete(EntryStanding).where(of_these))
        session.execute(insert(EntryStanding).from_select(_COLUMNS, standing_on(today, environment, entries)))
        changes.add(session, today, of_these)
        follow_entries(session, entries)
    follow_touched_records(session)
    changes.write(session)
    mark.counted_for, mark.refreshed_at = today, now


def count_tallies(session: Session, as_of: date, environment: Environment) -> list[AgencyTally]:
    """Give the sums of a day: the kept ones where they hold for it, else counted anew from every row."""
    if is_current(session, as_of):
        return list(kept_tallies(session))
    return list(tallies(session, rows_on(session, as_of, environment), as_of))


def rows_on(session: Session, as_of: date, environment: Environment) -> FromClause:
    """Give how far each register row is on a day: the kept standings where they hold for it, else a query."""
    return STANDINGS if is_current(session, as_of) else standing_on(as_of, environment).cte("standing")


def completions_of(rows: FromClause, as_of: date) -> FromClause:
    """Give the sums of rows by the day they were completed: the kept ones of kept standings."""
    return COMPLETIONS if rows is STANDINGS else completion_query(rows, as_of).cte("completion")


def forget(session: Session) -> None:
    """Let everything be counted anew the next time: what the sums rest on changed as a whole."""
    session.execute(delete(KeptProgress))


def _count_all(session: Session, today: date, environment: Environment) -> None:
    session.execute(delete(TouchedEntry))
    session.execute(delete(EntryStanding))
    session.execute(insert(EntryStanding).from_select(_COLUMNS, standing_on(today, environment)))
    sum_up_all(session, today)
    keep_all_outside(session)
    correct_counts(session)
    add_up_changes(session)


def _touched(session: Session) -> Iterator[Sequence[UUID]]:
    """Take what was touched off the list, some at a time; what another session touches meanwhile stays on it."""
    some = select(TouchedEntry.id).order_by(TouchedEntry.id).limit(_AT_ONCE).scalar_subquery()
    taken = delete(TouchedEntry).where(TouchedEntry.id.in_(some)).returning(TouchedEntry.entry_id)
    while entries := session.scalars(taken).all():
        yield list(dict.fromkeys(entries))


def _turning(before: date, today: date) -> ColumnElement[bool]:
    """Say of which rows a result begins or ends to count between two days."""
    first, last = sorted((before, today))
    return or_(
        and_(EntryStanding.in_force_until >= first, EntryStanding.in_force_until < last),
        and_(EntryStanding.began_on > first, EntryStanding.began_on <= last),
    )
