"""The sums as they are kept, and how they follow what changed: by what some rows add to them now less what they did.

What some rows add is counted by the same queries that count all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from itertools import islice
from operator import add, sub
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, tuple_
from sqlalchemy.orm import Session

from pipeline.progress.counts import CountKey, Subject, add_to_counts
from pipeline.progress.model import Tally
from pipeline.progress.tallies import AgencyTally, tallies
from pipeline.progress.throughput import completion_query
from storage.ledger.models import EntryStanding, KeptCompletion, KeptTally

STANDINGS = EntryStanding.__table__
COMPLETIONS = KeptCompletion.__table__
_AT_ONCE = 500
"""Sums looked up in one query."""
_Completion = tuple[str, date, int, UUID]


class Changes:
    """What is to be added to the kept sums."""

    def __init__(self) -> None:
        self._tallies: defaultdict[tuple[str, UUID | None, int], Tally] = defaultdict(Tally)
        self._completions: defaultdict[_Completion, tuple[int, ...]] = defaultdict(lambda: (0, 0, 0))
        self._short: Counter[CountKey] = Counter()

    def add(self, session: Session, day: date, rows: ColumnElement[bool]) -> None:
        """Note what some rows, as their standings are now, add to the sums of a day."""
        self._note(session, day, rows, add)

    def take_away(self, session: Session, day: date, rows: ColumnElement[bool]) -> None:
        """Note that some rows, as their standings are now, add nothing any more to the sums of a day."""
        self._note(session, day, rows, sub)

    def write(self, session: Session) -> None:
        """Bring the kept sums to it; a sum of nothing is not kept."""
        changed = {key: tally for key, tally in self._tallies.items() if tally != Tally()}
        agencies = {agency for agency, _unit, _year in changed}
        kept = {
            (row.agency_code, row.unit_id, row.year): row
            for row in session.scalars(select(KeptTally).where(KeptTally.agency_code.in_(agencies)))
        }
        for key, tally in changed.items():
            row = kept.get(key)
            if row is None:
                row = KeptTally(agency_code=key[0], unit_id=key[1], year=key[2], **asdict(Tally()))
                session.add(row)
            for name, more in asdict(tally).items():
                setattr(row, name, getattr(row, name) + more)
            if not row.records:
                session.delete(row) if key in kept else session.expunge(row)
        self._write_completions(session)
        add_to_counts(session, self._short)

    def _note(self, session: Session, day: date, rows: ColumnElement[bool], how: Callable[[Any, Any], Any]) -> None:
        for one in tallies(session, STANDINGS, day, rows):
            key = (one.agency_code, one.unit_id, one.year)
            self._tallies[key] = how(self._tallies[key], one.tally)
        for agency, completed_on, year, unit, *counts in session.execute(completion_query(STANDINGS, day, rows)):
            before = self._completions[agency, completed_on, year, unit]
            self._completions[agency, completed_on, year, unit] = tuple(map(how, before, map(int, counts)))
        short = select(STANDINGS.c.agency_code, func.count()).where(*is_counted_short(), rows)
        for agency, count in session.execute(short.group_by(STANDINGS.c.agency_code)):
            key_ = (Subject.SHORT, agency, "", "")
            self._short[key_] = how(self._short[key_], int(count))

    def _write_completions(self, session: Session) -> None:
        row = KeptCompletion
        waiting = iter(sorted(key for key, counts in self._completions.items() if any(counts)))
        while keys := list(islice(waiting, _AT_ONCE)):
            of_these = tuple_(row.agency_code, row.completed_on, row.solved_year, row.unit_id).in_(keys)
            kept = {
                (one.agency_code, one.completed_on, one.solved_year, one.unit_id): one
                for one in session.scalars(select(row).where(of_these))
            }
            for key in keys:
                names = ("agency_code", "completed_on", "solved_year", "unit_id")
                one = kept.get(key) or row(**dict(zip(names, key, strict=True)), records=0, solved=0, in_force=0)
                more = self._completions[key]
                one.records, one.solved, one.in_force = (
                    one.records + more[0],
                    one.solved + more[1],
                    one.in_force + more[2],
                )
                if one.records:
                    session.add(one)
                elif key in kept:
                    session.delete(one)


def sum_up_all(session: Session, day: date) -> None:
    """Make all sums anew from the kept standings."""
    session.execute(delete(KeptTally))
    session.add_all(
        KeptTally(agency_code=one.agency_code, unit_id=one.unit_id, year=one.year, **asdict(one.tally))
        for one in tallies(session, STANDINGS, day)
    )
    session.execute(delete(KeptCompletion))
    columns = [column.name for column in COMPLETIONS.columns]
    session.execute(insert(KeptCompletion).from_select(columns, completion_query(STANDINGS, day)))
    session.flush()


def is_counted_short() -> Iterator[ColumnElement[bool]]:
    """Give the SQL conditions that a kept standing is of a row that counts among those that are short."""
    yield STANDINGS.c.is_short
    yield ~STANDINGS.c.is_withdrawn


def kept_tallies(session: Session) -> Iterator[AgencyTally]:
    """Give the kept sums."""
    counts = (getattr(KeptTally, name) for name in Tally.__slots__)
    query = select(KeptTally.agency_code, KeptTally.unit_id, KeptTally.year, *counts)
    for agency, unit_id, year, *tally in session.execute(query.order_by(KeptTally.agency_code, KeptTally.year)):
        yield AgencyTally(agency, unit_id, year, Tally(*tally))
