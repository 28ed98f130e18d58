"""A list as a workbook, written as it comes: a head that says what it is, then rows whose cells are of their kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from config.clock import VIETNAM
from config.i18n import gettext

DAY, INSTANT, COUNT, TEXT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "#,##0", "@"
_HEAD = PatternFill("solid", fgColor="1F3A5F")
Cell = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: message id of its name, its width in characters, how its cells are shown."""

    name: str
    width: float
    form: str = TEXT


def write_book(
    path: Path, sheet_name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], head: Sequence[str] = ()
) -> int:
    """Write rows under a head of lines, the first of them large; give how many rows there were."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name[:31])
    at = len(head) + 2 if head else 1
    sheet.freeze_panes = f"A{at + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{at}:{at}"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for number, line in enumerate(head):
        cell = WriteOnlyCell(sheet, line)
        cell.font = Font(bold=True, size=14, color="1F3A5F") if number == 0 else Font(color="4A5765")
        sheet.append([cell])
    if head:
        sheet.append([])
    sheet.append([_heading(sheet, column) for column in columns])
    count = 0
    for row in rows:
        sheet.append([_cell(sheet, column, value) for column, value in zip(columns, row, strict=True)])
        count += 1
    sheet.auto_filter.ref = f"A{at}:{get_column_letter(len(columns))}{at + count}"
    book.save(path)
    return count


def _heading(sheet: Any, column: Column) -> Any:
    cell = WriteOnlyCell(sheet, gettext(column.name))
    cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    return cell


def _cell(sheet: Any, column: Column, value: Cell) -> Any:
    if isinstance(value, datetime):
        # Spreadsheets know no zones: Vietnamese time.
        value = value.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0)
    # A cell takes a date as it takes a time; its types do not say so.
    given: Any = value
    cell = WriteOnlyCell(sheet, given)
    if value is not None and not isinstance(value, str):
        cell.number_format = column.form
    return cell
