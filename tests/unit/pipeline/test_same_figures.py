"""Every table of a report in every form: the same figures in workbook, CSV files, terminal and page."""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.console import Console

from config.i18n import activate, active_language
from pipeline.progress.model import Progress
from pipeline.reports import render_html, section_tables, write_csv, write_xlsx
from pipeline.reports.all_sections import sections_of
from pipeline.reports.section_sheet import HEADER_ROW, cell_value, sheet_title
from pipeline.reports.section_tables import cell_text
from pipeline.reports.sections import Kind, Section
from tests.unit.pipeline.full_progress import full_progress
from tests.unit.pipeline.spreadsheet import reckon

WANTED = {"levels", "years", "agencies-province", "agencies-commune", "agencies-unknown", "units-today"} | {
    "units-issued", "pace", "holding-back", "plan", "weeks", "queue", "review-weeks", "review", "failed"
} | {"findings", "waiting", "no-register", "basis"}  # fmt: skip
NUMBERS = {Kind.COUNT, Kind.PERCENT, Kind.ASKED, Kind.POINTS, Kind.RATE}


@pytest.fixture(params=["vi", "en"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = active_language()
    activate(request.param)
    yield request.param
    activate(before)


@pytest.fixture(scope="module")
def progress() -> Progress:
    return full_progress()


@pytest.fixture
def book(progress: Progress, tmp_path: Path) -> Path:
    write_xlsx(progress, tmp_path / "p.xlsx")
    return tmp_path / "p.xlsx"


def test_every_part_of_a_report_has_a_table(progress: Progress) -> None:
    sections = sections_of(progress)
    assert {section.code for section in sections} == WANTED
    assert all(section.rows for section in sections)
    assert len({sheet_title(section) for section in sections}) == len(sections)
    assert all(len(row) == len(section.columns) for section in sections for row in (*section.rows, *section.totals))


def test_the_workbook_shows_each_figure_without_being_reckoned(progress: Progress, book: Path) -> None:
    shown = load_workbook(book, data_only=True)
    assert shown.sheetnames == [sheet_title(section) for section in sections_of(progress)]
    for section in sections_of(progress):
        sheet = shown[sheet_title(section)]
        lines = list(sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True))
        expected = [[_as_read(cell_value(value)) for value in row] for row in (*section.rows, *section.totals)]
        assert [[value or None for value in line] for line in lines] == expected


def _as_read(value: object) -> object:
    """Give a value as it comes out of a workbook: no empty texts, and days as midnights."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return datetime.combine(value, time.min) if is_day else value or None  # type: ignore[arg-type]


def test_what_formulas_come_to_is_what_stands_beside_them(book: Path) -> None:
    formulas, shown = load_workbook(book), load_workbook(book, data_only=True)
    checked = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    beside = shown[sheet.title][cell.coordinate].value
                    assert reckon(sheet, cell.coordinate) == ("" if beside is None else beside), cell.coordinate
                    checked += 1
    assert checked > 700


def test_a_changed_count_changes_the_share_and_the_sum(book: Path) -> None:
    formulas = load_workbook(book)
    sheet = next(one for one in formulas.worksheets if one.title in {"Cấp tỉnh", "Province"})
    names = [str(cell.value) for cell in sheet[HEADER_ROW]]
    digitized = get_column_letter(1 + next(names.index(one) for one in ("Đã số hóa", "Digitized") if one in names))
    last = sheet.max_row
    before = reckon(sheet, f"{digitized}{last}")
    sheet[f"{digitized}{HEADER_ROW + 2}"].value += 5
    assert reckon(sheet, f"{digitized}{last}") == before + 5


def test_the_csv_files_hold_each_figure_as_a_spreadsheet_of_the_language_reads_it(
    progress: Progress, tmp_path: Path, language: str
) -> None:
    files = write_csv(progress, tmp_path / "p.csv")
    assert len(files) == len(WANTED)
    for section, path in zip(sections_of(progress), files, strict=True):
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(StringIO(data.decode("utf-8-sig")), delimiter=";" if language == "vi" else ","))
        assert len(lines) == len(section.rows) + 1
        for line, row in zip(lines[1:], section.rows, strict=True):
            assert len(line) == len(row) + 2
            for text, value, column in zip(line, row, section.columns, strict=False):
                if column.kind in NUMBERS and value is not None:
                    number = float(text.replace(",", ".")) if language == "vi" else float(text)
                    assert number == float(value)  # type: ignore[arg-type]
                elif isinstance(value, datetime):
                    assert re.search(r"\d\d:\d\d$", text)


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_shows_each_figure_whole(progress: Progress, width: int, tmp_path: Path, language: str) -> None:
    with (tmp_path / "out").open("w", encoding="utf-8") as out:
        console = Console(width=width, record=True, file=out)
        for table in section_tables(progress, width):
            console.print(table)
    shown = console.export_text()
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= width
    words = set(shown.split())
    for section in sections_of(progress):
        for text in figures_of(section, language):
            assert set(text.split()) <= words, (section.code, text)


def test_the_page_shows_each_figure_in_both_languages(progress: Progress, language: str) -> None:
    page = _Tables(language)
    page.feed(render_html(progress))
    for section in sections_of(progress):
        for text in figures_of(section, language, on_page=True):
            assert text in page.figures, (section.code, text)


_DETAILS = {"signed", "stored", "unscanned", "gap"} | {
    f"{role}_{what}" for role in ("results", "papers") for what in ("expected", "digitized")
}
_NOT_ON_THE_PAGE: Mapping[str, set[str]] = {
    "years": _DETAILS,
    "units-today": _DETAILS,
    "units-issued": _DETAILS | {"target"},
    "failed": {"received"},
}
"""Columns that the page leaves to the workbook: 130 communes with all of them fit on no sheet of paper."""


def figures_of(section: Section, language: str, *, on_page: bool = False) -> Iterator[str]:
    """Give the figures of a table as they are written; of the page only those that it shows."""
    left_out = _NOT_ON_THE_PAGE.get(section.code, set()) if on_page else set()
    for row in section.rows:
        for column, value in zip(section.columns, row, strict=True):
            if value is not None and column.kind in NUMBERS and column.key not in left_out:
                yield cell_text(value, column.kind, language)


_FIGURE = re.compile(r"[+\u2212]?[\d.,]*\d(?:\u00a0?%)?")


class _Tables(HTMLParser):
    """Collects what stands in one language in the cells of tables."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.figures: set[str] = set()
        self._languages: list[str | None] = []
        self._in_table = 0
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_table += tag in {"td", "th", "p", "dd"}
        if tag in {"span", "tspan"}:
            self._languages.append(dict(attrs).get("lang"))
        if tag in {"td", "th", "br", "p", "dd"}:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        if tag in {"span", "tspan"}:
            self._languages.pop()
        if tag in {"td", "th", "p", "dd"}:
            self._end()
            self._in_table -= 1

    def handle_data(self, data: str) -> None:
        told = [one for one in self._languages if one]
        if self._in_table and (not told or told[-1] == self.language):
            self._text += data

    def _end(self) -> None:
        self.figures.update(_FIGURE.findall(self._text))
        self._text = ""


def test_an_opened_book_is_reckoned_anew_by_what_opens_it(book: Path) -> None:
    opened: Workbook = load_workbook(book)
    first: Worksheet = opened.worksheets[0]
    assert opened.calculation.fullCalcOnLoad
    assert first.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    assert (first.page_setup.orientation, first.freeze_panes) == ("landscape", f"B{HEADER_ROW + 1}")
    values: Any = first["A1"].value
    assert values
