"""Sums of register rows by agency, issuing unit and year: results in force on a day, and records solved up to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from pipeline.progress.model import Tally

IN_FORCE = 0
"""In place of a year: the results in force on the day."""


@dataclass(frozen=True, slots=True)
class AgencyTally:
    """The tally of one agency and one unit it issued for; of one year for records solved, of IN_FORCE for results."""

    agency_code: str
    unit_id: UUID | None
    year: int
    tally: Tally


def tallies(session: Session, rows: FromClause, as_of: date, *of: ColumnElement[bool]) -> Iterator[AgencyTally]:
    """Sum up rows with the columns of EntryStanding for a day; `of`: only those."""
    for agency, unit_id, year, *counts in session.execute(tally_query(rows, as_of, *of)):
        yield AgencyTally(agency, unit_id, int(year), Tally(*map(int, counts)))


def tally_query(rows: FromClause, as_of: date, *of: ColumnElement[bool]) -> Select[Any]:
    """Give the query behind `tallies`: agency, unit, year, and the counts in the order of Tally."""
    in_force = _summed(rows, literal(IN_FORCE), counts_in_force(rows, as_of), *of)
    solved = _summed(rows, rows.c.solved_year, counts_as_solved(rows, as_of), *of)
    both = union_all(in_force, solved).subquery()
    return select(both).order_by(both.c.agency_code, both.c.year, both.c.unit_id)


def counts_in_force(rows: FromClause, as_of: date) -> ColumnElement[bool]:
    """Say whether a row is a result in force on a day: the stock."""
    return and_(
        ~rows.c.is_withdrawn,
        rows.c.results > 0,
        or_(rows.c.in_force_until.is_(None), rows.c.in_force_until >= as_of),
        or_(rows.c.began_on.is_(None), rows.c.began_on <= as_of),
    )


def counts_as_solved(rows: FromClause, as_of: date) -> ColumnElement[bool]:
    """Say whether a row is a record solved up to a day: the flow."""
    return and_(~rows.c.is_withdrawn, rows.c.resolved_on <= as_of)


def _summed(rows: FromClause, year: ColumnElement[Any], *of: ColumnElement[bool]) -> Select[Any]:
    def how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    def at_most(there: ColumnElement[int], expected: ColumnElement[int]) -> ColumnElement[int]:
        return func.sum(case((there > expected, expected), else_=there))

    return (
        select(
            rows.c.agency_code,
            rows.c.unit_id,
            year.label("year"),
            func.count().label("records"),
            how_many(rows.c.is_digitized).label("digitized"),
            how_many(rows.c.is_signed).label("signed"),
            how_many(rows.c.is_stored).label("stored"),
            how_many(rows.c.documents == 0).label("unscanned"),
            func.sum(rows.c.results).label("results_expected"),
            at_most(rows.c.results_digitized, rows.c.results).label("results_digitized"),
            func.sum(rows.c.papers).label("papers_expected"),
            at_most(rows.c.papers_digitized, rows.c.papers).label("papers_digitized"),
        )
        .where(*of)
        .group_by(rows.c.agency_code, rows.c.unit_id, year)
    )
