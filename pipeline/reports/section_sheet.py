"""One table of a report as a sheet: its head, its cells, formulas for shares, gaps and sums, and how it prints."""

from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from config.clock import VIETNAM
from config.dates import day_text, instant_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.model import Progress
from pipeline.register.faults import plain_cell
from pipeline.reports.cached_values import Value
from pipeline.reports.sections import Cell, Column, Kind, Row, Section
from pipeline.reports.wording import ENVIRONMENTS

FORMATS = {
    Kind.TEXT: "@",
    Kind.COUNT: "#,##0",
    Kind.YEAR: "0",
    # Two places, as counted: a spreadsheet program that showed one would round 99.96 up to 100.0.
    Kind.PERCENT: '0.00" %"',
    Kind.ASKED: '0.00" %"',
    Kind.POINTS: "+0.00;-0.00;0.00",
    Kind.RATE: "#,##0.0",
    Kind.DAY: "dd/mm/yyyy",
    Kind.INSTANT: "dd/mm/yyyy hh:mm",
}
HEADER_ROW = 4
_HEAD = PatternFill("solid", fgColor="1F3A5F")
_TEST = PatternFill("solid", fgColor="FFE08A")
_SHORT = PatternFill("solid", fgColor="FBE4E1")
_LINE = Border(bottom=Side(style="thin", color="B7C0CC"))
_LONGEST_TITLE = 31


def add_section(book: Workbook, progress: Progress, section: Section) -> dict[str, Value]:
    """Add the sheet of a table; give what its formulas come to, by cell."""
    sheet = add_sheet(book, progress, section)
    values: dict[str, Value] = {}
    for number, row in enumerate(section.rows, start=HEADER_ROW + 1):
        values |= _add(sheet, section, number, row)
    last = HEADER_ROW + len(section.rows)
    for number, row in enumerate(section.totals, start=last + 1):
        values |= _add(sheet, section, number, row, last)
        for cell in sheet[number]:
            cell.font = Font(bold=True)
    _finish(sheet, section, last)
    return values


def sheet_title(section: Section) -> str:
    """Give the name on a sheet's tab."""
    return gettext(section.title)[:_LONGEST_TITLE]


def add_sheet(book: Workbook, progress: Progress, section: Section) -> Worksheet:
    """Add a sheet with its head and the headings of its columns."""
    sheet: Worksheet = book.create_sheet(sheet_title(section))
    sheet["A1"] = f"{gettext(_('Progress of digitization'))} – {gettext(section.title)}"
    sheet["A1"].font = Font(bold=True, size=14, color="1F3A5F")
    sheet["A2"] = _moment(progress, section)
    if progress.is_test:
        sheet["A3"] = gettext(ENVIRONMENTS[progress.environment])
        sheet["A3"].font, sheet["A3"].fill = Font(bold=True), _TEST
    for number, column in enumerate(section.columns, start=1):
        cell = sheet.cell(HEADER_ROW, number, gettext(column.name))
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[HEADER_ROW].height = 32
    return sheet


def _moment(progress: Progress, section: Section) -> str:
    language = active_language()
    instant = instant_text(progress.counted_at, language)
    if not section.is_of_day:
        return gettext(_("As of the moment of counting, {instant}")).format(instant=instant)
    day = day_text(progress.as_of, language)
    return gettext(_("As of {day}, counted at {instant}")).format(day=day, instant=instant)


def _add(sheet: Worksheet, section: Section, number: int, row: Row, summed_to: int = 0) -> dict[str, Value]:
    """Add a row: of a total, whose counts are sums over the rows down to `summed_to`, where that is given."""
    values: dict[str, Value] = {}
    for place, (column, value) in enumerate(zip(section.columns, row, strict=True), start=1):
        cell = sheet.cell(number, place)
        shown = cell_value(value)
        formula = _formula(section, column, number, place, summed_to)
        if formula:
            cell.value = formula
            values[cell.coordinate] = "" if shown is None else shown if isinstance(shown, int | float) else str(shown)
        else:
            cell.value = plain_cell(shown) if isinstance(shown, str) else shown
        cell.number_format, cell.border = FORMATS[column.kind], _LINE
        cell.alignment = Alignment(vertical="top", wrap_text=column.kind is Kind.TEXT)
        if column.kind is Kind.POINTS and isinstance(value, Decimal) and value < 0:
            cell.fill = _SHORT
    return values


def cell_value(value: Cell) -> str | int | float | date | datetime | None:
    """Give a value as spreadsheets hold it; they know no zones, so times are Vietnamese ones."""
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0)
    return float(value) if isinstance(value, Decimal) else value


def _formula(section: Section, column: Column, number: int, place: int, summed_to: int) -> str:
    if column.formula:
        cells = {one.key: f"{get_column_letter(at)}{number}" for at, one in enumerate(section.columns, start=1)}
        return column.formula.format_map(cells)
    if not summed_to or column.kind is not Kind.COUNT:
        return ""
    letter = get_column_letter(place)
    over = f"{letter}${HEADER_ROW + 1}:{letter}${summed_to}"
    if not section.summed_by:
        return f"=SUM({over})"
    by = get_column_letter(section.place(section.summed_by) + 1)
    return f"=SUMIF(${by}${HEADER_ROW + 1}:${by}${summed_to},{by}{number},{over})"


def _finish(sheet: Worksheet, section: Section, last: int) -> None:
    sheet.freeze_panes = f"B{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(len(section.columns))}{max(last, HEADER_ROW)}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    if sheet.oddFooter is not None and sheet.oddFooter.center is not None:
        sheet.oddFooter.center.text = "&P / &N"
