"""Shares the law asks for, by metric, level and year: data with a legal basis, never figures in code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import ReferenceDataError
from storage.ledger.models import Target as TargetRow

TARGETS_FILE = Path(__file__).parents[1] / "config" / "reference" / "targets.toml"
SCHEMA = 1
Kind = TypeVar("Kind", bound=StrEnum)


class Metric(StrEnum):
    """What a target asks a share of."""

    STOCK = "stock"
    """Results still in force that are digitized."""
    FLOW = "flow"
    """Records solved in the year that are digitized, signed and stored."""
    SOLVED_REUSABLE = "solved_reusable"
    """Records solved in the year that can be used again."""
    ROLLOUT = "rollout"
    """One-stop units that run the process."""
    NOT_RESUPPLIED = "not_resupplied"
    """People who need not hand in again what was digitized before."""


class Level(StrEnum):
    """Levels of administration; the district level has ended, its records have not."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class Target:
    """One share: of one metric, at one level, for one year."""

    metric: Metric
    level: Level
    year: int
    percent: float
    legal_basis: str
    is_held: bool = False
    """The figure was set for an earlier year and stays a minimum."""


@dataclass(frozen=True, slots=True)
class _Series:
    percents: Mapping[int, float]
    legal_basis: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets, and the day after which a level is no more."""

    series: Mapping[tuple[Metric, Level], _Series]
    level_ends: Mapping[Level, date]

    def target_for(self, metric: Metric, level: Level, year: int) -> Target | None:
        """Give the target of a year, or the last one before it where it stays a minimum; None if none is set."""
        series = self.series.get((metric, level))
        end = self.level_ends.get(level)
        if series is None or (end is not None and year > end.year):
            return None
        reached = [known for known in series.percents if known <= year]
        if not reached or (max(reached) < year and not series.holds):
            return None
        last = max(reached)
        return Target(metric, level, year, series.percents[last], series.legal_basis, is_held=last < year)

    def first_year(self, metric: Metric) -> int | None:
        """Give the first year any level has a share to reach; earlier years are not charted. None if there is none."""
        return min(
            (year for (of, _), series in self.series.items() if of == metric for year in series.percents), default=None
        )

    def stated(self) -> tuple[Target, ...]:
        """Give the targets that the law states, without those that merely stay minimum."""
        return tuple(
            Target(metric, level, year, percent, series.legal_basis)
            for (metric, level), series in self.series.items()
            for year, percent in sorted(series.percents.items())
        )


def load_targets(path: Path = TARGETS_FILE) -> Targets:
    """Read targets from their file. Raise ReferenceDataError naming file and place when it is wrong."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    if data.get("schema") != SCHEMA:
        raise ReferenceDataError(file=path.name, place="schema", cause=f"{data.get('schema')!r} is not {SCHEMA}")
    series: dict[tuple[Metric, Level], _Series] = {}
    for number, entry in enumerate(data.get("target", []), start=1):
        series |= _series(path, f"target {number}", entry, series)
    return Targets(series, _level_ends(path, data.get("level", [])))


def keep_targets(session: Session, targets: Targets) -> None:
    """Bring the ledger's table of targets to what the file states; a changed figure replaces the old one."""
    kept = {(row.metric, row.level, row.year, row.legal_basis): row for row in session.scalars(select(TargetRow))}
    for target in targets.stated():
        row = kept.pop((target.metric, target.level, target.year, target.legal_basis), None)
        if row is None:
            session.add(
                TargetRow(
                    metric=target.metric,
                    level=target.level,
                    year=target.year,
                    percent=target.percent,
                    legal_basis=target.legal_basis,
                )
            )
        else:
            row.percent = target.percent
    for row in kept.values():
        session.delete(row)


def _series(
    path: Path, place: str, entry: dict[str, Any], known: Mapping[tuple[Metric, Level], _Series]
) -> dict[tuple[Metric, Level], _Series]:
    metric = _one_of(path, f"{place}, metric", Metric, entry.pop("metric", None))
    basis = entry.pop("legal_basis", None)
    holds = entry.pop("holds", False)
    if not isinstance(basis, str) or not basis.strip():
        raise ReferenceDataError(file=path.name, place=place, cause="legal_basis is missing")
    if not isinstance(holds, bool):
        raise ReferenceDataError(file=path.name, place=f"{place}, holds", cause="neither true nor false")
    found = {}
    for name, years in entry.items():
        level = _one_of(path, place, Level, name)
        if (metric, level) in known:
            raise ReferenceDataError(file=path.name, place=place, cause=f"{metric} at {level} stands there twice")
        found[metric, level] = _Series(_percents(path, f"{place}, {name}", years), basis, holds)
    return found


def _percents(path: Path, place: str, years: object) -> dict[int, float]:
    if not isinstance(years, dict) or not years:
        raise ReferenceDataError(file=path.name, place=place, cause="give figures by year, such as { 2022 = 50 }")
    percents: dict[int, float] = {}
    for year, percent in years.items():
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise ReferenceDataError(file=path.name, place=place, cause=f"{year} is not a year")
        if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 <= percent <= 100:
            raise ReferenceDataError(file=path.name, place=f"{place}, {year}", cause=f"{percent!r} is not 0 to 100")
        percents[int(year)] = float(percent)
    return percents


def _level_ends(path: Path, entries: list[dict[str, Any]]) -> dict[Level, date]:
    ends = {}
    for number, entry in enumerate(entries, start=1):
        level = _one_of(path, f"level {number}", Level, entry.get("name"))
        until = entry.get("until")
        if until is not None and type(until) is not date:
            raise ReferenceDataError(file=path.name, place=f"level {number}, until", cause=f"{until!r} is not a date")
        if until is not None:
            ends[level] = until
    return ends


def _one_of(path: Path, place: str, kind: type[Kind], value: object) -> Kind:
    try:
        return kind(str(value))
    except ValueError as err:
        known = ", ".join(kind)
        raise ReferenceDataError(file=path.name, place=place, cause=f"{value!r} is none of: {known}") from err
