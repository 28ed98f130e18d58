"""How many register rows were completed in the last weeks: their last document was archived then."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import FromClause, and_, case, func, select
from sqlalchemy.orm import Session

from pipeline.progress.model import Week
from pipeline.progress.pace import WEEKS
from pipeline.progress.tallies import counts_as_solved, counts_in_force
from pipeline.progress.there import day_end
from pipeline.targets import Level, Metric
from storage.ledger.models import Document, DocumentVersion, Record
from storage.ledger.states import RecordState

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Throughput:
    """What was completed in the last weeks: week by week, and of what each level's pace is taken from."""

    weeks: tuple[Week, ...]
    lately: Mapping[tuple[Level, Metric], int]


def count_throughput(session: Session, rows: FromClause, as_of: date, levels: Mapping[str, Level]) -> Throughput:
    """Count rows (with the columns of EntryStanding) that are digitized and were completed in the last weeks."""
    days = [as_of - timedelta(days=7 * back) for back in range(WEEKS, -1, -1)]
    by_week: list[defaultdict[str, int]] = [defaultdict(int) for _week in range(WEEKS)]
    lately: defaultdict[tuple[Level, Metric], int] = defaultdict(int)
    for agency, solved, stock, *weeks in session.execute(_query(rows, as_of, days)):
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


def _query(rows: FromClause, as_of: date, days: Sequence[date]) -> Any:
    start, end = day_end(days[0]), day_end(days[-1])
    lately = (
        select(Record.register_entry_id)
        .join(Document, Document.record_id == Record.id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(DocumentVersion.archived_at >= start, DocumentVersion.archived_at < end)
        .where(Record.register_entry_id.is_not(None))
    )
    # The first archiving counts: a scan made anew of what was there already completes nothing.
    first = (
        select(
            Record.register_entry_id.label("entry_id"),
            func.min(DocumentVersion.archived_at).label("archived_at"),
        )
        .join(Document, Document.record_id == Record.id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(Record.register_entry_id.in_(lately), Record.state != RecordState.SUPERSEDED)
        .where(DocumentVersion.archived_at < end)
        .group_by(Record.register_entry_id, Document.id)
        .subquery()
    )
    completed = (
        select(first.c.entry_id, func.max(first.c.archived_at).label("at")).group_by(first.c.entry_id).subquery()
    )

    def how_many(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    in_year = and_(counts_as_solved(rows, as_of), rows.c.solved_year == as_of.year)
    weeks = [
        how_many(and_(completed.c.at >= day_end(before), completed.c.at < day_end(after)))
        for before, after in pairwise(days)
    ]
    return (
        select(rows.c.agency_code, how_many(in_year), how_many(counts_in_force(rows, as_of)), *weeks)
        .join(completed, completed.c.entry_id == rows.c.entry_id)
        .where(rows.c.is_digitized, ~rows.c.is_withdrawn, completed.c.at >= start)
        .group_by(rows.c.agency_code)
    )
