"""What offices supplied for a year, added up by level and set beside the law's figures."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.figures.period import Period, parse_period
from pipeline.progress.model import Supplied
from pipeline.progress.there import day_end
from pipeline.targets import TIMES, Level, Metric, Targets
from storage.ledger.models import FigureImport, SuppliedFigure

SUPPLIED = (Metric.NOT_RESUPPLIED, Metric.ONLINE, Metric.INTERNAL, Metric.WAITING, Metric.HANDLING)
"""Metrics that only offices can tell."""


def count_supplied(session: Session, as_of: date, targets: Targets) -> tuple[Supplied, ...]:
    """Give each supplied metric of each level for the year of a day, those too of which nothing was supplied."""
    found: defaultdict[tuple[str, str], list[SuppliedFigure]] = defaultdict(list)
    for figure in holding(session, as_of):
        found[figure.metric, figure.level].append(figure)
    return tuple(
        _supplied(metric, level, found[metric, level], targets, as_of.year)
        for metric in SUPPLIED
        for level in Level
        if found[metric, level] or not _has_ended(targets, level, as_of)
    )


def holding(session: Session, as_of: date) -> Iterator[SuppliedFigure]:
    """Give the figures of a day's year that hold: of those of one subject that overlap, the one imported last.

    Of a past day: what was supplied by then, and what was supplied later about a period that had ended by then.
    """
    query = (
        select(SuppliedFigure, FigureImport.imported_at)
        .join(FigureImport, FigureImport.id == SuppliedFigure.import_id)
        .where(SuppliedFigure.year == as_of.year)
        .order_by(FigureImport.imported_at.desc(), FigureImport.id.desc(), SuppliedFigure.source_row)
    )
    taken: defaultdict[tuple[str, str], list[Period]] = defaultdict(list)
    for figure, imported_at in session.execute(query):
        period = parse_period(figure.period)
        if period is None or (imported_at >= day_end(as_of) and period.last_day > as_of):
            continue
        others = taken[figure.metric, figure.subject_code]
        if any(period.overlaps(other) for other in others):
            continue
        others.append(period)
        yield figure


def _supplied(metric: Metric, level: Level, figures: Iterable[SuppliedFigure], targets: Targets, year: int) -> Supplied:
    some = list(figures)
    whole = sum(one.denominator for one in some)
    part = sum(one.numerator or 0 for one in some)
    spent = sum((Decimal(str(one.minutes or 0)) * one.denominator for one in some), start=Decimal(0))
    is_time = metric in TIMES
    return Supplied(
        metric=metric,
        level=level,
        subjects=len({one.subject_code for one in some}),
        numerator=None if is_time or not some else part,
        denominator=whole,
        minutes=(spent / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) if is_time and whole else None,
        sources=tuple(sorted({one.source for one in some})),
        target=targets.target_for(metric, level, year),
        limit=targets.limit_for(metric, level, year),
    )


def _has_ended(targets: Targets, level: Level, as_of: date) -> bool:
    end = targets.level_ends.get(level)
    return end is not None and end < as_of
