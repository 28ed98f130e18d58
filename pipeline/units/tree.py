"""All units of a province and who followed whom; any day gives the tree of that day.

A unit is told from all others by (code, valid_from): on 2025-07-01 commune codes were given to units with another
meaning. A unit that ended has one heir that takes its records, however many units got parts of its territory, so that
no record is counted twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.targets import Level

UnitKey = tuple[str, date]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it stood from one day to another."""

    code: str
    name: str
    level: Level
    parent: UnitKey | None
    valid_from: date
    """The first day the source vouches for, which may be later than the unit's founding."""
    valid_to: date | None
    """The first day on which it no longer stands; None: it stands."""
    source: str

    @property
    def key(self) -> UnitKey:
        """What tells it from all others."""
        return self.code, self.valid_from

    def stands_on(self, day: date) -> bool:
        """Say whether it stood on a day, as far as the source goes."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Extent(StrEnum):
    """How much of an old unit's territory went to a new one."""

    WHOLE = "whole"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Succession:
    """An old unit's territory, or a part of it, went to another on a day."""

    old: UnitKey
    new: UnitKey
    effective: date
    extent: Extent
    takes_records: bool
    """The new one is the heir: records of the old one count for it."""
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Hardship:
    """A commune was of those that the plan exempts, from one day to another."""

    code: str
    since: date
    until: date | None
    """The first day on which it no longer was; None: it is."""
    legal_basis: str


@dataclass(frozen=True, slots=True)
class UnitTree:
    """All units known, who followed whom, and which communes were hardship communes."""

    units: Mapping[UnitKey, Unit]
    successions: Sequence[Succession]
    hardships: Sequence[Hardship] = ()
    _by_code: Mapping[str, Sequence[Unit]] = field(init=False, repr=False)
    _heirs: Mapping[UnitKey, Succession] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_code: dict[str, list[Unit]] = {}
        for unit in sorted(self.units.values(), key=lambda unit: unit.valid_from):
            by_code.setdefault(unit.code, []).append(unit)
        object.__setattr__(self, "_by_code", by_code)
        object.__setattr__(self, "_heirs", {step.old: step for step in self.successions if step.takes_records})

    def find(self, code: str, day: date) -> Unit | None:
        """Give the unit that bore a code on a day; before the first day any source vouches for, the first that did."""
        bearers = self._by_code.get(code, ())
        standing = next((unit for unit in bearers if unit.stands_on(day)), None)
        if standing is None and bearers and day < bearers[0].valid_from:
            return bearers[0]
        return standing

    def standing_on(self, day: date) -> Iterator[Unit]:
        """Give all units that stood on a day; before the first day any source vouches for, those of that day."""
        known_from = min((unit.valid_from for unit in self.units.values()), default=day)
        return (unit for unit in self.units.values() if unit.stands_on(max(day, known_from)))

    def heir(self, unit: Unit, day: date) -> Unit:
        """Give the unit for which a unit's records count on a day: itself, or who took them by then."""
        last = date.min
        # Each step is later than the one before, so that forged ones that lead round in a circle come to an end too.
        while (step := self._heirs.get(unit.key)) is not None and last < step.effective <= day:
            unit, last = self.units[step.new], step.effective
        return unit

    def children(self, unit: Unit) -> Iterator[Unit]:
        """Give the units directly under a unit."""
        return (other for other in self.units.values() if other.parent == unit.key)

    def is_hardship(self, unit: Unit, day: date) -> bool | None:
        """Say whether a commune was a hardship commune on a day; None where no source says so of any commune."""
        if not self.hardships:
            return None
        return any(
            row.code == unit.code and row.since <= day and (row.until is None or day < row.until)
            for row in self.hardships
        )
