"""Until when hash functions and keys prove something: dates as data, with sources, in config/reference/digests.toml."""

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
    """From when a hash function or key is weak (told of), and from when it proves nothing; None for not yet."""

    weak_from: datetime | None = None
    unsafe_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyDates:
    """What is to be thought of keys of a kind (rsa, ec) that have so many bits at most."""

    kind: str
    most_bits: int
    dates: DigestDates


@dataclass(frozen=True, slots=True)
class Digests:
    """What is to be thought of hash functions, by name, and of keys; a function that is not named was never safe."""

    dates: dict[str, DigestDates]
    keys: tuple[KeyDates, ...] = ()

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

    def of_key(self, kind: str, bits: int) -> DigestDates:
        """Give the dates of keys of a kind and length; none where keys of that kind last as long, or are not judged."""
        fitting = [row for row in self.keys if row.kind == kind and bits <= row.most_bits]
        return min(fitting, key=lambda row: row.most_bits).dates if fitting else DigestDates()


@cache
def known_digests() -> Digests:
    """Give the functions this program knows. Raise ReferenceDataError for a damaged file."""
    return load_digests(DIGESTS_FILE)


def load_digests(path: Path) -> Digests:
    """Read a file of hash functions and keys. Raise ReferenceDataError when something in it is wrong."""
    body = read_reference(path, {"digest", "key"}, SCHEMA)
    functions = (_digest(path, number, row) for number, row in enumerate(rows_of(path, body, "digest"), 1))
    keys = (_key(path, number, row) for number, row in enumerate(rows_of(path, body, "key"), 1))
    return Digests(dict(functions), tuple(keys))


def _digest(path: Path, number: int, row: dict[str, Any]) -> tuple[str, DigestDates]:
    place = str(row.get("name", f"digest {number}"))
    if not row.get("name") or not row.get("source"):
        raise ReferenceDataError(file=path.name, place=place, cause=_("a name and a source are needed"))
    if unknown := row.keys() - {"name", "source", "weak_from", "unsafe_from"}:
        raise ReferenceDataError(file=path.name, place=f"{place}.{min(unknown)}", cause=_("there is no such part"))
    return place, DigestDates(_instant(path, place, row, "weak_from"), _instant(path, place, row, "unsafe_from"))


def _key(path: Path, number: int, row: dict[str, Any]) -> KeyDates:
    place, kind, bits = f"key {number}", row.get("kind"), row.get("most_bits")
    if not (isinstance(kind, str) and type(bits) is int and row.get("source")):
        raise ReferenceDataError(file=path.name, place=place, cause=_("kind, most_bits and a source are needed"))
    if unknown := row.keys() - {"kind", "most_bits", "source", "weak_from", "unsafe_from"}:
        raise ReferenceDataError(file=path.name, place=f"{place}.{min(unknown)}", cause=_("there is no such part"))
    dates = DigestDates(_instant(path, place, row, "weak_from"), _instant(path, place, row, "unsafe_from"))
    return KeyDates(kind, bits, dates)


def _instant(path: Path, place: str, row: dict[str, Any], key: str) -> datetime | None:
    day = row.get(key)
    if day is None:
        return None
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ReferenceDataError(file=path.name, place=f"{place}.{key}", cause=_("write it as a date: 2031-01-01"))
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
