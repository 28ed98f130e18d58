"""Progress as CSV for a spreadsheet program: UTF-8 with its mark, separators of the active language, a file a table.

A Vietnamese spreadsheet program takes the comma for the decimal sign and expects semicolons between cells.
Programs read the JSON report instead.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from config.clock import VIETNAM
from config.dates import day_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.model import Progress
from pipeline.register.faults import plain_cell
from pipeline.reports.all_sections import sections_of
from pipeline.reports.sections import Cell, Column, Kind, Section
from pipeline.reports.wording import ENVIRONMENTS

_AS_OF, _KIND = _("As of"), _("Kind of data")


def write_csv(progress: Progress, path: Path) -> tuple[Path, ...]:
    """Write the shares by level to the file, and each other table to one beside it; give all of them."""
    return write_files(progress, sections_of(progress), path)


def write_files(progress: Progress, tables: Iterable[Section], path: Path) -> tuple[Path, ...]:
    """Write the first of some tables to the file, and each other one beside it, by its code; give all of them."""
    written: list[Path] = []
    for section in tables:
        target = path if not written else path.with_name(f"{path.stem}-{section.code}{path.suffix}")
        _write(progress, section, target)
        written.append(target)
    return tuple(written)


def _write(progress: Progress, section: Section, path: Path) -> None:
    is_vietnamese = active_language() == "vi"
    last = (_day(progress.as_of, is_vietnamese=is_vietnamese), gettext(ENVIRONMENTS[progress.environment]))
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";" if is_vietnamese else ",", lineterminator="\r\n")
        writer.writerow([*(_heading(column) for column in section.columns), gettext(_AS_OF), gettext(_KIND)])
        for row in section.rows:
            writer.writerow([*_cells(section, row, is_vietnamese=is_vietnamese), *last])


def _heading(column: Column) -> str:
    name = gettext(column.name)
    return f"{name} (%)" if column.kind in {Kind.PERCENT, Kind.ASKED} else name


def _cells(section: Section, row: tuple[Cell, ...], *, is_vietnamese: bool) -> Iterator[str | int]:
    for column, value in zip(section.columns, row, strict=True):
        yield _text(value, column.kind, is_vietnamese=is_vietnamese)


def _text(value: Cell, kind: Kind, *, is_vietnamese: bool) -> str | int:
    if value is None:
        return ""
    if isinstance(value, str):
        return plain_cell(value)
    if isinstance(value, Decimal):
        text = f"{value:.1f}" if kind is Kind.RATE else f"{value:.2f}"
        return text.replace(".", ",") if is_vietnamese else text
    if isinstance(value, datetime):
        local = value.astimezone(VIETNAM)
        return f"{local:%d/%m/%Y %H:%M}" if is_vietnamese else f"{local:%Y-%m-%d %H:%M}"
    return _day(value, is_vietnamese=is_vietnamese) if isinstance(value, date) else value


def _day(value: date, *, is_vietnamese: bool) -> str:
    return day_text(value, "vi") if is_vietnamese else value.isoformat()
