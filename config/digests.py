"""Until when a hash function proves something: dates as data, with their sources, in config/reference/digests.toml."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from config.errors import ReferenceDataError
from config.i18n import mark as _
from config.reference_file import read_reference, rows_of

DIGESTS_FILE = Path(__file__).parent / "reference" / "digests.toml"
SCHEMA = 1
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DigestDates:
    """From when a hash function is weak (told of), and from when nothing is proven by it; None for not yet."""

    weak_from: datetime | None = None
    unsafe_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Digests:
    """What is to be thought of hash functions, by name; one that is not named was never safe."""

    dates: dict[str, DigestDates]

    def unsafe_from(self, name: str) -> datetime | None:
        """Give the instant from which a function proves nothing, or None while there is none."""
        return self.dates[name].unsafe_from if name in self.dates else _ALWAYS

    def is_safe(self, name: str, moment: datetime) -> bool:
        """Say whether a function still proved something at an instant."""
        end = self.unsafe_from(name)
        return end is None or moment < end

    def is_weak(self, name: str, moment: datetime) -> bool:
        """Say whether a signature made at an instant should not have used a function."""
        begin = self.dates[name].weak_from if name in self.dates else _ALWAYS
        return begin is not None and moment >= begin


@cache
def known_digests() -> Digests:
    """Give the functions this program knows. Raise ReferenceDataError for a damaged file."""
    return load_digests(DIGESTS_FILE)


def load_digests(path: Path) -> Digests:
    """Read a file of hash functions. Raise ReferenceDataError when something in it is wrong."""
    rows = rows_of(path, read_reference(path, {"digest"}, SCHEMA), "digest")
    return Digests(dict(_digest(path, number, row) for number, row in enumerate(rows, 1)))


def _digest(path: Path, number: int, row: dict[str, Any]) -> tuple[str, DigestDates]:
    place = str(row.get("name", f"digest {number}"))
    if not row.get("name") or not row.get("source"):
        raise ReferenceDataError(file=path.name, place=place, cause=_("a name and a source are needed"))
    if unknown := row.keys() - {"name", "source", "weak_from", "unsafe_from"}:
        raise ReferenceDataError(file=path.name, place=f"{place}.{min(unknown)}", cause=_("there is no such part"))
    return place, DigestDates(_instant(path, place, row, "weak_from"), _instant(path, place, row, "unsafe_from"))


def _instant(path: Path, place: str, row: dict[str, Any], key: str) -> datetime | None:
    day = row.get(key)
    if day is None:
        return None
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ReferenceDataError(file=path.name, place=f"{place}.{key}", cause=_("write it as a date: 2031-01-01"))
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
