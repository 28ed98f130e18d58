"""The tree of a day: the units that stood on it, level by level, with today's figures counted for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from pipeline.progress.kept import kept_tallies
from pipeline.progress.model import Measure, Tally, UnitProgress, UnitViews
from pipeline.progress.unit_views import unit_views
from pipeline.targets import Level, Targets
from pipeline.units.keeping import kept_tree
from pipeline.units.tree import Unit, UnitKey, UnitTree

NOTHING = Measure(Tally(), None)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of the tree, the unit above it, and its figures; those it has none of are empty."""

    unit: Unit
    parent: Unit | None
    stock: Measure
    flow: Measure
    is_hardship: bool | None


@dataclass(frozen=True, slots=True)
class LevelOfUnits:
    """The units of one level, the furthest behind first, and what they add up to."""

    level: Level
    units: tuple[UnitRow, ...]
    stock: Tally
    flow: Tally


@dataclass(frozen=True, slots=True)
class TreeOfDay:
    """Every level that stood on a day, and the units that have figures and did not stand on it."""

    day: date
    levels: tuple[LevelOfUnits, ...]
    gone: tuple[UnitRow, ...]
    no_unit: Tally
    no_unit_solved: Tally


def tree_of(session: Session, day: date, targets: Targets, *, is_as_issued: bool = False) -> TreeOfDay:
    """Give the tree of a day with the records solved in its year, from the kept sums."""
    tree, keys = kept_tree(session)
    views = unit_views(kept_tallies(session), tree, keys, day, targets)
    rows = dict(_rows(tree, views, day, is_as_issued=is_as_issued))
    standing = {unit.key for unit in tree.standing_on(day)}
    levels = (_level(level, [row for key, row in rows.items() if key in standing]) for level in Level)
    return TreeOfDay(
        day=day,
        levels=tuple(level for level in levels if level.units),
        gone=tuple(_sorted([row for key, row in rows.items() if key not in standing])),
        no_unit=views.no_unit,
        no_unit_solved=views.no_unit_solved,
    )


def furthest_behind(units: tuple[UnitProgress, ...]) -> list[UnitProgress]:
    """Give the units below their target for the year, the furthest first; of equal ones the larger first."""
    short = [unit for unit in units if unit.flow.gap is not None and unit.flow.gap < 0]
    return sorted(short, key=lambda unit: (unit.flow.gap, -unit.flow.tally.records, unit.code))


def _rows(tree: UnitTree, views: UnitViews, day: date, *, is_as_issued: bool) -> Iterator[tuple[UnitKey, UnitRow]]:
    figures = {(one.code, one.valid_from): one for one in (views.as_issued if is_as_issued else views.current)}
    for key in dict.fromkeys([*(unit.key for unit in tree.standing_on(day)), *figures]):
        unit, one = tree.units[key], figures.get(key)
        yield (
            key,
            UnitRow(
                unit=unit,
                parent=tree.units[unit.parent] if unit.parent else None,
                stock=one.stock if one else NOTHING,
                flow=one.flow if one else NOTHING,
                is_hardship=tree.is_hardship(unit, day) if unit.level is Level.COMMUNE else None,
            ),
        )


def _level(level: Level, rows: list[UnitRow]) -> LevelOfUnits:
    some = _sorted([row for row in rows if row.unit.level is level])
    return LevelOfUnits(
        level=level,
        units=tuple(some),
        stock=sum((row.stock.tally for row in some), start=Tally()),
        flow=sum((row.flow.tally for row in some), start=Tally()),
    )


def _sorted(rows: list[UnitRow]) -> list[UnitRow]:
    """Sort by how far behind they are; those without a share last, by code."""
    return sorted(
        rows, key=lambda row: (row.flow.gap is None, row.flow.gap or 0, -row.flow.tally.records, row.unit.code)
    )
