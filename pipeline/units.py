"""Administrative units over time: read from data with their sources, kept in the ledger by (code, valid_from)."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import ReferenceDataError
from config.text import nfc
from pipeline.targets import Level
from storage.ledger.models import AdministrativeUnit, UnitSuccession

UNITS_FOLDER = Path(__file__).parents[1] / "config" / "reference" / "units"
UnitKey = tuple[str, date]
_HARDSHIP = {"": None, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it stood from one day to another."""

    code: str
    name: str
    level: Level
    parent: UnitKey | None
    valid_from: date
    valid_to: date | None
    is_hardship: bool | None
    source: str

    @property
    def key(self) -> UnitKey:
        """What tells it from all others: commune codes were reused."""
        return self.code, self.valid_from

    def stands_on(self, day: date) -> bool:
        """Say whether it stood on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Succession:
    """An old unit's territory went to a new one."""

    old: UnitKey
    new: UnitKey
    effective: date
    legal_basis: str


@dataclass(frozen=True, slots=True)
class UnitTree:
    """All units known, and who followed whom."""

    units: Mapping[UnitKey, Unit]
    successions: tuple[Succession, ...]

    def find(self, code: str, day: date) -> Unit | None:
        """Give the unit that bore a code on a day."""
        return next((unit for unit in self.units.values() if unit.code == code and unit.stands_on(day)), None)


def load_units(folder: Path = UNITS_FOLDER) -> UnitTree:
    """Read units and successions. Raise ReferenceDataError naming file and line when something is wrong."""
    units: dict[UnitKey, Unit] = {}
    path = folder / "units.csv"
    for place, row in _rows(path):
        unit = _unit(path, place, row)
        if any(_overlap(unit, other) for other in units.values() if other.code == unit.code):
            raise ReferenceDataError(
                file=path.name, place=place, cause=f"two units bear the code {unit.code} at a time"
            )
        units[unit.key] = unit
    for unit in units.values():
        if unit.parent is not None and unit.parent not in units:
            raise ReferenceDataError(file=path.name, place=unit.code, cause=f"there is no parent {unit.parent[0]}")
    return UnitTree(units, tuple(_successions(folder / "successions.csv", units)))


def keep_units(session: Session, tree: UnitTree) -> None:
    """Bring the ledger's units to what the data says; none is removed, for records may refer to it."""
    kept = {(row.code, row.valid_from): row for row in session.scalars(select(AdministrativeUnit))}
    for unit in tree.units.values():
        row = kept.get(unit.key)
        if row is None:
            row = kept[unit.key] = AdministrativeUnit(code=unit.code, valid_from=unit.valid_from)
            session.add(row)
        row.name, row.level, row.valid_to = unit.name, unit.level, unit.valid_to
        row.is_hardship, row.source = unit.is_hardship, unit.source
    session.flush()
    for unit in tree.units.values():
        kept[unit.key].parent_id = kept[unit.parent].id if unit.parent else None
    known = {(row.old_id, row.new_id, row.effective) for row in session.scalars(select(UnitSuccession))}
    for step in tree.successions:
        old, new = kept[step.old].id, kept[step.new].id
        if (old, new, step.effective) not in known:
            session.add(UnitSuccession(old_id=old, new_id=new, effective=step.effective, legal_basis=step.legal_basis))


def _unit(path: Path, place: str, row: dict[str, str]) -> Unit:
    parent = None
    if row["parent_code"]:
        parent = (row["parent_code"], _day(path, place, row["parent_valid_from"]))
    if row["level"] not in set(Level):
        raise ReferenceDataError(file=path.name, place=place, cause=f"{row['level']!r} is none of: {', '.join(Level)}")
    if row["is_hardship"] not in _HARDSHIP:
        raise ReferenceDataError(file=path.name, place=place, cause="is_hardship is yes, no or empty")
    if not (row["code"] and row["name"] and row["source"]):
        raise ReferenceDataError(file=path.name, place=place, cause="code, name or source is missing")
    valid_from = _day(path, place, row["valid_from"])
    valid_to = _day(path, place, row["valid_to"]) if row["valid_to"] else None
    if valid_to is not None and valid_to <= valid_from:
        raise ReferenceDataError(file=path.name, place=place, cause="valid_to is not after valid_from")
    return Unit(
        code=row["code"],
        name=row["name"],
        level=Level(row["level"]),
        parent=parent,
        valid_from=valid_from,
        valid_to=valid_to,
        is_hardship=_HARDSHIP[row["is_hardship"]],
        source=row["source"],
    )


def _successions(path: Path, units: Mapping[UnitKey, Unit]) -> Iterator[Succession]:
    for place, row in _rows(path):
        old = (row["old_code"], _day(path, place, row["old_valid_from"]))
        new = (row["new_code"], _day(path, place, row["new_valid_from"]))
        for key in (old, new):
            if key not in units:
                raise ReferenceDataError(file=path.name, place=place, cause=f"there is no unit {key[0]} from {key[1]}")
        yield Succession(old, new, _day(path, place, row["effective"]), row["legal_basis"])


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as source:
            for row in (reader := csv.DictReader(source, strict=True)):
                if None in row or None in row.values():
                    raise ReferenceDataError(
                        file=path.name, place=f"line {reader.line_num}", cause="the number of cells is not the header's"
                    )
                yield f"line {reader.line_num}", {name: nfc(value).strip() for name, value in row.items()}
    except (OSError, UnicodeDecodeError, csv.Error) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err


def _day(path: Path, place: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as err:
        raise ReferenceDataError(file=path.name, place=place, cause=f"{text!r} is not a date YYYY-MM-DD") from err


def _overlap(one: Unit, other: Unit) -> bool:
    first, second = sorted((one, other), key=lambda unit: unit.valid_from)
    return first.valid_to is None or first.valid_to > second.valid_from
