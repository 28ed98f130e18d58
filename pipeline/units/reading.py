"""Reads units from data files, and refuses a history with a gap or a record counted twice."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from config.errors import ReferenceDataError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc
from pipeline.targets import Level
from pipeline.units.tree import Extent, Hardship, Succession, Unit, UnitKey, UnitTree

UNITS_FOLDER = Path(__file__).parents[2] / "config" / "reference" / "units"
_YES_NO = ("yes", "no")
_CELLS = _("the number of cells is not the header's")
_NO_DAY = _("{text} is not a date YYYY-MM-DD")
_MISSING = _("{key} is missing")
_NONE_OF = _("{text} is none of: {known}")
_TWO_BEAR_IT = _("two units bear the code {code} at a time")
_NO_UNIT = _("there is no unit {code} from {day}")
_BACKWARDS = _("{later} is not after {earlier}")
_HEIRS = _("a unit that ended needs one successor that takes its records, and has {count}")
_HAS_NOT_ENDED = _("{code} from {day} did not end on that day, so nobody takes its records")
_STANDS_NOT = _("{code} from {day} does not stand on that day")
_NO_COMMUNE = _("there is no commune {code}")
_NOT_WHOLE = _("what went as a whole went to one unit")
_NOT_ABOVE = _("{code} is not of a level above")


def load_units(province: str, folder: Path = UNITS_FOLDER, hardship_file: Path | None = None) -> UnitTree:
    """Read a province's units, by its code of today, and a site's own list of its hardship communes where there is one.

    Raise ReferenceDataError naming file and line for what is wrong.
    """
    units_file, steps_file = folder / province / "units.csv", folder / province / "successions.csv"
    units: dict[UnitKey, Unit] = {}
    places: dict[UnitKey, _Line] = {}
    for line in _lines(units_file):
        unit = _unit(line)
        _check_alone(line, unit, units)
        units[unit.key], places[unit.key] = unit, line
    for key, line in places.items():
        _check_parent(line, units[key], units)
    steps = [(line, _succession(line, units)) for line in _lines(steps_file)]
    _check_heirs(places, units, steps)
    hardships = _lines(hardship_file) if hardship_file is not None and hardship_file.exists() else ()
    return UnitTree(units, tuple(step for _line, step in steps), tuple(_hardship(line, units) for line in hardships))


class _Line:
    """One row of a file, which knows its place."""

    def __init__(self, file: Path, number: int, cells: Mapping[str, str]) -> None:
        self._file, self._number, self._cells = file, number, cells

    def wrong(self, cause: str, **details: object) -> ReferenceDataError:
        """Give the error that names this line."""
        return ReferenceDataError(
            file=f"{self._file.parent.name}/{self._file.name}",
            place=gettext(_("line {number}")).format(number=self._number),
            cause=gettext(cause).format(**details),
        )

    def text(self, key: str) -> str:
        """Give a cell that must not be empty."""
        if not (text := self._cells.get(key, "")):
            raise self.wrong(_MISSING, key=key)
        return text

    def day(self, key: str) -> date:
        """Give a cell that holds a day."""
        try:
            return date.fromisoformat(self.text(key))
        except ValueError as err:
            raise self.wrong(_NO_DAY, text=self.text(key)) from err

    def day_or_none(self, key: str) -> date | None:
        """Give a cell that holds a day or nothing."""
        return self.day(key) if self._cells.get(key) else None

    def key(self, prefix: str) -> UnitKey:
        """Give the key of a unit from the two cells that name it."""
        return self.text(f"{prefix}code"), self.day(f"{prefix}valid_from")

    def one_of(self, key: str, known: Iterable[str]) -> str:
        """Give a cell that holds one of some words."""
        names = list(known)
        if (text := self.text(key)) not in names:
            raise self.wrong(_NONE_OF, text=text, known=", ".join(names))
        return text

    def has(self, key: str) -> bool:
        """Say whether a cell holds anything."""
        return bool(self._cells.get(key))


def _unit(line: _Line) -> Unit:
    valid_from, valid_to = line.day("valid_from"), line.day_or_none("valid_to")
    if valid_to is not None and valid_to <= valid_from:
        raise line.wrong(_BACKWARDS, later=valid_to, earlier=valid_from)
    return Unit(
        code=line.text("code"),
        name=line.text("name"),
        level=Level(line.one_of("level", Level)),
        parent=line.key("parent_") if line.has("parent_code") else None,
        valid_from=valid_from,
        valid_to=valid_to,
        source=line.text("source"),
    )


def _succession(line: _Line, units: Mapping[UnitKey, Unit]) -> Succession:
    old, new, effective = line.key("old_"), line.key("new_"), line.day("effective")
    for code, day in (old, new):
        if (code, day) not in units:
            raise line.wrong(_NO_UNIT, code=code, day=day)
    if not units[new].stands_on(effective):
        raise line.wrong(_STANDS_NOT, code=new[0], day=new[1])
    takes_records = line.one_of("takes_records", _YES_NO) == "yes"
    if takes_records and units[old].valid_to != effective:
        raise line.wrong(_HAS_NOT_ENDED, code=old[0], day=old[1])
    extent = Extent(line.one_of("extent", Extent))
    return Succession(old, new, effective, extent, takes_records, line.text("legal_basis"))


def _hardship(line: _Line, units: Mapping[UnitKey, Unit]) -> Hardship:
    code, since, until = line.text("code"), line.day("since"), line.day_or_none("until")
    if not any(unit.code == code and unit.level is Level.COMMUNE for unit in units.values()):
        raise line.wrong(_NO_COMMUNE, code=code)
    if until is not None and until <= since:
        raise line.wrong(_BACKWARDS, later=until, earlier=since)
    return Hardship(code, since, until, line.text("legal_basis"))


def _check_alone(line: _Line, unit: Unit, others: Mapping[UnitKey, Unit]) -> None:
    """See that no two units bear a code at a time; a file lists those of one code one after the other."""
    for other in others.values():
        if other.code == unit.code and (other.valid_to is None or other.valid_to > unit.valid_from):
            raise line.wrong(_TWO_BEAR_IT, code=unit.code)


def _check_parent(line: _Line, unit: Unit, units: Mapping[UnitKey, Unit]) -> None:
    if unit.parent is None:
        return
    if (parent := units.get(unit.parent)) is None:
        raise line.wrong(_NO_UNIT, code=unit.parent[0], day=unit.parent[1])
    if list(Level).index(parent.level) >= list(Level).index(unit.level):
        raise line.wrong(_NOT_ABOVE, code=parent.code)


def _check_heirs(
    places: Mapping[UnitKey, _Line], units: Mapping[UnitKey, Unit], steps: Sequence[tuple[_Line, Succession]]
) -> None:
    """See that each unit that ended has one heir, and that what went as a whole on a day went to one unit."""
    heirs = Counter(step.old for _line, step in steps if step.takes_records)
    receivers = Counter((step.old, step.effective) for _line, step in steps)
    for line, step in steps:
        if step.takes_records and heirs[step.old] != 1:
            raise line.wrong(_HEIRS, count=heirs[step.old])
        if step.extent is Extent.WHOLE and receivers[step.old, step.effective] != 1:
            raise line.wrong(_NOT_WHOLE)
    for unit in units.values():
        if unit.valid_to is not None and not heirs[unit.key]:
            raise places[unit.key].wrong(_HEIRS, count=0)


def _lines(path: Path) -> Iterator[_Line]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            for row in (reader := csv.DictReader(source, strict=True)):
                line = _Line(path, reader.line_num, {key: nfc(text or "").strip() for key, text in row.items() if key})
                if None in row or None in row.values():
                    raise line.wrong(_CELLS)
                yield line
    except (OSError, UnicodeDecodeError, csv.Error) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
