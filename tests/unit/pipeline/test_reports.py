"""Reports: figures as officials write them, one page without a network, the same figures in every form."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from rich.console import Console

from config.clock import VIETNAM
from config.i18n import activate, active_language
from pipeline.progress.model import (
    AgencyProgress,
    Attention,
    LevelProgress,
    Measure,
    Progress,
    Question,
    QueueCount,
    RegisterFacts,
    Tally,
    Unregistered,
    YearMeasure,
    percent_of,
)
from pipeline.progress.snapshots import progress_to_json
from pipeline.reports import progress_tables, render_html, write_csv, write_html, write_json, write_xlsx
from pipeline.reports.numbers import count_text, percent_text, points_text
from pipeline.targets import Level, Metric, Target
from storage.ledger.states import DocumentState, Environment

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
TALLY = Tally(1234, 822, 900, 850, 100, 1234, 822, 2000, 1500)


def _progress(environment: Environment = Environment.TEST, name: str = "Sở Mẫu") -> Progress:
    target = Target(Metric.FLOW, Level.PROVINCE, 2026, 100.0, "Kế hoạch")
    measure = Measure(TALLY, target)
    return Progress(
        as_of=date(2026, 11, 24),
        counted_at=NOON,
        environment=environment,
        levels=(
            LevelProgress(Level.PROVINCE, None, measure, measure, (YearMeasure(2026, measure, target),)),
            LevelProgress(
                Level.DISTRICT, date(2025, 6, 30), Measure(Tally(), None), Measure(Tally(), None), (_empty_year(),)
            ),
        ),
        agencies=(AgencyProgress("H41.10", name, Level.PROVINCE, measure, measure),),
        queue=(QueueCount(DocumentState.REFUSED, 1, {"province": 1}),),
        findings=(),
        attention=(
            Attention(UUID(int=1), "H41.10-260311-0012", "H41.10", "refused", "file_empty", NOON),
            Attention(UUID(int=2), None, "H41.10", "waiting_review", None, NOON, (Question("unsure", "number"),)),
        ),
        attention_total=2,
        unregistered=(Unregistered("H41.10-260311-0099", "H41.10"),),
        unregistered_total=1,
        register=RegisterFacts(1234, 3, 4, NOON, "ab" * 32),
    )


def _empty_year() -> YearMeasure:
    return YearMeasure(2026, Measure(Tally(), None), None)


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = active_language()
    activate(request.param)
    yield request.param
    activate(before)


def test_vietnamese_officials_write_comma_and_point() -> None:
    assert count_text(1234567, "vi") == "1.234.567"
    assert percent_text(Decimal("1234.56"), "vi") == "1.234,5\u00a0%"
    assert percent_text(50.0, "vi") == "50\u00a0%"
    assert percent_text(None, "vi") == "–"
    assert points_text(Decimal("-33.34"), "vi") == "\u221233,4"
    assert points_text(Decimal("16.66"), "vi") == "+16,6"
    assert count_text(1234, "en") == "1,234"
    assert percent_text(Decimal("66.66"), "en") == "66.6%"


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_only_all_of_them_is_a_hundred_percent(part: int, whole: int) -> None:
    part = min(part, whole)
    share = percent_of(part, whole)
    assert share is not None
    assert (share == 100) == (part == whole)
    assert percent_text(share, "en").startswith("100") == (part == whole)


@given(st.integers(0, 10_000), st.integers(0, 100))
def test_share_and_shortfall_as_printed_add_up_to_the_target(hundredths: int, target: int) -> None:
    share = Decimal(hundredths) / 100
    gap = share - target
    if gap >= 0:
        return
    printed = Decimal(percent_text(share, "en").rstrip("%")) - Decimal(points_text(gap, "en").replace("\u2212", "-"))
    assert printed == target


class _Page(HTMLParser):
    """Collects what a page would fetch, and its tables."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tables = self.captions = self.scripts = 0
        self.ids: list[str] = []
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.fetched += [str(values[key]) for key in ("src", "href", "data", "action", "poster") if key in values]
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if values.get("id"):
            self.ids.append(str(values["id"]))
        self.references += str(values.get("aria-labelledby") or "").split()


def test_the_page_needs_no_network_and_names_every_table_and_chart() -> None:
    text = render_html(_progress())
    page = _Page()
    page.feed(text)
    assert page.fetched == []
    assert "url(" not in text
    assert "@import" not in text
    assert page.tables == page.captions > 3
    assert len(page.ids) == len(set(page.ids))
    assert set(page.references) <= set(page.ids)


def test_the_page_holds_both_languages_and_opens_in_the_one_asked_for(language: str) -> None:
    text = render_html(_progress())
    assert f'<html lang="{language}" data-lang="{language}">' in text
    pressed = re.findall(r'data-choose="(\w+)" aria-pressed="true"', text)
    assert pressed == [language]
    assert ("24 November 2026</title>" if language == "en" else "24/11/2026</title>") in text
    assert "66,6\u00a0%" in text
    assert "66.6%" in text
    for phrase in ("Báo cáo tiến độ số hóa", "Summary by level", "Từ ngày", "tệp rỗng", "the file is empty"):
        assert phrase in text
    assert len(re.findall(r'<span lang="vi">', text)) == len(re.findall(r'<span lang="en">', text))
    assert len(re.findall(r'<tspan lang="vi">', text)) == len(re.findall(r'<tspan lang="en">', text))


def test_test_data_is_marked_on_the_page_and_production_is_not() -> None:
    assert "DỮ LIỆU THỬ NGHIỆM" in render_html(_progress())
    production = render_html(_progress(Environment.PRODUCTION))
    assert "DỮ LIỆU THỬ NGHIỆM" not in production
    assert "Dữ liệu chính thức" in production


def test_names_from_data_cannot_become_markup_or_formulas(tmp_path: Path) -> None:
    evil = "=1+1<script>alert(1)</script>"
    assert "<script>alert" not in render_html(_progress(name=evil))
    write_csv(_progress(name=evil), tmp_path / "a.csv")
    assert f"'{evil}" in (tmp_path / "a-agencies-province.csv").read_text("utf-8-sig")


def test_an_empty_ledger_makes_a_page_too() -> None:
    empty = replace(
        _progress(),
        agencies=(),
        queue=(),
        attention=(),
        attention_total=0,
        unregistered=(),
        unregistered_total=0,
        register=RegisterFacts(0, 0, 0, None, None),
    )
    assert "Danh mục chưa có dòng nào." in render_html(empty)


def test_every_form_gives_the_same_figures(tmp_path: Path, language: str) -> None:
    progress = _progress()
    write_html(progress, tmp_path / "p.html")
    write_csv(progress, tmp_path / "p.csv")
    write_json(progress, tmp_path / "p.json")
    write_xlsx(progress, tmp_path / "p.xlsx")
    data = (tmp_path / "p.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    is_vietnamese = language == "vi"
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines(), delimiter=";" if is_vietnamese else ","))
    assert rows[1][3:11] == [
        "1234",
        "822",
        "900",
        "850",
        "100",
        *(["66,61", "100,00", "-33,39"] if is_vietnamese else ["66.61", "100.00", "-33.39"]),
    ]
    assert len({len(row) for row in rows}) == 1
    first = json.loads((tmp_path / "p.json").read_text("utf-8"))["levels"][0]["stock"]
    assert (first["records"], first["digitized"], first["share_percent"], first["gap_points"]) == (
        1234,
        822,
        66.61,
        -33.39,
    )
    book = load_workbook(tmp_path / "p.xlsx")
    cells = [cell.value for cell in book.worksheets[0][5]]
    assert cells[3:8] == [1234, 822, 900, 850, 100]
    assert cells[8:11] == [
        '=IF(D5=0,"",INT(10000*E5/D5)/100)',
        100,
        '=IF(OR(I5="",J5=""),"",ROUND(I5-J5,2))',
    ]
    assert book.worksheets[0]["A3"].value
    for sheet in book.worksheets[:3]:
        assert (sheet.cell(4, sheet.max_column).value, sheet.cell(5, sheet.max_column).value) == (
            "Căn cứ" if is_vietnamese else "Legal basis",
            "Kế hoạch",
        )
    console = Console(width=140, record=True, quiet=False, file=(tmp_path / "out").open("w", encoding="utf-8"))
    for table in progress_tables(progress, with_agencies=True):
        console.print(table)
    shown = console.export_text()
    assert ("1.234" if is_vietnamese else "1,234") in shown
    assert ("THỬ NGHIỆM" if is_vietnamese else "TEST") in shown


@pytest.mark.usefixtures("language")
def test_no_figure_and_no_heading_is_cut_short_in_a_terminal_of_80_columns(tmp_path: Path) -> None:
    progress = _progress()
    province, *others = progress.levels
    solved = Target(Metric.SOLVED_REUSABLE, Level.PROVINCE, 2026, 100.0, "Kế hoạch")
    progress = replace(progress, levels=(replace(province, all_solved=solved), *others))
    console = Console(width=80, record=True, file=(tmp_path / "out").open("w", encoding="utf-8"))
    for table in progress_tables(progress, with_agencies=True):
        console.print(table)
    assert "…" not in console.export_text()


def test_what_keeps_no_past_says_of_which_moment_it_is_beside_the_shares_of_an_earlier_day(tmp_path: Path) -> None:
    past = replace(_progress(), as_of=date(2026, 6, 30))
    console = Console(width=140, record=True, file=(tmp_path / "out").open("w", encoding="utf-8"))
    for table in progress_tables(past):
        console.print(table)
    shown = " ".join(console.export_text().split())
    assert "Tỷ lệ số hóa đến ngày 30/06/2026" in shown
    assert "Tính lại lúc 24/11/2026 12:00" in shown
    assert "Tài liệu theo trạng thái, tại thời điểm 24/11/2026 12:00" in shown
    write_xlsx(past, tmp_path / "p.xlsx")
    moments = [str(sheet["A2"].value) for sheet in load_workbook(tmp_path / "p.xlsx")]
    assert [("30/06/2026" in moment, "24/11/2026 12:00" in moment) for moment in moments] == [
        *[(True, True)] * 3,
        *[(False, True)] * 6,
        (True, True),
    ]
    page = render_html(past)
    assert all(f"{title}, tại thời điểm 24/11/2026 12:00" in page for title in ("theo trạng thái", "xếp trước"))


def test_json_holds_ids_and_codes_and_no_names() -> None:
    text = json.dumps(progress_to_json(_progress()), ensure_ascii=False)
    assert "Sở Mẫu" not in text
    assert json.loads(text)["schema"] == 2


def test_a_report_is_headed_by_the_body_counted_and_by_no_other() -> None:
    assert "Nghệ An" not in render_html(_progress())
    assert '<div class="issuer">' not in render_html(_progress())
    headed = render_html(replace(_progress(), organisation="Ủy ban nhân dân tỉnh Mẫu An"))
    assert '<div class="issuer">Ủy ban nhân dân tỉnh Mẫu An</div>' in headed


def test_a_spreadsheet_has_times_as_times_and_never_rounds_a_share_up(tmp_path: Path) -> None:
    nearly = Measure(Tally(10_000, 9_996), Target(Metric.FLOW, Level.PROVINCE, 2026, 100.0, "Kế hoạch"))
    level = LevelProgress(Level.PROVINCE, None, nearly, nearly, ())
    write_xlsx(replace(_progress(), levels=(level,)), tmp_path / "p.xlsx")
    book = load_workbook(tmp_path / "p.xlsx")
    share = book.worksheets[0].cell(5, 9)
    assert share.number_format == '0.00" %"'
    # Reckoned where it is opened, and cut off there: 99.96 must not be shown as 100.
    assert str(share.value).startswith('=IF(D5=0,"",INT(')
    since = book["Chờ xử lý, từ chối"].cell(5, 6)
    assert (since.value, since.number_format) == (NOON.astimezone(VIETNAM).replace(tzinfo=None), "dd/mm/yyyy hh:mm")


def test_the_agencies_of_a_level_have_a_sheet_whose_sums_are_formulas(tmp_path: Path) -> None:
    write_xlsx(_progress(), tmp_path / "p.xlsx")
    sheet = load_workbook(tmp_path / "p.xlsx")["Cấp tỉnh"]
    assert [sheet.cell(row, 4).value for row in range(5, 9)] == [
        "Kết quả còn hiệu lực",
        "Hồ sơ giải quyết trong năm",
    ] * 2
    assert sheet["F7"].value == "=SUMIF($D$5:$D$6,D7,F$5:F$6)"
    assert sheet["G8"].value == "=SUMIF($D$5:$D$6,D8,G$5:G$6)"
    assert sheet["Q8"].value == "=SUMIF($D$5:$D$6,D8,Q$5:Q$6)"
    assert sheet["K7"].value == '=IF(F7=0,"",INT(10000*G7/F7)/100)'
    assert sheet.auto_filter.ref == "A4:R6"
