"""The tables of a report in the terminal; one too wide goes on in a second table with the same first columns."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from config.dates import day_text, instant_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.model import Progress
from pipeline.reports.all_sections import sections_of
from pipeline.reports.numbers import NONE, count_text, decimal_text, percent_text, points_text
from pipeline.reports.sections import Cell, Column, Kind, Section

_WIDEST_TEXT = 26
_GAP = 1
_KEYS = 2
"""Columns that say what a line is of, at most; they are repeated where a table goes on."""


def section_tables(progress: Progress, width: int) -> Iterator[Table]:
    """Give every table of the report, none wider than a terminal."""
    is_first = True
    for section in sections_of(progress):
        if not section.rows:
            continue
        for table in tables_of(progress, section, width):
            if is_first:
                table.title = _headed(progress, table.title)
            is_first = False
            yield table


def _headed(progress: Progress, title: str | Text | None) -> Text:
    """Put the day above the first table, and that the data are for tests where they are."""
    language = active_language()
    moment = gettext(_("As of {day}, counted at {instant}")).format(
        day=day_text(progress.as_of, language), instant=instant_text(progress.counted_at, language)
    )
    head = Text(moment)
    if progress.is_test:
        head.append("\n").append(gettext(_("TEST data: no legal value")), style="reverse")
    return head.append("\n\n").append(Text(str(title), style="bold"))


def cell_text(value: Cell, kind: Kind, language: str) -> str:
    """Give a value as officials write it, a dash where there is none."""
    if value is None or value == "":
        return NONE
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return _decimal(value, kind, language)
    if isinstance(value, datetime):
        return instant_text(value, language)
    if isinstance(value, date):
        return day_text(value, language)
    return str(value) if kind is Kind.YEAR else count_text(value, language)


def _decimal(value: Decimal, kind: Kind, language: str) -> str:
    if kind is Kind.POINTS:
        return points_text(value, language)
    if kind is Kind.ASKED:
        return percent_text(float(value), language)
    return percent_text(value, language) if kind is Kind.PERCENT else decimal_text(value, language)


def tables_of(progress: Progress, section: Section, width: int) -> Iterator[Table]:
    """Give one table, in parts where it is too wide."""
    language = active_language()
    rows = [
        [cell_text(value, column.kind, language) for column, value in zip(section.columns, row, strict=True)]
        for row in (*section.rows, *section.totals)
    ]
    shown = [number for number, column in enumerate(section.columns) if not column.is_long or len(section.columns) < 5]
    shown = [number for number in shown if any(row[number] != NONE for row in rows)]
    title = gettext(section.title)
    if not section.is_of_day:
        title += ", " + gettext(_("as it stood at {instant}")).format(
            instant=instant_text(progress.counted_at, language)
        )
    for part, places in enumerate(_parts(section.columns, rows, shown, width)):
        table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0), title_justify="left")
        table.title = Text(title if not part else gettext(_("{title} (continued)")).format(title=title), style="bold")
        for number in places:
            column = section.columns[number]
            is_text = column.kind is Kind.TEXT
            # A figure is never broken; its heading is, so that more figures stand side by side.
            wide = None if is_text else _width(column, number, rows) - _GAP
            table.add_column(gettext(column.name), justify="left" if is_text else "right", overflow="fold", width=wide)
        for row in rows:
            table.add_row(*(row[number] for number in places))
        yield table


def _parts(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], shown: Sequence[int], width: int
) -> Iterator[list[int]]:
    """Give the columns of each table: what fits beside the first ones, which say what a line is of."""
    keys = [number for number in shown[:_KEYS] if columns[number].kind in {Kind.TEXT, Kind.DAY}] or list(shown[:1])
    rest = [number for number in shown if number not in keys]
    room = width - sum(_width(columns[number], number, rows) for number in keys)
    part: list[int] = []
    taken = 0
    for number in rest:
        wide = _width(columns[number], number, rows)
        if part and taken + wide > room:
            yield [*keys, *part]
            part, taken = [], 0
        part.append(number)
        taken += wide
    yield [*keys, *part]


def _width(column: Column, number: int, rows: Sequence[Sequence[str]]) -> int:
    """Give what a column needs: its longest figure, or the longest word of its heading."""
    heading = max(cell_len(word) for word in gettext(column.name).split())
    longest = max(cell_len(row[number]) for row in rows)
    return max(heading, min(longest, _WIDEST_TEXT) if column.kind is Kind.TEXT else longest) + _GAP
