"""From a figure down to its records: units, lists, workbooks, days compared; and the trace that taking away leaves."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from pipeline import list_exports, reporting
from pipeline.progress.snapshots import take_snapshot
from storage.ledger.events import check_chain
from storage.ledger.models import Event
from tests.integration.pipeline.house import AGENCY, RECORD
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import Archive, OpenArchive
from tests.integration.web.province import BEHIND, ROWS, UNIT, settle_province

pytestmark = pytest.mark.needs("tesseract", "ghostscript", "poppler")


@pytest.fixture
def province(open_archive: OpenArchive) -> Archive:
    archive = open_archive()
    settle_province(archive)
    return archive


def link(text: str, inside: str) -> str:
    """Give where the first link leads whose words hold a text."""
    found = re.search(rf'<a href="([^"]+)"[^>]*>[^<]*{re.escape(inside)}', text)
    assert found is not None, inside
    return found[1].replace("&amp;", "&")


def events(archive: Archive, kind: str) -> list[Event]:
    with archive.house.ctx.ledger.reading() as session:
        check_chain(session)
        return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.seq)))


def sheet_of(browser: Browser, path: str) -> Worksheet:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert "spreadsheetml" in answer.headers["content-type"]
    assert re.fullmatch(r'attachment; filename="TEST_[a-z]+-[0-9-]+\.xlsx"', answer.headers["content-disposition"])
    sheet: Worksheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    return sheet


def test_the_overview_leads_to_the_commune_furthest_behind_and_that_to_its_records(province: Archive) -> None:
    browser = province.browser("minh")
    text = browser.get("/").text
    communes = re.findall(r'<a href="/units/[^"]+">([^<]+)</a>', text)
    assert communes == [BEHIND, "Phường Mẫu Hạ"]
    unit = browser.get(link(text, BEHIND)).text
    undone = browser.get(link(unit, str(ROWS))).text
    assert undone.count("<tr><th") == 1 + 50
    done = browser.get(f"/lists/records?year={year(province)}&unit={UNIT}&done=done").text
    assert f'<a href="/records/{province.record_id}">' in done


def year(archive: Archive) -> int:
    return archive.house.ctx.clock().year


def test_every_figure_on_a_page_leads_to_as_many_rows_as_it_counts(province: Archive) -> None:
    browser = province.browser("minh")
    for page in ("/", "/units", f"/units/{UNIT}", "/units/17008?view=issued"):
        text = browser.get(page).text
        found = set(re.findall(r'<a href="(/lists/records\?[^"]+)">([\d.]+)</a>', text))
        assert found, page
        for path, shown in found:
            listed = browser.get(path.replace("&amp;", "&")).text
            (total,) = re.findall(r'aria-current="page">[^<]+<span class="n">([\d.]+)<', listed)
            assert total == shown, path


def test_pages_of_a_list_follow_each_other_by_key(province: Archive) -> None:
    browser = province.browser("minh")
    path, seen = f"/lists/records?year={year(province)}&unit={UNIT}&done=undone", []
    while path:
        text = browser.get(path).text
        seen += re.findall(rf'<th scope="row">\s*(?:<a[^>]*>)?({AGENCY}-[\d-]+)', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        path = following[1].replace("&amp;", "&") if following else ""
        assert not path or "after" in parse_qs(urlsplit(path).query)
    assert len(seen) == len(set(seen)) == ROWS


def test_a_unit_shows_both_views_its_targets_and_where_it_comes_from(province: Archive) -> None:
    browser = province.browser("minh")
    current, issued = (browser.get(f"/units/{UNIT}{view}").text for view in ("", "?view=issued"))
    year_2024 = re.compile(r'<tr><th scope="row">2024</th><td class="n">\s*(.*?)</td>', re.DOTALL)
    assert ">1</a>" in year_2024.findall(current)[0], "it has what its predecessor issued"
    assert ">1</a>" not in year_2024.findall(issued)[0]
    assert "Nghị quyết mẫu số 02/2025" in current
    assert 'href="/units/17001@2021-09-24"' in current
    assert "Quyết định" in current or "Kế hoạch" in current
    assert "Còn thiếu để đạt chỉ tiêu" in current
    ended = browser.get("/units/17001@2021-09-24").text
    assert f'nay tính cho <a href="/units/{UNIT}">{BEHIND}</a>' in ended
    assert "Chưa nhập danh sách xã đặc biệt khó khăn" in current


def test_the_tree_of_a_day_has_the_units_that_stood_on_it(province: Archive) -> None:
    browser = province.browser("minh")
    now, before = browser.get("/units").text, browser.get("/units?day=2024-06-01").text
    assert "Huyện Mẫu" not in now
    assert [name in before for name in ("Huyện Mẫu", "Xã Mẫu Thượng</a>", "01/06/2024")] == [True] * 3
    assert browser.get("/units?day=gestern").status_code == 200
    assert "Đó không phải là ngày" in browser.get("/units?day=gestern").text


def test_the_trend_shows_each_months_last_snapshot(province: Archive) -> None:
    browser = province.browser("minh")
    assert "Chưa có bản chốt nào" in browser.get(f"/units/{UNIT}").text
    freeze(province, months=(3, 2, 0))
    text = browser.get(f"/units/{UNIT}").text
    assert len(re.findall(r'<th scope="row"><a href="/snapshots/', text)) == 3
    assert text.count('role="img" aria-labelledby="t-') == 2


def freeze(archive: Archive, months: tuple[int, ...]) -> None:
    """Freeze the figures of days some months back."""
    ctx = archive.house.ctx
    for back in months:
        progress = reporting.count(ctx, ctx.clock().date() - timedelta(days=31 * back))
        with ctx.ledger.session() as session:
            take_snapshot(session, progress, "tester", ctx.clock)


def test_a_list_is_taken_away_as_a_workbook_that_says_what_it_is(province: Archive) -> None:
    browser = province.browser("minh")
    sheet = sheet_of(browser, f"/lists/records.xlsx?year={year(province)}&unit={UNIT}&done=undone")
    lines = [row[0] for row in sheet.iter_rows(max_row=8, values_only=True)]
    assert lines[0] == f"Hồ sơ giải quyết năm {year(province)}: chưa số hóa"
    assert lines[1] == f"{BEHIND} (17001)"
    assert str(lines[3]) == f"{ROWS} dòng"
    assert "minh" in str(lines[4])
    assert "THỬ NGHIỆM" in str(lines[5]).upper() or "TEST" in str(lines[5])
    assert sheet.freeze_panes == "A9"
    rows = list(sheet.iter_rows(min_row=9))
    assert len(rows) == ROWS
    assert isinstance(rows[0][2].value, datetime)
    assert isinstance(rows[0][4].value, int)
    (event,) = events(province, "list.exported")
    assert (event.actor, event.payload["rows"], event.payload["unit"]) == ("web:minh", ROWS, "17001")
    assert "Mẫu" not in str(event.payload)


def test_a_long_list_is_cut_in_the_file_and_the_page_and_the_file_say_so(
    province: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_exports, "MOST_ROWS", 20)
    monkeypatch.setattr("web.routes.lists.MOST_ROWS", 20)
    browser = province.browser("minh")
    path = f"year={year(province)}&unit={UNIT}"
    assert "20 dòng đầu" in browser.get(f"/lists/records?{path}").text
    sheet = sheet_of(browser, f"/lists/records.xlsx?{path}")
    assert "20 dòng đầu trong 71 dòng" in str(sheet["A4"].value)
    assert len(list(sheet.iter_rows(min_row=9))) == 20


def test_figures_of_now_and_of_a_snapshot_are_taken_away_and_noted(province: Archive) -> None:
    freeze(province, months=(0,))
    browser = province.browser("minh")
    snapshot = link(browser.get("/snapshots").text, "/")
    for path in ("/figures.xlsx", f"{snapshot}/figures.xlsx"):
        assert "Tiến độ" in str(sheet_of(browser, path)["A1"].value)
    first, second = events(province, "figures.exported")
    assert (first.subject_type, second.subject_type) == ("progress", "progress_snapshot")
    assert second.subject_id == snapshot.removeprefix("/snapshots/")
    text = browser.get(snapshot).text
    assert "bản chốt giữ tổng số" in text
    assert "/lists/records?" in text


def test_documents_behind_states_findings_and_outside_the_register_are_listed(province: Archive) -> None:
    browser = province.browser("minh")
    text = browser.get("/").text
    archived = browser.get("/lists/documents?state=archived").text
    assert f'<a href="/records/{province.record_id}">{RECORD}.1</a>' in archived
    for path in set(re.findall(r'href="(/lists/(?:documents|outside)[^"]*)"', text)):
        answer = browser.get(path.replace("&amp;", "&"))
        assert answer.status_code == 200, path
    assert sheet_of(browser, "/lists/documents.xlsx?state=archived").max_row > 7
    assert sheet_of(browser, "/lists/outside.xlsx")["A1"].value == "Đã quét, ngoài danh mục"
    assert [event.payload["total"] for event in events(province, "list.exported")] == [4, 0]


def test_two_days_are_compared_by_the_last_snapshots_up_to_them(province: Archive) -> None:
    freeze(province, months=(2, 1, 0))
    browser = province.browser("minh")
    today = province.house.ctx.clock().date()
    days = {"day_before": str(today - timedelta(days=40)), "day_now": str(today)}
    text = browser.get("/snapshots/compare-days", params=days).text
    assert text.count("bản chốt gần nhất đến ngày đó là bản ngày") == 2
    assert f"{today - timedelta(days=62):%d/%m/%Y}, chốt lúc" in text
    swapped = browser.get(
        "/snapshots/compare-days", params={"day_before": days["day_now"], "day_now": days["day_before"]}
    ).text
    assert re.findall("chốt lúc.*?</a>", swapped) == re.findall("chốt lúc.*?</a>", text)
    early = browser.get("/snapshots/compare-days", params={**days, "day_before": "2020-01-01"})
    assert (early.status_code, "Chưa có bản chốt số liệu nào đến ngày 01/01/2020" in early.text) == (404, True)
    assert browser.get("/snapshots/compare-days").status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/units/99999",
        "/units/17001@2020-01-01",
        "/units/%3Cscript%3E",
        "/lists/records?level=village",
        "/lists/records?agency=H41.77",
        "/lists/records?unit=99999",
        "/lists/records?after=x",
        "/lists/records?done=perhaps",
        "/lists/records?year=x",
        "/lists/records.xlsx?agency=%3Cscript%3E",
        "/lists/documents",
        "/lists/documents?state=x",
        "/lists/documents?state=archived&finding=x",
        "/lists/documents?state=archived&after=x",
        "/snapshots/x",
        "/snapshots/01a22a88-d9e4-7a09-b6b9-f1abd51e4ee4",
        "/snapshots/01a22a88-d9e4-7a09-b6b9-f1abd51e4ee4/figures.xlsx",
    ],
)
def test_what_names_no_list_and_no_unit_is_not_found(province: Archive, path: str) -> None:
    assert province.browser("minh").get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/units", f"/units/{UNIT}", "/lists/records", "/lists/records.xlsx", "/figures.xlsx", "/lists/outside"]
)
def test_nobody_sees_lists_or_takes_them_away_without_signing_in(province: Archive, path: str) -> None:
    answer = province.browser().get(path)
    assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in")


def test_lists_show_nothing_personal_and_run_nothing(province: Archive) -> None:
    browser = province.browser("minh")
    for path in ("/units", f"/units/{UNIT}", "/lists/records", "/lists/documents?state=archived", "/snapshots"):
        text = browser.get(path).text
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text), path
        assert "alert(" not in text
