"""Progress as a workbook to print and to reckon on with, in the active language."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from config.clock import VIETNAM
from config.dates import day_text, instant_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.model import Attention, Progress
from pipeline.register.faults import plain_cell
from pipeline.reports.rows import FigureRow, agency_rows, level_rows, year_rows
from pipeline.reports.wording import ENVIRONMENTS, LEVELS, attention_reasons, remedy_id
from pipeline.wording import SEVERITIES, reason_id, state_id

Value = str | int | float | datetime | None
# Two places, as counted: a spreadsheet program that showed one would round 99.96 up to 100.0.
_PERCENT, _POINTS, _COUNT, _TEXT = '0.00" %"', "+0.00;-0.00;0.00", "#,##0", "@"
_INSTANT = "dd/mm/yyyy hh:mm"
_HEAD = PatternFill("solid", fgColor="1F3A5F")
_TEST = PatternFill("solid", fgColor="FFE08A")
_LINE = Border(bottom=Side(style="thin", color="B7C0CC"))
_SHORT = PatternFill("solid", fgColor="FBE4E1")
_HEADER_ROW = 4


def write_xlsx(progress: Progress, path: Path) -> None:
    """Write sheets for levels, years, each level's agencies, the queue, findings, what waits and is in no register."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _figures(book, progress, _("By level"), level_rows(progress), _LEVEL_COLUMNS)
    _figures(book, progress, _("By year"), year_rows(progress), _LEVEL_COLUMNS)
    _agencies(book, progress)
    _queue(book, progress)
    _list(book, progress, _("Waiting, refused"), _ATTENTION_COLUMNS, [_attention(one) for one in progress.attention])
    findings: list[list[Value]] = [
        [gettext(reason_id(one.code)), gettext(SEVERITIES.get(one.severity, one.severity)), one.documents]
        for one in progress.findings
    ]
    _list(book, progress, _("Findings"), _FINDING_COLUMNS, findings)
    outside: list[list[Value]] = [[plain_cell(one.record_code), one.agency_code] for one in progress.unregistered]
    _list(book, progress, _("In no register"), _OUTSIDE_COLUMNS, outside)
    book.save(path)


def _agencies(book: Workbook, progress: Progress) -> None:
    """Add a sheet for each level that has agencies."""
    agencies = list(agency_rows(progress))
    for level in progress.levels:
        some = [row for row in agencies if row.level == level.level]
        if some:
            _figures(book, progress, LEVELS[level.level], some, _AGENCY_COLUMNS, is_summed=True)


_LEVEL_COLUMNS = ((_("Level"), 18, _TEXT),)
_AGENCY_COLUMNS = ((_("Agency code"), 16, _TEXT), (_("Agency"), 34, _TEXT), (_("Level"), 14, _TEXT))
_FIGURE_COLUMNS = (
    (_("Measure"), 30, _TEXT),
    (_("Year"), 8, "0"),
    (_("Records"), 11, _COUNT),
    (_("Digitized"), 11, _COUNT),
    (_("Signed"), 11, _COUNT),
    (_("Stored"), 11, _COUNT),
    (_("Not scanned"), 12, _COUNT),
    (_("Share"), 10, _PERCENT),
    (_("Target"), 10, _PERCENT),
    (_("Gap (points)"), 13, _POINTS),
    (_("Results expected"), 13, _COUNT),
    (_("Results digitized"), 13, _COUNT),
    (_("Papers expected"), 13, _COUNT),
    (_("Papers digitized"), 13, _COUNT),
    (_("Legal basis"), 48, _TEXT),
)
_GAP_FROM_LEFT = 9
_ATTENTION_COLUMNS = (
    (_("Mã hồ sơ"), 28, _TEXT),
    (_("Agency code"), 16, _TEXT),
    (_("State"), 28, _TEXT),
    (_("Reason"), 54, _TEXT),
    (_("What to do"), 54, _TEXT),
    (_("Since"), 18, _INSTANT),
    (_("Document id"), 38, _TEXT),
)
_FINDING_COLUMNS = ((_("Finding"), 60, _TEXT), (_("Kind"), 16, _TEXT), (_("Documents"), 12, _COUNT))
_OUTSIDE_COLUMNS = ((_("Mã hồ sơ"), 34, _TEXT), (_("Agency code"), 18, _TEXT))


def _figures(
    book: Workbook,
    progress: Progress,
    title: str,
    rows: Iterable[FigureRow],
    first: Sequence[tuple[str, int, str]],
    *,
    is_summed: bool = False,
) -> None:
    """Add a sheet of figures; shares, gaps and sums are formulas, so that the sheet goes on reckoning."""
    columns = (*first, *_FIGURE_COLUMNS)
    language = active_language()
    moment = gettext(_("As of {day}, counted at {instant}")).format(
        day=day_text(progress.as_of, language), instant=instant_text(progress.counted_at, language)
    )
    sheet = _sheet(book, progress, title, columns, moment)
    gap_column = len(first) + _GAP_FROM_LEFT + 1
    totals: dict[str, FigureRow] = {}
    for row in rows:
        totals.setdefault(row.metric_id, row)
        own: list[Value] = [gettext(row.level_id)]
        if len(first) > 1:
            own = [row.agency_code, plain_cell(row.agency_name), *own]
        number = _add(sheet, columns, [*own, *_figure_cells(row)])
        _reckon(sheet, number, gap_column)
        if row.measure.gap is not None and row.measure.gap < 0:
            sheet.cell(number, gap_column).fill = _SHORT
    last = sheet.max_row
    _finish(sheet, columns)
    if is_summed:
        for row in totals.values():
            _sum_up(sheet, columns, row, last, gap_column)


def _reckon(sheet: Worksheet, number: int, gap_column: int) -> None:
    """Let share and gap of a row be reckoned from its counts, rounded as everywhere: down to two places."""
    records, digitized, share, target = (
        f"{get_column_letter(gap_column + offset)}{number}" for offset in (-7, -6, -2, -1)
    )
    sheet.cell(number, gap_column - 2).value = f'=IF({records}=0,"",ROUNDDOWN(100*{digitized}/{records},2))'
    sheet.cell(number, gap_column).value = f'=IF(OR({share}="",{target}=""),"",ROUND({share}-{target},2))'


def _sum_up(
    sheet: Worksheet, columns: Sequence[tuple[str, int, str]], row: FigureRow, last: int, gap_column: int
) -> None:
    """Add the sum of one measure over all rows of a sheet."""
    values: list[Value] = [gettext(_("All")), "", gettext(row.level_id), *_figure_cells(row)]
    number = _add(sheet, columns, values)
    metric = get_column_letter(gap_column - 9)
    for column in (*range(gap_column - 7, gap_column - 2), *range(gap_column + 1, gap_column + 5)):
        letter = get_column_letter(column)
        over = f"${metric}${_HEADER_ROW + 1}:${metric}${last},{metric}{number}"
        sheet.cell(number, column).value = f"=SUMIF({over},{letter}${_HEADER_ROW + 1}:{letter}${last})"
    _reckon(sheet, number, gap_column)
    for column in range(1, len(columns) + 1):
        sheet.cell(number, column).font = Font(bold=True)


def _figure_cells(row: FigureRow) -> list[Value]:
    tally, target, gap = row.measure.tally, row.measure.target, row.measure.gap
    return [
        gettext(row.metric_id),
        row.year,
        tally.records,
        tally.digitized,
        tally.signed,
        tally.stored,
        tally.unscanned,
        None if tally.share is None else float(tally.share),
        None if target is None else target.percent,
        None if gap is None else float(gap),
        tally.results_expected,
        tally.results_digitized,
        tally.papers_expected,
        tally.papers_digitized,
        target.legal_basis if target else "",
    ]


def _queue(book: Workbook, progress: Progress) -> None:
    levels = [level.level for level in progress.levels]
    columns = (
        (_("State"), 38, _TEXT),
        *((LEVELS[level], 14, _COUNT) for level in levels),
        (_("All"), 12, _COUNT),
    )
    rows: list[list[Value]] = [
        [
            gettext(state_id(one.state)),
            *(one.by_level.get(level or "unknown", 0) for level in levels),
            one.documents,
        ]
        for one in progress.queue
    ]
    _list(book, progress, _("By state"), columns, rows)


def _attention(one: Attention) -> list[Value]:
    reasons = [
        f"{gettext(field)}: {gettext(reason)}" if field else gettext(reason) for reason, field in attention_reasons(one)
    ]
    remedy = remedy_id(one)
    return [
        plain_cell(one.record_code or ""),
        plain_cell(one.agency_code),
        gettext(state_id(one.state)),
        "; ".join(reasons),
        gettext(remedy) if remedy else "",
        # Spreadsheets know no zones: Vietnamese time.
        one.since.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0),
        str(one.document_id or ""),
    ]


def _list(
    book: Workbook,
    progress: Progress,
    title: str,
    columns: Sequence[tuple[str, int, str]],
    rows: Iterable[Sequence[Value]],
) -> None:
    """Add a sheet of what stands at the moment of counting: states keep no past, whatever day is counted for."""
    instant = instant_text(progress.counted_at, active_language())
    sheet = _sheet(
        book, progress, title, columns, gettext(_("As of the moment of counting, {instant}")).format(instant=instant)
    )
    for row in rows:
        _add(sheet, columns, row)
    _finish(sheet, columns)


def _sheet(
    book: Workbook, progress: Progress, title: str, columns: Sequence[tuple[str, int, str]], moment: str
) -> Worksheet:
    sheet: Worksheet = book.create_sheet(gettext(title)[:31])
    sheet["A1"] = gettext(_("Progress of digitization")) + " – " + gettext(title)
    sheet["A1"].font = Font(bold=True, size=14, color="1F3A5F")
    sheet["A2"] = moment
    if progress.is_test:
        sheet["A3"] = gettext(ENVIRONMENTS[progress.environment])
        sheet["A3"].font, sheet["A3"].fill = Font(bold=True), _TEST
    for column, (name, width, _format) in enumerate(columns, start=1):
        cell = sheet.cell(_HEADER_ROW, column, gettext(name))
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[_HEADER_ROW].height = 32
    return sheet


def _add(sheet: Worksheet, columns: Sequence[tuple[str, int, str]], values: Sequence[Value]) -> int:
    number = sheet.max_row + 1
    for column, ((_name, _width, form), value) in enumerate(zip(columns, values, strict=True), start=1):
        cell = sheet.cell(number, column, value)
        cell.number_format, cell.border = form, _LINE
        cell.alignment = Alignment(vertical="top", wrap_text=form == _TEXT)
    return number


def _finish(sheet: Worksheet, columns: Sequence[tuple[str, int, str]]) -> None:
    sheet.freeze_panes = f"B{_HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEADER_ROW}:{get_column_letter(len(columns))}{max(sheet.max_row, _HEADER_ROW)}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"
    if sheet.oddFooter is not None and sheet.oddFooter.center is not None:
        sheet.oddFooter.center.text = "&P / &N"
