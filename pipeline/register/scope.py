"""What a register file claims to list in full: agencies, and the days its records were solved on."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false

from storage.ledger.models import RegisterEntry

SUPPLEMENT = " supplement"
"""How the ledger marks the scope of a file that lists nothing in full."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Agencies, and a period for files that list one month or year; None: no edge."""

    agencies: tuple[str, ...]
    first_day: date | None = None
    last_day: date | None = None
    is_supplement: bool = False
    """The file adds and corrects rows of these agencies and lists nothing in full: what it lacks is not missing."""

    def __str__(self) -> str:
        period = "" if self.first_day is None and self.last_day is None else f" {self._edge()}"
        return ",".join(sorted(self.agencies)) + period + (SUPPLEMENT if self.is_supplement else "")

    def holds(self) -> ColumnElement[bool]:
        """Give the condition under which a register entry is of this scope, so that the file must hold it."""
        if self.is_supplement:
            return false()
        conditions: list[ColumnElement[bool]] = [RegisterEntry.agency_code.in_(self.agencies)]
        if self.first_day is not None:
            conditions.append(RegisterEntry.resolved_on >= self.first_day)
        if self.last_day is not None:
            conditions.append(RegisterEntry.resolved_on <= self.last_day)
        return and_(*conditions)

    def _edge(self) -> str:
        first, last = self.first_day, self.last_day
        return f"{first.isoformat() if first else ''}..{last.isoformat() if last else ''}"
