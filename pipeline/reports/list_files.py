"""The register rows behind a figure as a file: CSV or XLSX, written as they come."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from config.dates import day_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.lists import ListedEntry
from pipeline.register.faults import plain_cell
from pipeline.reports.list_book import COUNT, DAY, Column, write_book

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
    Column(_("Signed"), 10),
    Column(_("Stored"), 10),
    Column(_("Digitized"), 10),
)
HEADER = tuple(column.name for column in COLUMNS)
_YES, _NO = _("yes"), _("no")


def write_list(entries: Iterable[ListedEntry], path: Path) -> int:
    """Write all rows, as XLSX where the path ends so, else as CSV; give how many there were."""
    if path.suffix.casefold() == ".xlsx":
        return write_list_book(entries, path)
    return _write_csv(entries, path)


def write_list_book(entries: Iterable[ListedEntry], path: Path, head: Sequence[str] = ()) -> int:
    """Write all rows as XLSX under a head of lines; give how many there were."""
    return write_book(path, gettext(_("Records")), COLUMNS, (cells_of(one) for one in entries), head)


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
