"""What outside programs may take for one call: data, each figure with its reason."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from config.errors import ReferenceDataError
from config.i18n import mark as _
from config.reference_file import read_reference, rows_of

LIMITS_FILE = Path(__file__).parents[1] / "config" / "reference" / "program_limits.toml"
_SCHEMA = 1
_FIGURES = ("memory_mb", "heap_mb", "cpu_s", "wall_s", "file_mb")
_NEEDED = ("wall_s", "file_mb", "name", "why")


@dataclass(frozen=True, slots=True)
class ProgramLimits:
    """What one call may take at most, 0 for what is not bounded; `heap_mb` is for programs in Java."""

    name: str
    wall_s: float
    file_mb: int
    memory_mb: int = 0
    heap_mb: int = 0
    cpu_s: float = 0

    def times(self, factor: float) -> "ProgramLimits":
        """Give the limits of a call that has so many times as much to do; never less than these."""
        factor = max(1.0, factor)
        return replace(self, wall_s=self.wall_s * factor, cpu_s=self.cpu_s * factor)


def limits_of(name: str) -> ProgramLimits:
    """Give the limits of a program. Raise KeyError for one that has none: no other may be started."""
    return load_program_limits()[name]


@cache
def load_program_limits(path: Path = LIMITS_FILE) -> dict[str, ProgramLimits]:
    """Read the limits, by name of program. Raise ReferenceDataError naming the row that is wrong."""
    rows = rows_of(path, read_reference(path, ("program",), _SCHEMA), "program")
    limits = [_limits(path, number, row) for number, row in enumerate(rows, 1)]
    return {one.name: one for one in limits}


def _limits(path: Path, number: int, row: dict[str, Any]) -> ProgramLimits:
    place = f"program {number}"
    if unknown := row.keys() - {"name", "why", *_FIGURES}:
        raise ReferenceDataError(file=path.name, place=f"{place}.{min(unknown)}", cause=_("there is no such part"))
    for key in _NEEDED:
        if not row.get(key):
            raise ReferenceDataError(file=path.name, place=f"{place}.{key}", cause=_("it is missing"))
    for key in _FIGURES:
        if type(row.get(key, 1)) is not int or row.get(key, 1) < 1:
            cause = _("write a whole number from 1 on")
            raise ReferenceDataError(file=path.name, place=f"{place}.{key}", cause=cause)
    return ProgramLimits(row["name"], **{key: row[key] for key in _FIGURES if key in row})
