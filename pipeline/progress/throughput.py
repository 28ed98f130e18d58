"""How many register rows were completed in the last weeks: their last document was archived then."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, Uuid, and_, case, func, literal, select
from sqlalchemy.orm import Session

from pipeline.progress.model import Week
from pipeline.progress.pace import WEEKS
from pipeline.progress.tallies import counts_as_solved, counts_in_force
from pipeline.targets import Level, Metric
from storage.ledger.models import NO_UNIT

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Throughput:
    """What was completed in the last weeks: week by week, and of what each level's pace is taken from."""

    weeks: tuple[Week, ...]
    lately: Mapping[tuple[Level, Metric], int]


def completion_query(rows: FromClause, as_of: date, *of: ColumnElement[bool]) -> Select[Any]:
    """Give the query that sums rows up with the columns of KeptCompletion; rows have those of EntryStanding."""
    solved_year = func.coalesce(rows.c.solved_year, 0)
    unit_id = func.coalesce(rows.c.unit_id, literal(NO_UNIT, Uuid()))
    return (
        select(
            rows.c.agency_code,
            rows.c.completed_on,
            solved_year.label("solved_year"),
            unit_id.label("unit_id"),
            func.count().label("records"),
            _how_many(counts_as_solved(rows, as_of)).label("solved"),
            _how_many(counts_in_force(rows, as_of)).label("in_force"),
        )
        .where(rows.c.completed_on.is_not(None), ~rows.c.is_withdrawn, *of)
        .group_by(rows.c.agency_code, rows.c.completed_on, solved_year, rows.c.unit_id)
    )


def count_throughput(session: Session, sums: FromClause, as_of: date, levels: Mapping[str, Level]) -> Throughput:
    """Add up sums (with the columns of KeptCompletion) over the last weeks."""
    days = [as_of - timedelta(days=7 * back) for back in range(WEEKS, -1, -1)]
    by_week: list[defaultdict[str, int]] = [defaultdict(int) for _week in range(WEEKS)]
    lately: defaultdict[tuple[Level, Metric], int] = defaultdict(int)
    for agency, solved, stock, *weeks in session.execute(_query(sums, as_of, days)):
        level = levels.get(agency)
        for week, count in enumerate(weeks):
            by_week[week][str(level) if level else UNKNOWN] += int(count)
        if level is not None:
            lately[level, Metric.FLOW] += int(solved)
            lately[level, Metric.STOCK] += int(stock)
    return Throughput(
        tuple(
            Week(days[week] + timedelta(days=1), days[week + 1], dict(sorted(by_week[week].items())))
            for week in range(WEEKS)
        ),
        dict(lately),
    )


def completed_lately(
    session: Session, sums: FromClause, as_of: date, agencies: Collection[str], units: Collection[UUID]
) -> Mapping[Metric, int]:
    """Give of how many rows that some agencies have and some units issued a pace is taken, for both metrics."""
    solved, stock = session.execute(
        select(
            func.coalesce(func.sum(case((sums.c.solved_year == as_of.year, sums.c.solved), else_=0)), 0),
            func.coalesce(func.sum(sums.c.in_force), 0),
        ).where(
            sums.c.completed_on > as_of - timedelta(days=7 * WEEKS),
            sums.c.completed_on <= as_of,
            sums.c.agency_code.in_(agencies),
            sums.c.unit_id.in_(units),
        )
    ).one()
    return {Metric.FLOW: int(solved), Metric.STOCK: int(stock)}


def _query(sums: FromClause, as_of: date, days: Sequence[date]) -> Select[Any]:
    def added(count: ColumnElement[int], condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, count), else_=0))

    weeks = [
        added(sums.c.records, and_(sums.c.completed_on > before, sums.c.completed_on <= after))
        for before, after in pairwise(days)
    ]
    return (
        select(
            sums.c.agency_code,
            added(sums.c.solved, sums.c.solved_year == as_of.year),
            func.sum(sums.c.in_force),
            *weeks,
        )
        .where(sums.c.completed_on > days[0], sums.c.completed_on <= days[-1])
        .group_by(sums.c.agency_code)
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
