"""The register rows behind a figure as a file: CSV or XLSX, written as they come."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from config.clock import legal_date
from config.dates import day_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.lists import ListedEntry
from pipeline.progress.unregistered import ScannedOutside
from pipeline.register.faults import plain_cell
from pipeline.reports.list_book import COUNT, DAY, Column, write_book

Value = str | int | date | None
COLUMNS = (
    Column(_("Agency code"), 14),
    Column(_("Mã hồ sơ"), 30),
    Column(_("Solved on"), 13, DAY),
    Column(_("In force until"), 13, DAY),
    Column(_("Results expected"), 11, COUNT),
    Column(_("Results digitized"), 11, COUNT),
    Column(_("Papers expected"), 11, COUNT),
    Column(_("Papers digitized"), 11, COUNT),
    Column(_("Scans"), 8, COUNT),
    Column(_("Pages stated"), 10, COUNT),
    Column(_("Pages scanned"), 10, COUNT),
    Column(_("Signed"), 10),
    Column(_("Stored"), 10),
    Column(_("Digitized"), 10),
)
HEADER = tuple(column.name for column in COLUMNS)
OUTSIDE_COLUMNS = (
    Column(_("Agency code"), 14),
    Column(_("Mã hồ sơ"), 30),
    Column(_("Scans"), 8, COUNT),
    Column(_("Pages scanned"), 10, COUNT),
    Column(_("Came in on"), 13, DAY),
    Column(_("In no register because"), 40),
)
OUTSIDE_HEADER = tuple(column.name for column in OUTSIDE_COLUMNS)
_WITHDRAWN, _NO_ROW = _("its row was withdrawn"), _("no file has a row of this code")
_YES, _NO = _("yes"), _("no")


def write_list(entries: Iterable[ListedEntry], path: Path) -> int:
    """Write all rows, as XLSX where the path ends so, else as CSV; give how many there were."""
    if path.suffix.casefold() == ".xlsx":
        return write_list_book(entries, path)
    return _write_csv(HEADER, map(cells_of, entries), path)


def write_outside(records: Iterable[ScannedOutside], path: Path) -> int:
    """Write all records that no register counts, likewise."""
    if path.suffix.casefold() == ".xlsx":
        return write_outside_book(records, path)
    return _write_csv(OUTSIDE_HEADER, map(outside_cells, records), path)


def write_list_book(entries: Iterable[ListedEntry], path: Path, head: Sequence[str] = ()) -> int:
    """Write all rows as XLSX under a head of lines; give how many there were."""
    return write_book(path, gettext(_("Records")), COLUMNS, (cells_of(one) for one in entries), head)


def write_outside_book(records: Iterable[ScannedOutside], path: Path, head: Sequence[str] = ()) -> int:
    """Write all records that no register counts as XLSX, likewise."""
    return write_book(path, gettext(_("Records")), OUTSIDE_COLUMNS, map(outside_cells, records), head)


def cells_of(one: ListedEntry) -> list[Value]:
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
        one.pages_expected,
        one.pages,
        *states,
    ]


def outside_cells(one: ScannedOutside) -> list[Value]:
    """Give a record's cells in the order of OUTSIDE_COLUMNS, in the active language."""
    why = gettext(_WITHDRAWN if one.is_withdrawn else _NO_ROW)
    return [one.agency_code, plain_cell(one.record_code), one.documents, one.pages, legal_date(one.came_in_at), why]


def _write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";" if active_language() == "vi" else ",", lineterminator="\r\n")
        writer.writerow([gettext(name) for name in header])
        for row in rows:
            writer.writerow([_text(cell) for cell in row])
            count += 1
    return count


def _text(cell: Value) -> str | int:
    if isinstance(cell, date):
        return day_text(cell, "vi") if active_language() == "vi" else cell.isoformat()
    return "" if cell is None else cell
