"""Progress for one day: shares by level and agency against the year's targets."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.clock import Clock, legal_date
from config.errors import LedgerError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.progress.kept import STANDINGS, completions_of, count_tallies, kept_tallies, rows_on
from pipeline.progress.model import (
    AgencyProgress,
    LevelProgress,
    Measure,
    Pace,
    Progress,
    Tally,
    UnitViews,
    YearMeasure,
)
from pipeline.progress.pace import holders_by_level, pace_of
from pipeline.progress.supplied import count_supplied
from pipeline.progress.surroundings import (
    count_findings,
    count_queue,
    count_short,
    list_attention,
    register_facts,
)
from pipeline.progress.tallies import IN_FORCE, AgencyTally
from pipeline.progress.throughput import Throughput, count_throughput
from pipeline.progress.unit_views import count_rollout, unit_views
from pipeline.progress.unregistered import list_unregistered
from pipeline.progress.versions import data_versions
from pipeline.progress.work import count_work
from pipeline.progress.working_days import WorkingDays, load_working_days
from pipeline.targets import Level, Metric, Target, Targets, load_targets
from pipeline.units.keeping import kept_tree
from storage.ledger.models import Agency, LedgerBirth
from storage.ledger.states import Environment

_Key = tuple[str, int]


def count_progress(
    session: Session,
    as_of: date,
    clock: Clock,
    targets: Targets | None = None,
    working: WorkingDays | None = None,
    *,
    as_kept: bool = False,
) -> Progress:
    """Count how far digitization is on a day. Raise LedgerError when the ledger does not say what kind it is.

    `as_kept`: take the kept sums, which must be of that day, as they are, whatever was touched since.
    """
    environment = session.scalar(select(LedgerBirth.environment))
    if environment is None:
        raise LedgerError(cause=gettext(_("it does not say whether it is for test or production")))
    kind = Environment(environment)
    targets = targets or load_targets()
    sums = list(kept_tallies(session)) if as_kept else count_tallies(session, as_of, kind)
    rows = STANDINGS if as_kept else rows_on(session, as_of, kind)
    now_rows = rows if as_kept else rows_on(session, legal_date(clock()), kind)
    tallies = _by_key(sums)
    tree, keys = kept_tree(session)
    agencies = {row.code: row for row in session.scalars(select(Agency))}
    levels = {code: Level(row.level) for code, row in agencies.items()}
    counting = _Counting(as_of, targets, tallies, levels)
    by_level = counting.all_levels()
    by_agency = tuple(
        counting.agency(code, agencies[code].name if code in agencies else None)
        for code in sorted({code for code, _year in tallies})
    )
    top = _organisation(agencies, {code for code, _year in tallies} or agencies.keys())
    units = unit_views(sums, tree, keys, as_of, targets)
    done = count_throughput(session, completions_of(rows, as_of), as_of, levels)
    attention, attention_total = list_attention(session)
    unregistered, unregistered_total = list_unregistered(session, as_kept=as_kept)
    return Progress(
        as_of=as_of,
        counted_at=clock(),
        environment=kind,
        levels=by_level,
        agencies=by_agency,
        queue=count_queue(session),
        findings=(*count_findings(session), *count_short(session, now_rows)),
        attention=attention,
        attention_total=attention_total,
        unregistered=unregistered,
        unregistered_total=unregistered_total,
        register=register_facts(session),
        organisation=agencies[top].name if top in agencies else "",
        organisation_code=top if top in agencies else "",
        supplied=count_supplied(session, as_of, targets),
        rollout=count_rollout(session, sums, tree, keys, as_of, targets),
        paces=tuple(_paces(by_level, by_agency, units, done, as_of, working or load_working_days())),
        weeks=done.weeks,
        units=units,
        work=count_work(session, as_of),
        versions=data_versions(session, targets, tree),
    )


def _paces(
    levels: Iterable[LevelProgress],
    agencies: tuple[AgencyProgress, ...],
    units: UnitViews,
    done: Throughput,
    as_of: date,
    working: WorkingDays,
) -> Iterator[Pace]:
    """Give the pace of each level that has not ended, for both metrics."""
    holders = {metric: holders_by_level(agencies, units.current, metric) for metric in (Metric.STOCK, Metric.FLOW)}
    for level in levels:
        if level.level is None or level.ended_on is not None:
            continue
        for metric, measure in ((Metric.STOCK, level.stock), (Metric.FLOW, level.flow)):
            lately = done.lately.get((level.level, metric), 0)
            pace = pace_of(level.level, metric, measure, lately, as_of, working)
            if pace is not None:
                of_agencies, of_units = holders[metric][level.level]
                yield replace(pace, agencies=of_agencies, units=of_units)


class _Counting:
    """Sums tallies up and sets targets beside them."""

    def __init__(
        self, as_of: date, targets: Targets, tallies: Mapping[_Key, Tally], levels: Mapping[str, Level]
    ) -> None:
        self._as_of, self._targets, self._tallies, self._levels = as_of, targets, tallies, levels

    def all_levels(self) -> tuple[LevelProgress, ...]:
        """Give every level, and the agencies of no known level where there are any."""
        known: list[Level | None] = list(Level)
        if any(code not in self._levels for code, _year in self._tallies):
            known.append(None)
        return tuple(self._level(level) for level in known)

    def agency(self, code: str, name: str | None) -> AgencyProgress:
        """Give one agency."""
        level = self._levels.get(code)
        stock = self._measure(level, Metric.STOCK, self._as_of.year, self._tallies.get((code, IN_FORCE), Tally()))
        solved = self._tallies.get((code, self._as_of.year), Tally())
        return AgencyProgress(code, name, level, stock, self._measure(level, Metric.FLOW, self._as_of.year, solved))

    def _level(self, level: Level | None) -> LevelProgress:
        year = self._as_of.year
        years = tuple(
            YearMeasure(
                past,
                self._measure(level, Metric.FLOW, past, self._sum(level, past)),
                self._target(level, Metric.SOLVED_REUSABLE, past),
            )
            for past in range(self._targets.first_year(Metric.FLOW) or year, year + 1)
        )
        return LevelProgress(
            level=level,
            ended_on=self._ended_on(level),
            stock=self._measure(level, Metric.STOCK, year, self._sum(level, IN_FORCE)),
            flow=self._measure(level, Metric.FLOW, year, self._sum(level, year)),
            years=years,
            all_solved=self._target(level, Metric.SOLVED_REUSABLE, year),
        )

    def _ended_on(self, level: Level | None) -> date | None:
        end = self._targets.level_ends.get(level) if level else None
        return end if end and end < self._as_of else None

    def _measure(self, level: Level | None, metric: Metric, year: int, tally: Tally) -> Measure:
        return Measure(tally, self._target(level, metric, year))

    def _target(self, level: Level | None, metric: Metric, year: int) -> Target | None:
        return self._targets.target_for(metric, level, year) if level else None

    def _sum(self, level: Level | None, year: int) -> Tally:
        mine = (tally for (code, of), tally in self._tallies.items() if of == year and self._levels.get(code) == level)
        return sum(mine, start=Tally())


def _organisation(agencies: Mapping[str, Agency], counted: Iterable[str]) -> str:
    """Give the code of the one body above the agencies counted: by their parents, else by the codes' first part."""
    tops = {_top(agencies, code) for code in counted}
    if len(tops) > 1:
        tops = {code.partition(".")[0] for code in tops}
    return tops.pop() if len(tops) == 1 else ""


def _top(agencies: Mapping[str, Agency], code: str) -> str:
    seen = {code}
    while (agency := agencies.get(code)) and agency.parent_code and agency.parent_code not in seen:
        code = agency.parent_code
        seen.add(code)
    return code


def _by_key(tallies: Iterable[AgencyTally]) -> dict[_Key, Tally]:
    sums: dict[_Key, Tally] = {}
    for one in tallies:
        key = (one.agency_code, one.year)
        sums[key] = sums.get(key, Tally()) + one.tally
    return sums
