"""Shares the law asks for, by metric, level and year: data with a legal basis, never figures in code."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from config.errors import ReferenceDataError
from config.i18n import mark as _
from config.reference_file import read_reference, rows_of
from config.settings import Settings

TARGETS_FILE = Path(__file__).parents[1] / "config" / "reference" / "targets.toml"
OWN_FILE = "targets.toml"
"""In the home folder: a site's own targets, as a whole in place of those that are shipped."""
SCHEMA = 1
LONGEST_MINUTES = 24 * 60
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
    ONLINE = "online"
    """Records handed in online."""
    INTERNAL = "internal"
    """Records that go round between offices electronically."""
    WAITING = "waiting"
    """Minutes that people wait on a visit."""
    HANDLING = "handling"
    """Minutes in which a record is taken in and handled."""


TIMES = frozenset({Metric.WAITING, Metric.HANDLING})
"""Metrics that are minutes; all others are shares."""


class Sense(StrEnum):
    """How the law's figure of minutes is to be taken."""

    AT_MOST = "at_most"
    UNCLEAR = "unclear"
    """The wording contradicts its purpose: shown beside what was supplied, without a verdict."""


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
class Limit:
    """Minutes that the law names: of one metric, at one level, for one year."""

    metric: Metric
    level: Level
    year: int
    minutes: float
    sense: Sense
    legal_basis: str


@dataclass(frozen=True, slots=True)
class _Series:
    figures: Mapping[int, float]
    legal_basis: str
    holds: bool
    exempts_hardship: bool = False
    sense: Sense = Sense.AT_MOST

    def year_of(self, year: int) -> int | None:
        """Give the year whose figure holds in a year."""
        reached = [known for known in self.figures if known <= year]
        return max(reached) if reached and (self.holds or max(reached) == year) else None


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets, and the day after which a level is no more."""

    series: Mapping[tuple[Metric, Level], _Series]
    level_ends: Mapping[Level, date]
    limits: Mapping[tuple[Metric, Level], _Series] = field(default_factory=dict)
    sha256: str = ""
    """Of the file they were read from."""

    def target_for(self, metric: Metric, level: Level, year: int) -> Target | None:
        """Give the target of a year, or the last one before it where it stays a minimum; None if none is set."""
        series = self.series.get((metric, level))
        last = None if series is None or self._has_ended(level, year) else series.year_of(year)
        if series is None or last is None:
            return None
        return Target(metric, level, year, series.figures[last], series.legal_basis, is_held=last < year)

    def limit_for(self, metric: Metric, level: Level, year: int) -> Limit | None:
        """Give the minutes the law names for a year; None if none are."""
        series = self.limits.get((metric, level))
        last = None if series is None or self._has_ended(level, year) else series.year_of(year)
        if series is None or last is None:
            return None
        return Limit(metric, level, year, series.figures[last], series.sense, series.legal_basis)

    def exempts_hardship(self, metric: Metric, level: Level) -> bool:
        """Say whether hardship communes are excepted from a target."""
        series = self.series.get((metric, level))
        return series is not None and series.exempts_hardship

    def first_year(self, metric: Metric) -> int | None:
        """Give the first year any level has a share to reach; earlier years are not charted. None if there is none."""
        return min(
            (year for (of, _), series in self.series.items() if of == metric for year in series.figures), default=None
        )

    def stated(self) -> tuple[Target | Limit, ...]:
        """Give the figures that the law states, without those that merely stay minimum."""
        shares = (
            Target(metric, level, year, figure, series.legal_basis)
            for (metric, level), series in self.series.items()
            for year, figure in sorted(series.figures.items())
        )
        minutes = (
            Limit(metric, level, year, figure, series.sense, series.legal_basis)
            for (metric, level), series in self.limits.items()
            for year, figure in sorted(series.figures.items())
        )
        return (*shares, *minutes)

    def _has_ended(self, level: Level, year: int) -> bool:
        end = self.level_ends.get(level)
        return end is not None and year > end.year


def targets_of(settings: Settings) -> Targets:
    """Read the targets that hold in an installation: its own file as a whole where there is one, else those shipped.

    Raise ReferenceDataError naming file and place when the file is wrong.
    """
    own = settings.home / OWN_FILE
    return load_targets(own if own.exists() else TARGETS_FILE)


def load_targets(path: Path = TARGETS_FILE) -> Targets:
    """Read targets from their file. Raise ReferenceDataError naming file and place when it is wrong."""
    data = read_reference(path, {"level", "target", "limit"}, SCHEMA)
    series: dict[tuple[Metric, Level], _Series] = {}
    for number, entry in enumerate(rows_of(path, data, "target"), start=1):
        series |= _series(path, f"target {number}", entry, series, minutes=False)
    limits: dict[tuple[Metric, Level], _Series] = {}
    for number, entry in enumerate(rows_of(path, data, "limit"), start=1):
        limits |= _series(path, f"limit {number}", entry, limits, minutes=True)
    ends = _level_ends(path, rows_of(path, data, "level"))
    if not series:
        raise ReferenceDataError(file=path.name, place="target", cause=_("the file states no target"))
    return Targets(series, ends, limits, hashlib.sha256(path.read_bytes()).hexdigest())


def _series(
    path: Path,
    place: str,
    entry: dict[str, Any],
    known: Mapping[tuple[Metric, Level], _Series],
    *,
    minutes: bool,
) -> dict[tuple[Metric, Level], _Series]:
    entry = dict(entry)
    metric = _one_of(path, f"{place}, metric", Metric, entry.pop("metric", None))
    if (metric in TIMES) != minutes:
        kind = "limit" if metric in TIMES else "target"
        raise ReferenceDataError(file=path.name, place=f"{place}, metric", cause=f"{metric}: [[{kind}]]")
    basis = entry.pop("legal_basis", None)
    if not isinstance(basis, str) or not basis.strip():
        raise ReferenceDataError(file=path.name, place=place, cause="legal_basis is missing")
    flags = {name: entry.pop(name, False) for name in ("holds", *(() if minutes else ("exempts_hardship",)))}
    for name, flag in flags.items():
        if not isinstance(flag, bool):
            raise ReferenceDataError(file=path.name, place=f"{place}, {name}", cause="neither true nor false")
    sense = _one_of(path, f"{place}, sense", Sense, entry.pop("sense", None)) if minutes else Sense.AT_MOST
    found = {}
    for name, years in entry.items():
        level = _one_of(path, place, Level, name)
        if (metric, level) in known:
            raise ReferenceDataError(file=path.name, place=place, cause=f"{metric} at {level} stands there twice")
        figures = _figures(path, f"{place}, {name}", years, LONGEST_MINUTES if minutes else 100)
        found[metric, level] = _Series(figures, basis.strip(), sense=sense, **flags)
    return found


def _figures(path: Path, place: str, years: object, most: int) -> dict[int, float]:
    if not isinstance(years, dict) or not years:
        raise ReferenceDataError(file=path.name, place=place, cause="give figures by year, such as { 2022 = 50 }")
    figures: dict[int, float] = {}
    for year, figure in years.items():
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise ReferenceDataError(file=path.name, place=place, cause=f"{year} is not a year")
        if isinstance(figure, bool) or not isinstance(figure, int | float) or not 0 <= figure <= most:
            raise ReferenceDataError(file=path.name, place=f"{place}, {year}", cause=f"{figure!r} is not 0 to {most}")
        figures[int(year)] = float(figure)
    return figures


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
