"""What a person should know about a sheet of a register besides its rows: none of it is an error."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from pipeline.register.values import Cell


@dataclass(frozen=True, slots=True)
class OtherAgency:
    """Rows counted for one agency whose mã hồ sơ begins with another's code: an office may receive for others."""

    code_agency: str
    agency: str
    column: str
    """The column that says the agency."""
    rows: int
    first_row: int


@dataclass(slots=True)
class SheetNotes:
    """What a person should know about a sheet besides its rows."""

    unused_columns: tuple[str, ...] = ()
    repeated_headers: list[int] = field(default_factory=list)
    is_read: bool = False
    has_content: bool = False
    swapped_dates: list[str] = field(default_factory=list)
    other_agencies: dict[tuple[str, str], OtherAgency] = field(default_factory=dict)

    def compare_agencies(self, code_agency: str, agency: str, column: str, row: int) -> None:
        """Note a row whose mã hồ sơ is of another agency than the one it is counted for."""
        if not _are_of_one_line(code_agency, agency):
            first = OtherAgency(code_agency, agency, column, 0, row)
            known = self.other_agencies.get((code_agency, agency), first)
            self.other_agencies[code_agency, agency] = replace(known, rows=known.rows + 1)


@dataclass(slots=True)
class DateColumn:
    """Counts that betray a column whose days and months the spreadsheet program has swapped."""

    real: int = 0
    real_late_days: int = 0
    text_late_days: int = 0

    def note(self, cell: Cell, day: date | None) -> None:
        """Count a cell and the day read from it."""
        if day is None:
            return
        if isinstance(cell, datetime):
            self.real += 1
            self.real_late_days += day.day > 12
        elif isinstance(cell, str):
            self.text_late_days += day.day > 12

    @property
    def looks_swapped(self) -> bool:
        """Whether real dates all have days up to 12 beside texts with later ones."""
        return self.real > 0 and self.real_late_days == 0 and self.text_late_days > 0


def _are_of_one_line(code: str, other: str) -> bool:
    """Say whether one agency stands above the other, or is it: the older spelling often names the province alone."""
    return all(a == b for a, b in zip(code.split("."), other.split("."), strict=False))
