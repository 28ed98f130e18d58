"""Progress as a workbook to print and to reckon on with, in the active language: a sheet a table, formulas live."""

from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook

from pipeline.progress.model import Progress
from pipeline.reports.all_sections import sections_of
from pipeline.reports.cached_values import put_values
from pipeline.reports.section_sheet import add_section
from pipeline.reports.sections import Section


def write_xlsx(progress: Progress, path: Path) -> None:
    """Write a sheet for each table of the report."""
    write_sheets(progress, sections_of(progress), path)


def write_sheets(progress: Progress, tables: Iterable[Section], path: Path) -> None:
    """Write a sheet for each of some tables. What formulas come to stands beside them."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sections = enumerate(tables, start=1)
    values = {number: add_section(book, progress, section) for number, section in sections}
    book.save(path)
    put_values(path, values)
