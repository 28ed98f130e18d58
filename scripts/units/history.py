"""Puts trees of several days into one history: which unit stood from when to when, and who followed whom."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from config.text import accentless
from pipeline.targets import Level
from scripts.units.sources import Heir, Place, Tree


@dataclass(frozen=True, slots=True)
class Row:
    """A unit as it stood from one day to another; parent is the row's key."""

    code: str
    name: str
    level: Level
    parent: tuple[str, date] | None
    valid_from: date
    valid_to: date | None
    source: str

    @property
    def key(self) -> tuple[str, date]:
        """What tells it from all others."""
        return self.code, self.valid_from


@dataclass(frozen=True, slots=True)
class Step:
    """An old row's territory, or a part of it, went to another; of several the main one takes its records."""

    old: tuple[str, date]
    new: tuple[str, date]
    effective: date
    is_whole: bool
    is_main: bool
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Change:
    """What came on a day, by what law: the tree, and who followed whom; who is not named follows itself."""

    day: date
    tree: Tree
    heirs: tuple[Heir, ...]
    source: str
    legal_basis: str


class History:
    """Grows by one change after another."""

    def __init__(self, day: date, tree: Tree, source: str) -> None:
        self.rows: dict[tuple[str, date], Row] = {}
        self.steps: list[Step] = []
        self._standing: dict[str, Row] = {}
        for level, place in _places(tree):
            self._open(level, place, day, source)

    def change(self, change: Change) -> None:
        """Close what a change ended, open what it made, and note who followed whom."""
        before, self._standing = self._standing, {}
        heirs: dict[str, list[Heir]] = {}
        for heir in change.heirs:
            heirs.setdefault(heir.old, []).append(heir)
        for level, place in _places(change.tree):
            old = before.get(place.code)
            if old is not None and self._goes_on(old, level, place, heirs.get(place.code, [])):
                self._standing[place.code] = self.rows[old.key] = replace(old, name=place.name)
            else:
                self._open(level, place, change.day, change.source)
        for code, old in before.items():
            goes_on = self._standing.get(code)
            if goes_on is None or goes_on.key != old.key:
                self.rows[old.key] = replace(old, valid_to=change.day)
            for heir in heirs.get(code) or [Heir(code, code, True, True)]:
                new = self._standing[heir.new]
                if new.key != old.key:
                    basis = heir.legal_basis or change.legal_basis
                    self.steps.append(Step(old.key, new.key, change.day, heir.is_whole, heir.is_main, basis))

    def _open(self, level: Level, place: Place, day: date, source: str) -> None:
        parent = self._standing[place.parent].key if place.parent else None
        row = Row(place.code, place.name, level, parent, day, None, source)
        self._standing[row.code] = self.rows[row.key] = row

    def _goes_on(self, old: Row, level: Level, place: Place, heirs: Iterable[Heir]) -> bool:
        parent = self._standing[place.parent].key if place.parent else None
        is_followed = any(heir.is_main and heir.new != place.code for heir in heirs)
        return not is_followed and old.level == level and old.parent == parent and is_same_name(old.name, place.name)


def is_same_name(one: str, other: str) -> bool:
    """Say whether two names are one name spelled in two ways, as hoà and hòa, or with a mark lost."""
    return accentless(one).casefold() == accentless(other).casefold()


def _places(tree: Tree) -> Iterable[tuple[Level, Place]]:
    """Give all units of a tree, those above before those below."""
    yield from ((Level.PROVINCE, place) for place in tree.provinces.values())
    yield from ((Level.DISTRICT, place) for place in tree.districts.values())
    yield from ((Level.COMMUNE, place) for place in tree.communes.values())
