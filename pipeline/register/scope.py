"""What a register file claims to list in full: agencies, and the days its records were solved on."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_

from storage.ledger.models import RegisterEntry


@dataclass(frozen=True, slots=True)
class Scope:
    """Agencies, and a period for files that list one month or year; None: no edge."""

    agencies: tuple[str, ...]
    first_day: date | None = None
    last_day: date | None = None

    def __str__(self) -> str:
        period = "" if self.first_day is None and self.last_day is None else f" {self._edge()}"
        return ",".join(sorted(self.agencies)) + period

    def holds(self) -> ColumnElement[bool]:
        """Give the condition under which a register entry is of this scope."""
        conditions: list[ColumnElement[bool]] = [RegisterEntry.agency_code.in_(self.agencies)]
        if self.first_day is not None:
            conditions.append(RegisterEntry.resolved_on >= self.first_day)
        if self.last_day is not None:
            conditions.append(RegisterEntry.resolved_on <= self.last_day)
        return and_(*conditions)

    def _edge(self) -> str:
        first, last = self.first_day, self.last_day
        return f"{first.isoformat() if first else ''}..{last.isoformat() if last else ''}"
