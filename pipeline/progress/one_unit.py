"""One administrative unit: who it is, whom it followed and who followed it, and its figures in both views."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.progress.kept import COMPLETIONS, kept_tallies
from pipeline.progress.model import Measure, Pace, Tally, YearMeasure
from pipeline.progress.pace import pace_of
from pipeline.progress.tallies import IN_FORCE, AgencyTally
from pipeline.progress.throughput import completed_lately
from pipeline.progress.working_days import WorkingDays
from pipeline.targets import Level, Metric, Targets
from pipeline.units.keeping import kept_tree
from pipeline.units.tree import Extent, Unit, UnitKey, UnitTree
from storage.ledger.models import Agency


@dataclass(frozen=True, slots=True)
class Step:
    """Territory that came from another unit, or went to it."""

    unit: Unit
    effective: date
    extent: Extent
    takes_records: bool
    legal_basis: str


@dataclass(frozen=True, slots=True)
class AgencyPart:
    """What one agency adds to a unit."""

    code: str
    name: str | None
    stock: Tally
    flow: Tally


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit's figures in one view."""

    stock: Measure
    flow: Measure
    years: tuple[YearMeasure, ...]
    agencies: tuple[AgencyPart, ...]
    paces: tuple[Pace, ...]
    """What the rest of the year takes; none of a unit or level that ended."""


@dataclass(frozen=True, slots=True)
class OneUnit:
    """All that is known of a unit on a day."""

    unit: Unit
    day: date
    parent: Unit | None
    others_of_code: tuple[Unit, ...]
    """Units that bore its code at another time."""
    before: tuple[Step, ...]
    """Units that it has territory of."""
    after: tuple[Step, ...]
    """Units that have territory of it."""
    heir: Unit
    """For which its records count now; itself where it stands."""
    is_hardship: bool | None
    """None: no list says so of any commune."""
    under: tuple[Unit, ...]
    """Units directly under it on the day, or on the last day it stood."""
    as_issued: UnitFigures
    current: UnitFigures


def one_unit(session: Session, key: UnitKey, day: date, targets: Targets, working: WorkingDays) -> OneUnit:
    """Give a unit with its figures from the kept sums, which must be of that day."""
    tree, keys = kept_tree(session)
    unit = tree.units[key]
    counting = _Counting(
        session, list(kept_tallies(session)), tree, keys, day, targets, working, _agency_names(session)
    )
    last_day = day if unit.valid_to is None else min(day, date.fromordinal(unit.valid_to.toordinal() - 1))
    return OneUnit(
        unit=unit,
        day=day,
        parent=tree.units[unit.parent] if unit.parent else None,
        others_of_code=tuple(
            sorted(
                (one for one in tree.units.values() if one.code == unit.code and one != unit),
                key=lambda one: one.valid_from,
            )
        ),
        before=tuple(_steps(tree, lambda step: step.new == key, lambda step: step.old)),
        after=tuple(_steps(tree, lambda step: step.old == key, lambda step: step.new)),
        heir=tree.heir(unit, day),
        is_hardship=tree.is_hardship(unit, last_day) if unit.level is Level.COMMUNE else None,
        under=tuple(sorted((one for one in tree.children(unit) if one.stands_on(last_day)), key=lambda one: one.code)),
        as_issued=counting.figures(unit, lambda issuer: issuer),
        current=counting.figures(unit, lambda issuer: tree.heir(issuer, day)),
    )


def _agency_names(session: Session) -> dict[str, str]:
    return {row.code: row.name for row in session.execute(select(Agency.code, Agency.name))}


def _steps(tree: UnitTree, is_meant: Callable[..., bool], other: Callable[..., UnitKey]) -> Iterator[Step]:
    for step in sorted(tree.successions, key=lambda one: (one.effective, other(one))):
        if is_meant(step):
            unit = tree.units[other(step)]
            yield Step(unit, step.effective, step.extent, step.takes_records, step.legal_basis)


@dataclass(frozen=True, slots=True)
class _Counting:
    """Sums up what counts for a unit."""

    session: Session
    tallies: Sequence[AgencyTally]
    tree: UnitTree
    keys: Mapping[UUID, UnitKey]
    day: date
    targets: Targets
    working: WorkingDays
    names: Mapping[str, str]

    def figures(self, unit: Unit, counted_for: Callable[[Unit], Unit]) -> UnitFigures:
        mine = [
            one
            for one in self.tallies
            if one.unit_id is not None and counted_for(self.tree.units[self.keys[one.unit_id]]) == unit
        ]
        sums: dict[tuple[str, int], Tally] = {}
        for one in mine:
            sums[one.agency_code, one.year] = sums.get((one.agency_code, one.year), Tally()) + one.tally
        year = self.day.year

        def measure(metric: Metric, of: int) -> Measure:
            total = sum((tally for (_agency, at), tally in sums.items() if at == of), start=Tally())
            return Measure(total, self.targets.target_for(metric, unit.level, of or year))

        stock, flow = measure(Metric.STOCK, IN_FORCE), measure(Metric.FLOW, year)
        first = self.targets.first_year(Metric.FLOW) or year
        return UnitFigures(
            stock=stock,
            flow=flow,
            years=tuple(
                YearMeasure(
                    past,
                    measure(Metric.FLOW, past),
                    self.targets.target_for(Metric.SOLVED_REUSABLE, unit.level, past),
                )
                for past in range(first, year + 1)
            ),
            agencies=tuple(
                AgencyPart(
                    code, self.names.get(code), sums.get((code, IN_FORCE), Tally()), sums.get((code, year), Tally())
                )
                for code in sorted({agency for agency, _year in sums})
            ),
            paces=tuple(self._paces(unit, stock, flow, mine)),
        )

    def _paces(self, unit: Unit, stock: Measure, flow: Measure, mine: Sequence[AgencyTally]) -> Iterator[Pace]:
        if not unit.stands_on(self.day):
            return
        agencies = {one.agency_code for one in mine}
        issuers = {one.unit_id for one in mine if one.unit_id is not None}
        lately = completed_lately(self.session, COMPLETIONS, self.day, agencies, issuers)
        for metric, measure in ((Metric.FLOW, flow), (Metric.STOCK, stock)):
            pace = pace_of(unit.level, metric, measure, lately[metric], self.day, self.working)
            if pace is not None:
                yield pace
