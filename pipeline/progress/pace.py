"""Pace: what the rest of the year takes, when the target is reached as things go, and who holds a level back."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal

from pipeline.progress.model import AgencyProgress, Holder, Measure, Pace, UnitProgress, percent_of
from pipeline.progress.working_days import WorkingDays
from pipeline.targets import Level, Metric

WEEKS = 8
"""How far back the pace is taken from."""
MOST_HOLDERS = 10
_LONGEST_PROJECTION = 100 * 250
"""Working days; what is further off than a century is no date."""


def pace_of(
    level: Level, metric: Metric, measure: Measure, lately: int, as_of: date, working: WorkingDays
) -> Pace | None:
    """Give the pace of one level for one metric; None where no target is set or nothing is to be counted.

    `lately`: records completed in the last WEEKS weeks, the day itself included.
    """
    if measure.target is None or not measure.tally.records:
        return None
    missing = missing_of(measure)
    year_end = date(as_of.year, 12, 31)
    days_left = working.between(as_of + timedelta(days=1), year_end)
    since = as_of - timedelta(days=7 * WEEKS - 1)
    days_lately = working.between(since, as_of)
    per_day = _per_day(lately, days_lately)
    reached = _reached_on(as_of, missing, lately, days_lately, working)
    return Pace(
        level=level,
        metric=metric,
        missing=missing,
        days_left=days_left,
        needed_per_day=_rounded_up(missing, days_left) if missing and days_left else None,
        lately=lately,
        days_lately=days_lately,
        per_day=per_day,
        projected_on=reached,
        has_holidays=working.knows(since, max(year_end, reached or year_end)),
    )


def missing_of(measure: Measure) -> int:
    """Give how many more records must be digitized before a target is reached; 0 where none is set."""
    if measure.target is None:
        return 0
    wanted = Decimal(str(measure.target.percent)) * measure.tally.records / 100
    return max(0, int(wanted.to_integral_value(ROUND_CEILING)) - measure.tally.digitized)


def holders_of(measures: Iterable[tuple[str, date | None, Measure]]) -> tuple[Holder, ...]:
    """Give those that are missing most, each with its part of what all are missing together."""
    missing = [(code, since, missing_of(measure)) for code, since, measure in measures]
    total = sum(count for _code, _since, count in missing)
    most = sorted((one for one in missing if one[2]), key=lambda one: (-one[2], one[0], one[1] or date.min))
    return tuple(
        Holder(code, since, count, percent_of(count, total) or Decimal(0)) for code, since, count in most[:MOST_HOLDERS]
    )


def holders_by_level(
    agencies: Iterable[AgencyProgress], units: Iterable[UnitProgress], metric: Metric
) -> Mapping[Level, tuple[tuple[Holder, ...], tuple[Holder, ...]]]:
    """Give for each level the agencies and the units of today that hold it back most."""
    of_agencies: dict[Level, list[tuple[str, date | None, Measure]]] = {level: [] for level in Level}
    of_units: dict[Level, list[tuple[str, date | None, Measure]]] = {level: [] for level in Level}
    for agency in agencies:
        if agency.level is not None:
            of_agencies[agency.level].append((agency.code, None, _measure(agency, metric)))
    for unit in units:
        of_units[unit.level].append((unit.code, unit.valid_from, _measure(unit, metric)))
    return {level: (holders_of(of_agencies[level]), holders_of(of_units[level])) for level in Level}


def _measure(one: AgencyProgress | UnitProgress, metric: Metric) -> Measure:
    return one.stock if metric is Metric.STOCK else one.flow


def _per_day(lately: int, days: int) -> Decimal | None:
    return (Decimal(lately) / days).quantize(Decimal("0.1"), rounding=ROUND_DOWN) if days else None


def _rounded_up(missing: int, days: int) -> Decimal:
    return (Decimal(missing) / days).quantize(Decimal("0.1"), rounding=ROUND_CEILING)


def _reached_on(as_of: date, missing: int, lately: int, days_lately: int, working: WorkingDays) -> date | None:
    """Give the day on which what is missing is done at the pace of the last weeks."""
    if not missing:
        return as_of
    if not lately or not days_lately:
        return None
    days = -(-missing * days_lately // lately)
    return working.after(as_of, days) if days <= _LONGEST_PROJECTION else None
