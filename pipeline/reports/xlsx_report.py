"""Progress as a workbook to print and to reckon on with, in the active language: a sheet a table, formulas live."""

from pathlib import Path

from openpyxl import Workbook

from pipeline.progress.model import Progress
from pipeline.reports.all_sections import sections_of
from pipeline.reports.cached_values import put_values
from pipeline.reports.section_sheet import add_section


def write_xlsx(progress: Progress, path: Path) -> None:
    """Write a sheet for each table of the report. What formulas come to stands beside them."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sections = enumerate(sections_of(progress), start=1)
    values = {number: add_section(book, progress, section) for number, section in sections}
    book.save(path)
    put_values(path, values)
