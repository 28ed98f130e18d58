"""Working days: Monday to Friday less public holidays, as far as a list of these is at hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from config.errors import ReferenceDataError
from config.i18n import gettext
from config.i18n import mark as _
from config.reference_file import read_reference, rows_of
from config.settings import Settings

HOLIDAYS_FILE = Path(__file__).parents[2] / "config" / "reference" / "holidays.toml"
OWN_FILE = "holidays.toml"
"""In the home folder: a site's own list, as a whole in place of the one that is shipped."""
SCHEMA = 1
_SATURDAY = 5
_KEYS = frozenset({"year", "legal_basis", "days_off", "days_on"})


@dataclass(frozen=True, slots=True)
class YearOff:
    """The holidays of one year, and the weekend days that are worked instead."""

    days_off: frozenset[date]
    days_on: frozenset[date]
    legal_basis: str


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are worked; a year without a list has its weekends alone off."""

    years: Mapping[int, YearOff] = field(default_factory=dict)

    def is_worked(self, day: date) -> bool:
        """Say whether offices work on a day."""
        year = self.years.get(day.year)
        if year is not None and (day in year.days_off or day in year.days_on):
            return day in year.days_on
        return day.weekday() < _SATURDAY

    def between(self, first: date, last: date) -> int:
        """Give how many days are worked from one day to another, both included; 0 when there are none between."""
        return sum(1 for day in _days(first, last) if self.is_worked(day))

    def after(self, day: date, count: int) -> date:
        """Give the day that is the count-th worked one after a day; the day itself for 0."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_worked(day)
        return day

    def knows(self, first: date, last: date) -> bool:
        """Say whether holidays are known for all years between two days."""
        return all(year in self.years for year in range(first.year, last.year + 1))


def working_days_of(settings: Settings) -> WorkingDays:
    """Read the holidays that hold in an installation: its own file where there is one, else those shipped."""
    own = settings.home / OWN_FILE
    return load_working_days(own if own.exists() else HOLIDAYS_FILE)


def load_working_days(path: Path = HOLIDAYS_FILE) -> WorkingDays:
    """Read holidays from their file. Raise ReferenceDataError naming file and place when it is wrong."""
    data = read_reference(path, {"year"}, SCHEMA)
    years: dict[int, YearOff] = {}
    for number, entry in enumerate(rows_of(path, data, "year"), start=1):
        place = f"year {number}"
        if unknown := entry.keys() - _KEYS:
            cause = gettext(_("there is no key {key}")).format(key=min(unknown))
            raise ReferenceDataError(file=path.name, place=place, cause=cause)
        year = entry.get("year")
        if type(year) is not int or year in years:
            raise ReferenceDataError(file=path.name, place=place, cause=_("its year is missing or stands there twice"))
        basis = str(entry.get("legal_basis", "")).strip()
        if not basis:
            raise ReferenceDataError(file=path.name, place=place, cause="legal_basis is missing")
        off, on = (_of_year(path, place, entry, name, year) for name in ("days_off", "days_on"))
        years[year] = YearOff(off, on, basis)
    return WorkingDays(years)


def _of_year(path: Path, place: str, entry: dict[str, Any], name: str, year: int) -> frozenset[date]:
    days = entry.get(name, [])
    if not isinstance(days, list):
        raise ReferenceDataError(file=path.name, place=f"{place}, {name}", cause=_("write its days as a list"))
    for day in days:
        if type(day) is not date or day.year != year:
            raise ReferenceDataError(file=path.name, place=f"{place}, {name}", cause=f"{day!r} is no day of {year}")
    return frozenset(days)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
