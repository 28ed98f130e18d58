"""The auditor's way down in a real browser: from the overview to a record, a verdict and a workbook."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

from tests.end_to_end.conftest import Faults
from tests.end_to_end.page_pictures import SCREENS, sign_in
from tests.end_to_end.unit_pictures import freeze_months, paths_of, take_unit_pictures
from tests.integration.pipeline.house import RECORD
from tests.integration.web.browser import PASSWORD
from tests.integration.web.conftest import Archive
from tests.integration.web.province import BEHIND, ROWS, settle_province

pytestmark = pytest.mark.needs("chromium", "tesseract", "ghostscript", "poppler")


@pytest.fixture
def province(archive: Archive) -> Archive:
    settle_province(archive)
    freeze_months(archive, 2)
    return archive


@pytest.fixture
def auditor(page: Page, base: str, province: Archive) -> Page:
    sign_in(page, base, "minh", PASSWORD)
    return page


def test_an_auditor_finds_the_commune_furthest_behind_checks_a_signature_and_exports(
    auditor: Page, base: str, tmp_path: Path
) -> None:
    furthest = auditor.get_by_role("region", name="Xã, phường chậm nhất so với chỉ tiêu").get_by_role("row").nth(1)
    furthest.get_by_role("link", name=BEHIND).click()
    auditor.wait_for_url(f"{base}/units/17001@2025-07-01")
    assert auditor.get_by_role("heading", level=1).inner_text() == BEHIND
    card = auditor.locator(".card").first
    card.get_by_role("link", name=str(ROWS), exact=True).first.click()
    assert auditor.get_by_role("heading", level=1).inner_text().endswith("chưa số hóa")
    with auditor.expect_download() as waiting:
        auditor.get_by_role("link", name="Tải về dạng XLSX").click()
    waiting.value.save_as(tmp_path / "list.xlsx")
    check_workbook(tmp_path / "list.xlsx", ROWS)
    auditor.get_by_role("link", name="đã số hóa 1", exact=True).click()
    auditor.get_by_role("link", name=RECORD).click()
    auditor.get_by_role("button", name="Kiểm tra chữ ký số").click()
    assert "XÁC THỰC: không bị sửa đổi từ khi ký" in auditor.locator(".proof .verdict").inner_text()


def check_workbook(path: Path, rows: int) -> None:
    sheet = load_workbook(path).worksheets[0]
    assert str(sheet["A2"].value).startswith(BEHIND)
    cells = list(sheet.iter_rows(min_row=9))
    assert len(cells) == rows
    assert isinstance(cells[0][2].value, datetime)
    assert cells[0][4].value == 1


@pytest.mark.usefixtures("province")
def test_the_same_way_is_gone_by_the_keyboard_alone(page: Page, base: str, tmp_path: Path) -> None:
    page.goto(f"{base}/")
    page.keyboard.type("minh")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")
    press_link(page, BEHIND)
    press_link(page, str(ROWS))
    reach(page, "Tải về dạng XLSX")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    waiting.value.save_as(tmp_path / "list.xlsx")
    check_workbook(tmp_path / "list.xlsx", ROWS)
    page.goto(page.url)
    press_link(page, "đã số hóa 1")
    press_link(page, RECORD)
    press_link(page, "Kiểm tra chữ ký số")
    page.wait_for_selector(".proof")
    assert "XÁC THỰC" in page.inner_text(".proof .verdict")


def press_link(page: Page, name: str) -> None:
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def reach(page: Page, name: str) -> None:
    """Go on with the tabulator until what bears a name has the focus, and is seen to have it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if str(page.evaluate("document.activeElement.textContent")).strip() == name:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    pytest.fail(f"{name} is not to be reached by the keyboard")


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_grave_keeps_anybody_from_units_and_lists_and_none_is_wider_than_its_screen(
    browser: Browser, base: str, province: Archive, faults: Faults, screen: str
) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    page = context.new_page()
    sign_in(page, base, "minh", PASSWORD)
    more = {
        "tree of a day": "/units?day=2024-06-01&view=issued",
        "ended unit": "/units/17001@2021-09-24",
        "province": "/units/40",
        "results in force": "/lists/records",
        "documents": "/lists/documents?state=archived",
        "outside": "/lists/outside",
        "snapshots": "/snapshots",
        "no such snapshot": "/snapshots/compare-days?day_before=2020-01-01&day_now=2020-02-01",
    }
    for path in [*paths_of(province).values(), *more.values()]:
        page.goto(base + path)
        assert (path, faults(page)) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"{base}/snapshots")
    page.locator("table a").first.click()
    assert faults(page) == []
    context.close()


def test_pictures_of_units_can_be_taken_anew(browser: Browser, base: str, province: Archive, tmp_path: Path) -> None:
    taken = take_unit_pictures(browser, base, province, tmp_path)
    assert len(taken) == 10
    assert all(path.stat().st_size > 1000 for path in taken)
