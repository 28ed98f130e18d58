"""A register file as sheets of rows, one row at a time, whichever format it comes in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.errors import EmptyFileError, RegisterFileError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.register.csv_file import csv_rows
from pipeline.register.values import Cell
from pipeline.register.xlsx_file import xlsx_sheets


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, empty for a CSV file, its rows, and the day its serial numbers count from."""

    name: str
    rows: Iterator[Sequence[Cell]]
    epoch: date


def open_sheets(path: Path) -> Iterator[Sheet]:
    """Give the sheets of a register file. Raise an InputRefusedError when it cannot be read as a whole."""
    if not path.is_file():
        raise RegisterFileError(file=path.name, cause=gettext(_("there is no such file")))
    with path.open("rb") as source:
        start = source.read(8)
    if not start:
        raise EmptyFileError(file=path.name)
    if start.startswith(b"PK\x03\x04"):
        for name, rows, epoch in xlsx_sheets(path):
            yield Sheet(name, rows, epoch)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        raise RegisterFileError(file=path.name, cause=gettext(_("old or encrypted Excel files (.xls) are not read")))
    elif start.startswith(b"%PDF"):
        raise RegisterFileError(file=path.name, cause=gettext(_("this is a PDF, not a table")))
    else:
        yield Sheet("", csv_rows(path), date(1899, 12, 30))
