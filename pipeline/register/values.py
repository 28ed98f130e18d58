"""Cells of a register as values: dates as Vietnamese offices and spreadsheets write them, and counts.

Nothing is guessed: a date that could be two days, or none, is refused with the reason.
"""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from config.text import accentless, fold_space
from pipeline.register.faults import Fault

Cell = str | int | float | bool | datetime | date | None

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2}", re.ASCII)
_IN_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})", re.ASCII)
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_SERIAL_ZERO = date(1899, 12, 30)
_SERIAL_FIRST, _SERIAL_LAST = 16_438, 73_050
"""1945-01-01 and 2099-12-31 as a spreadsheet counts days."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_MOST = 1_000_000
_DAYS_BY_HEART = 8192
"""A register has the same days in row after row: so many are those of twenty years."""
ERROR_VALUES = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})


class CellRefusedError(Exception):
    """A cell cannot be taken; carries the fault and what is shown of the cell."""

    def __init__(self, fault: Fault, value: str) -> None:
        self.fault = fault
        self.value = value
        super().__init__(fault, value)


def cell_text(cell: Cell) -> str:
    """Give a cell as text: NFC, white space folded, whole numbers without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = fold_space(str(cell))
    if text in ERROR_VALUES:
        raise CellRefusedError(Fault.CELL_ERROR, text)
    return text


def parse_date(cell: Cell, epoch: date = _SERIAL_ZERO) -> date | None:
    """Give the date in a cell, None for an empty one. Raise CellRefusedError when it is not surely one day."""
    if isinstance(cell, datetime):
        return _in_range(cell.date(), cell_text(cell))
    if isinstance(cell, date):
        return _in_range(cell, cell.isoformat())
    if isinstance(cell, str):
        return _typed_date(cell, epoch)
    text = cell_text(cell)
    if not text:
        return None
    if isinstance(cell, bool):
        raise CellRefusedError(Fault.BAD_DATE, text)
    return _from_serial(float(text), text, epoch)


@lru_cache(maxsize=_DAYS_BY_HEART)
def _typed_date(cell: str, epoch: date) -> date | None:
    text = cell_text(cell)
    if text in {"", "-", "–"}:
        return None
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text), text, epoch)
    return _in_range(_from_text(_TIME.sub("", text), text), text)


def written_date(text: str) -> date:
    """Give the date that somebody wrote: 05/03/2026, 5.3.2026, 2026-03-05 or “ngày 05 tháng 3 năm 2026”.

    Raise CellRefusedError when it is not surely one day.
    """
    return _from_text(fold_space(text), text)


def parse_count(cell: Cell, default: int | None) -> int | None:
    """Give the whole number in a cell, the default for an empty one. Raise CellRefusedError when it is none."""
    text = cell_text(cell)
    if not text:
        return default
    if isinstance(cell, bool) or not _COUNT.fullmatch(text) or int(text) > _MOST:
        raise CellRefusedError(Fault.BAD_COUNT, text)
    return int(text)


def _from_text(text: str, shown: str) -> date:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DAY_FIRST.fullmatch(text) or _IN_WORDS.fullmatch(accentless(text).replace(",", "")):
        day, month, year = map(int, match.groups())
    else:
        raise CellRefusedError(Fault.SHORT_YEAR if _SHORT_YEAR.fullmatch(text) else Fault.BAD_DATE, shown)
    if month > 12 >= day:
        raise CellRefusedError(Fault.AMERICAN_DATE, shown)
    try:
        return date(year, month, day)
    except ValueError as err:
        raise CellRefusedError(Fault.BAD_DATE, shown) from err


def _from_serial(serial: float, shown: str, epoch: date) -> date:
    day = (epoch - _SERIAL_ZERO).days + serial
    if not _SERIAL_FIRST <= day <= _SERIAL_LAST:
        raise CellRefusedError(Fault.BAD_DATE, shown)
    return _SERIAL_ZERO + timedelta(days=int(day))


def _in_range(day: date, shown: str) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise CellRefusedError(Fault.BAD_DATE, shown)
    return day
