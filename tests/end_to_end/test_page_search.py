"""Searching in a real browser: by a code, for a reason by a name, by the keyboard alone, and for all."""

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline import review
from tests.end_to_end.conftest import Faults
from tests.end_to_end.page_pictures import SCREENS, sign_in
from tests.integration.pipeline.house import RECORD
from tests.integration.web.browser import PASSWORD
from tests.integration.web.conftest import Archive

pytestmark = pytest.mark.needs("chromium", "tesseract", "ghostscript", "poppler")
NAME = "Đặng Thị Ví Dụ"


@pytest.fixture(autouse=True)
def _with_a_name(archive: Archive) -> None:
    ctx = archive.house.ctx
    review.set_value(ctx, archive.document_id, "subject", f"Về việc của bà {NAME}", may_differ=True)


def search(page: Page, base: str, typed: str) -> None:
    page.goto(f"{base}/records")
    page.fill("#typed", typed)
    page.get_by_role("button", name="Tìm", exact=True).click()
    # A click does not wait for the page it leads to; looking at what is still coming tells nothing.
    expect(page.get_by_role("status")).to_be_visible()


def give_reason(page: Page) -> None:
    page.locator("summary", has_text="có nêu lý do").click()
    page.get_by_label("thanh tra, kiểm tra").check()
    page.get_by_label("Vì sao cần xem dữ liệu").fill("Kiểm tra theo kế hoạch quý IV năm 2026")
    page.get_by_role("button", name="Tra cứu họ tên và toàn văn").click()


def test_an_auditor_finds_a_name_only_once_a_reason_is_given_and_no_address_holds_it(
    page: Page, base: str, archive: Archive
) -> None:
    visited: list[str] = []
    page.on("request", lambda request: visited.append(request.url))
    sign_in(page, base, "minh", PASSWORD)
    search(page, base, "vi du")
    expect(page.get_by_role("status")).to_have_text("Không tìm thấy tài liệu nào")
    give_reason(page)
    expect(page.get_by_role("status")).to_have_text("Số tài liệu tìm thấy: 1")
    assert NAME not in page.inner_text("main")
    page.get_by_role("link", name=f"{RECORD}.1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(RECORD)
    assert "đã che" in page.inner_text(".document")
    assert not [url for url in visited if "vi+du" in url or "vi%20du" in url]


def test_a_code_is_found_by_the_keyboard_alone(page: Page, base: str) -> None:
    sign_in(page, base, "minh", PASSWORD)
    page.goto(f"{base}/records")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "typed":
            break
    page.keyboard.type("12/TB")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Số tài liệu tìm thấy: 1")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == f"{RECORD}.1":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/records/*-*-*-*-*")


@pytest.mark.parametrize("login", ["minh", "lan"])
def test_nothing_grave_keeps_anybody_from_searching(page: Page, base: str, login: str, faults: Faults) -> None:
    sign_in(page, base, login, PASSWORD)
    for typed in ("12/TB", "khoai lang nướng", "ví dụ"):
        search(page, base, typed)
        assert (typed, faults(page)) == (typed, [])
    if login == "minh":
        page.locator("summary", has_text="có nêu lý do").click()
        assert faults(page) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_no_answer_is_wider_than_its_screen(browser: Browser, base: str, screen: str) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    sign_in(page, base, "lan", PASSWORD)
    for typed in ("12/TB", "khoai lang nướng"):
        search(page, base, typed)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, typed
    context.close()
