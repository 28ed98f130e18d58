"""The register rows behind a figure as a file: CSV or XLSX, written as they come."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from config.dates import day_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.lists import ListedEntry
from pipeline.register.faults import plain_cell

HEADER = (
    _("Agency code"),
    _("Mã hồ sơ"),
    _("Solved on"),
    _("In force until"),
    _("Results expected"),
    _("Results digitized"),
    _("Papers expected"),
    _("Papers digitized"),
    _("Scans"),
    _("Signed"),
    _("Stored"),
    _("Digitized"),
)
_WIDTHS = (14, 30, 13, 13, 11, 11, 11, 11, 8, 10, 10, 10)
_DAY = "dd/mm/yyyy"
_YES, _NO = _("yes"), _("no")


def write_list(entries: Iterable[ListedEntry], path: Path) -> int:
    """Write all rows, as XLSX where the path ends so, else as CSV; give how many there were."""
    return _write_xlsx(entries, path) if path.suffix.casefold() == ".xlsx" else _write_csv(entries, path)


def cells_of(one: ListedEntry) -> list[str | int | date | None]:
    """Give a row's cells in the order of HEADER, in the active language."""
    states = (gettext(_YES if is_so else _NO) for is_so in (one.is_signed, one.is_stored, one.is_digitized))
    return [
        one.agency_code,
        plain_cell(one.record_code),
        one.resolved_on,
        one.in_force_until,
        one.results,
        one.results_digitized,
        one.papers,
        one.papers_digitized,
        one.documents,
        *states,
    ]


def _write_csv(entries: Iterable[ListedEntry], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";" if active_language() == "vi" else ",", lineterminator="\r\n")
        writer.writerow([gettext(name) for name in HEADER])
        for one in entries:
            writer.writerow([_text(cell) for cell in cells_of(one)])
            count += 1
    return count


def _text(cell: str | int | date | None) -> str | int:
    if isinstance(cell, date):
        return day_text(cell, "vi") if active_language() == "vi" else cell.isoformat()
    return "" if cell is None else cell


def _write_xlsx(entries: Iterable[ListedEntry], path: Path) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext(_("Records")))
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHIJKL", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    head = [WriteOnlyCell(sheet, gettext(name)) for name in HEADER]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    count = 0
    for one in entries:
        # A cell takes a date as it takes a time; its types do not say so.
        values: list[Any] = list(cells_of(one))
        row = [WriteOnlyCell(sheet, value) for value in values]
        row[2].number_format = row[3].number_format = _DAY
        sheet.append(row)
        count += 1
    book.save(path)
    return count
