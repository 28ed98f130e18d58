"""What a person should know about a sheet of a register besides its rows: none of it is an error."""

from dataclasses import dataclass, field
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
    is_returned: bool = False
    """It holds rows that were given back to be corrected."""
    has_content: bool = False
    swapped_dates: list[str] = field(default_factory=list)


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
