"""Sums that are kept, so that nobody waits for counting: brought up to date by what was touched since.

The database notes each register row of which something changed. A row's standing is then counted anew by the same
query that counts a whole day, and the sums of its agency are made anew from the standings.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import FromClause, and_, delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from pipeline.progress.model import Tally
from pipeline.progress.standing import standing_on
from pipeline.progress.tallies import AgencyTally, tallies
from storage.ledger.locks import PROGRESS_LOCK, hold
from storage.ledger.models import EntryStanding, KeptProgress, KeptTally, TouchedEntry
from storage.ledger.states import Environment

_AT_ONCE = 2_000
"""Touched rows that are counted anew in one query."""
_MARK = 1
STANDINGS = EntryStanding.__table__
_COLUMNS = [column.name for column in STANDINGS.columns]


def is_current(session: Session, today: date) -> bool:
    """Say whether the kept sums hold for a day, and nothing was touched since they were made."""
    mark = session.get(KeptProgress, _MARK)
    return (
        mark is not None and mark.counted_for == today and not session.scalar(select(exists(select(TouchedEntry.id))))
    )


def bring_up_to_date(session: Session, today: date, now: datetime, environment: Environment) -> None:
    """Count anew what was touched, and sum up anew the agencies it concerns; all of it the first time."""
    hold(session, PROGRESS_LOCK)
    mark = session.get(KeptProgress, _MARK)
    if mark is None:
        _count_all(session, today, environment)
        session.add(KeptProgress(id=_MARK, counted_for=today, refreshed_at=now))
        return
    agencies = set(_agencies_of_days(session, mark.counted_for, today))
    for entries in _touched(session):
        agencies |= _count_anew(session, entries, today, environment)
    _sum_up(session, today, agencies)
    mark.counted_for, mark.refreshed_at = today, now


def count_tallies(session: Session, as_of: date, environment: Environment) -> list[AgencyTally]:
    """Give the sums of a day: the kept ones where they hold for it, else counted anew from every row."""
    if is_current(session, as_of):
        return list(kept_tallies(session))
    return list(tallies(session, rows_on(session, as_of, environment), as_of))


def rows_on(session: Session, as_of: date, environment: Environment) -> FromClause:
    """Give how far each register row is on a day: the kept standings where they hold for it, else a query."""
    return STANDINGS if is_current(session, as_of) else standing_on(as_of, environment).cte("standing")


def forget(session: Session) -> None:
    """Let everything be counted anew the next time: what the sums rest on changed as a whole."""
    session.execute(delete(KeptProgress))


def kept_tallies(session: Session) -> Iterator[AgencyTally]:
    """Give the kept sums."""
    for row in session.scalars(select(KeptTally).order_by(KeptTally.agency_code, KeptTally.year)):
        yield AgencyTally(
            row.agency_code, row.unit_id, row.year, Tally(**{name: getattr(row, name) for name in Tally.__slots__})
        )


def _count_all(session: Session, today: date, environment: Environment) -> None:
    session.execute(delete(TouchedEntry))
    session.execute(delete(EntryStanding))
    session.execute(insert(EntryStanding).from_select(_COLUMNS, standing_on(today, environment)))
    session.execute(delete(KeptTally))
    _keep(session, tallies(session, STANDINGS, today))


def _touched(session: Session) -> Iterator[Sequence[UUID]]:
    """Take what was touched off the list, some at a time; what another session touches meanwhile stays on it."""
    some = select(TouchedEntry.id).order_by(TouchedEntry.id).limit(_AT_ONCE).scalar_subquery()
    taken = delete(TouchedEntry).where(TouchedEntry.id.in_(some)).returning(TouchedEntry.entry_id)
    while entries := session.scalars(taken).all():
        yield list(dict.fromkeys(entries))


def _count_anew(session: Session, entries: Collection[UUID], today: date, environment: Environment) -> set[str]:
    """Count some rows anew; give the agencies they counted for, before and now."""
    of_these = EntryStanding.entry_id.in_(entries)
    before = set(session.scalars(select(EntryStanding.agency_code).distinct().where(of_these)))
    session.execute(delete(EntryStanding).where(of_these))
    session.execute(insert(EntryStanding).from_select(_COLUMNS, standing_on(today, environment, entries)))
    return before | set(session.scalars(select(EntryStanding.agency_code).distinct().where(of_these)))


def _agencies_of_days(session: Session, before: date, today: date) -> Iterator[str]:
    """Give agencies of which a result begins or ends to count between two days."""
    first, last = sorted((before, today))
    if first == last:
        return
    turns = or_(
        and_(EntryStanding.in_force_until >= first, EntryStanding.in_force_until < last),
        and_(EntryStanding.began_on > first, EntryStanding.began_on <= last),
    )
    yield from session.scalars(select(EntryStanding.agency_code).distinct().where(turns))


def _sum_up(session: Session, today: date, agencies: Collection[str]) -> None:
    """Make the sums of some agencies anew."""
    waiting = iter(sorted(agencies))
    while some := list(islice(waiting, _AT_ONCE)):
        session.execute(delete(KeptTally).where(KeptTally.agency_code.in_(some)))
        _keep(session, tallies(session, STANDINGS, today, STANDINGS.c.agency_code.in_(some)))


def _keep(session: Session, sums: Iterable[AgencyTally]) -> None:
    session.add_all(
        KeptTally(agency_code=one.agency_code, unit_id=one.unit_id, year=one.year, **asdict(one.tally)) for one in sums
    )
    session.flush()
