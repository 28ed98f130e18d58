"""What a report says as plain tables: the one form that workbook, CSV files and terminal are written from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

Cell = str | int | Decimal | date | datetime | None


class Kind(StrEnum):
    """What the cells of a column are, and so how they are written."""

    TEXT = "text"
    COUNT = "count"
    YEAR = "year"
    PERCENT = "percent"
    """To two places, cut off as counted."""
    ASKED = "asked"
    """A share as the law states it."""
    POINTS = "points"
    RATE = "rate"
    """Something a day, or minutes, to one place."""
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    key: str
    name: str
    """Message id of its heading."""
    kind: Kind
    width: int
    """Of a sheet's column, in characters."""
    formula: str = ""
    """How a spreadsheet reckons it: `{key}` is the cell of another column in the same row."""
    is_long: bool = False
    """A text too long for a terminal."""


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a report, its texts in the active language."""

    code: str
    """Names its file."""
    title: str
    """Message id."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...] = ()
    """Sums over all rows; over those alike in the column `summed_by`, where one is named."""
    summed_by: str = ""
    is_of_day: bool = True
    """Counted for the day of the report; else as it stood at the moment of counting, for states keep no past."""

    def place(self, key: str) -> int:
        """Give the position of a column."""
        return next(number for number, column in enumerate(self.columns) if column.key == key)


def row_of(columns: tuple[Column, ...], values: Mapping[str, Cell]) -> Row:
    """Give values in the order of columns, nothing where there is none."""
    return tuple(values.get(column.key) for column in columns)
