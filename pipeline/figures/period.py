"""Periods that supplied figures are of: a year, a quarter, a month."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from config.text import accentless

_YEAR = re.compile(r"(?:nam )?(\d{4})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})[-/ ]?q(?:uy)? ?([1-4])|q(?:uy)? ?([1-4])[-/ ](?:nam )?(\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{1,2})|(?:thang )?(\d{1,2})[/-](\d{4})", re.ASCII)
_FIRST, _LAST = 2000, 2100


@dataclass(frozen=True, slots=True)
class Period:
    """Some months of one year, both ends included."""

    year: int
    first_month: int
    last_month: int

    def __str__(self) -> str:
        if self.first_month == self.last_month:
            return f"{self.year}-{self.first_month:02}"
        is_year = self.last_month - self.first_month == 11
        return f"{self.year}" if is_year else f"{self.year}-Q{self.last_month // 3}"

    @property
    def last_day(self) -> date:
        """The last day of its last month."""
        return date(self.year, self.last_month, monthrange(self.year, self.last_month)[1])

    def overlaps(self, other: "Period") -> bool:
        """Say whether a month belongs to both."""
        months = self.first_month <= other.last_month and other.first_month <= self.last_month
        return self.year == other.year and months


def parse_period(text: str) -> Period | None:
    """Give the period a text means, None when it means none."""
    plain = accentless(text).strip()
    if found := _YEAR.fullmatch(plain):
        return _period(int(found[1]), 1, 12)
    if found := _QUARTER.fullmatch(plain):
        quarter = int(found[2] or found[3])
        return _period(int(found[1] or found[4]), 3 * quarter - 2, 3 * quarter)
    if found := _MONTH.fullmatch(plain):
        month = int(found[2] or found[3])
        return _period(int(found[1] or found[4]), month, month) if 1 <= month <= 12 else None
    return None


def _period(year: int, first: int, last: int) -> Period | None:
    return Period(year, first, last) if _FIRST <= year < _LAST else None
