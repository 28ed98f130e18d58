"""Progress by administrative unit in both views, and how many units run the process."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.progress.model import Measure, Rollout, Tally, UnitProgress, UnitViews
from pipeline.progress.tallies import IN_FORCE, AgencyTally
from pipeline.targets import Level, Metric, Targets
from pipeline.units.tree import Unit, UnitKey, UnitTree
from storage.ledger.models import Agency


def unit_views(
    tallies: Iterable[AgencyTally], tree: UnitTree, keys: Mapping[UUID, UnitKey], as_of: date, targets: Targets
) -> UnitViews:
    """Give each unit's results in force and records solved in the year: as issued, and by who took them over."""
    some = [one for one in tallies if one.year in {IN_FORCE, as_of.year}]
    outside = [one for one in some if one.unit_id is None]
    return UnitViews(
        as_issued=tuple(_view(some, tree, keys, as_of, targets, lambda unit: unit)),
        current=tuple(_view(some, tree, keys, as_of, targets, lambda unit: tree.heir(unit, as_of))),
        no_unit=sum((one.tally for one in outside if one.year == IN_FORCE), start=Tally()),
        no_unit_solved=sum((one.tally for one in outside if one.year != IN_FORCE), start=Tally()),
    )


def count_rollout(
    session: Session,
    tallies: Iterable[AgencyTally],
    tree: UnitTree,
    keys: Mapping[UUID, UnitKey],
    as_of: date,
    targets: Targets,
) -> tuple[Rollout, ...]:
    """Give for each level that stands how many one-stop units run the process.

    Of the province its agencies count, of districts and communes the units that stand on the day.
    """
    done = [one for one in tallies if one.tally.digitized]
    heirs = {tree.heir(tree.units[keys[one.unit_id]], as_of).key for one in done if one.unit_id is not None}
    known = _provincial(session)
    found = [
        Rollout(
            level=Level.PROVINCE,
            units=len(known),
            running=len(known & {one.agency_code for one in done}),
            exempt=0,
            target=targets.target_for(Metric.ROLLOUT, Level.PROVINCE, as_of.year),
        )
    ]
    for level in (Level.DISTRICT, Level.COMMUNE):
        standing = [unit for unit in tree.standing_on(as_of) if unit.level is level]
        if not standing:
            continue
        exempt = _exempt(standing, tree, as_of) if targets.exempts_hardship(Metric.ROLLOUT, level) else set()
        counted = {unit.key for unit in standing} - (exempt or set())
        found.append(
            Rollout(
                level=level,
                units=len(counted),
                running=len(counted & heirs),
                exempt=None if exempt is None else len(exempt),
                target=targets.target_for(Metric.ROLLOUT, level, as_of.year),
            )
        )
    return tuple(found)


def _provincial(session: Session) -> set[str]:
    """Give the province's agencies without those that merely stand above others."""
    rows = session.execute(select(Agency.code, Agency.parent_code).where(Agency.level == Level.PROVINCE)).all()
    return {code for code, _parent in rows} - {parent for _code, parent in rows}


def _exempt(units: Iterable[Unit], tree: UnitTree, as_of: date) -> set[UnitKey] | None:
    """Give the hardship communes among some units; None where nobody entered any."""
    if not tree.hardships:
        return None
    return {unit.key for unit in units if unit.level is Level.COMMUNE and tree.is_hardship(unit, as_of)}


def _view(
    tallies: Iterable[AgencyTally],
    tree: UnitTree,
    keys: Mapping[UUID, UnitKey],
    as_of: date,
    targets: Targets,
    counted_for: Callable[[Unit], Unit],
) -> Iterator[UnitProgress]:
    stock: dict[UnitKey, Tally] = {}
    flow: dict[UnitKey, Tally] = {}
    for one in tallies:
        if one.unit_id is not None:
            sums = stock if one.year == IN_FORCE else flow
            key = counted_for(tree.units[keys[one.unit_id]]).key
            sums[key] = sums.get(key, Tally()) + one.tally
    for key in sorted(stock.keys() | flow.keys()):
        unit = tree.units[key]
        yield UnitProgress(
            code=unit.code,
            valid_from=unit.valid_from,
            name=unit.name,
            level=unit.level,
            valid_to=unit.valid_to,
            stock=Measure(stock.get(key, Tally()), targets.target_for(Metric.STOCK, unit.level, as_of.year)),
            flow=Measure(flow.get(key, Tally()), targets.target_for(Metric.FLOW, unit.level, as_of.year)),
        )
