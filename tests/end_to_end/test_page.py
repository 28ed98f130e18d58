"""The page in a real browser: an auditor signs in, sees the levels, looks at a record; by the keyboard, and for all."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.end_to_end.conftest import Faults
from tests.end_to_end.keyboard import go_to, press
from tests.end_to_end.page_pictures import SCREENS, give_reason, sign_in, take_pictures
from tests.integration.pipeline.house import RECORD
from tests.integration.web.browser import PASSWORD
from tests.integration.web.conftest import Archive

pytestmark = pytest.mark.needs("chromium", "tesseract", "ghostscript", "poppler")


def test_an_auditor_gets_from_signing_in_to_the_verdict_by_the_keyboard_alone(page: Page, base: str) -> None:
    page.goto(f"{base}/")
    assert page.evaluate("document.activeElement.id") == "login"
    for keys in ("minh", "\t", PASSWORD, "\n"):
        press(page, keys)
    page.wait_for_url(f"{base}/")
    assert page.get_by_role("heading", name="Tiến độ số hóa").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    go_to(page, "Hồ sơ")
    go_to(
        page,
        "Mã hồ sơ, mã tài liệu hoặc số, ký hiệu",
        by="document.activeElement.labels?.[0]?.textContent ?? ''",
        then="",
    )
    press(page, RECORD + "\n")
    page.wait_for_url(f"{base}/records/*")
    assert page.get_by_role("heading", level=1).inner_text() == RECORD
    go_to(page, "Kiểm tra chữ ký số")
    page.wait_for_selector(".proof")
    assert "XÁC THỰC: không bị sửa đổi từ khi ký" in page.inner_text(".proof .verdict")


def test_nothing_grave_keeps_anybody_from_using_a_page(page: Page, base: str, archive: Archive, faults: Faults) -> None:
    page.goto(f"{base}/sign-in")
    assert faults(page) == []
    sign_in(page, base, "minh", PASSWORD)
    for path in ("/", "/records?name=khong-co", "/snapshots", f"/records/{archive.record_id}", "/users"):
        page.goto(base + path)
        assert (path, faults(page)) == (path, [])
    page.goto(f"{base}/records/{archive.record_id}")
    give_reason(page)
    assert faults(page) == []
    page.goto(f"{base}/documents/{archive.document_id}/pages/1")
    assert faults(page) == []


def test_a_page_shows_its_paper_and_runs_nothing_that_a_field_holds(page: Page, base: str, archive: Archive) -> None:
    said: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, base, "lan", PASSWORD)
    page.goto(f"{base}/records/{archive.record_id}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.querySelector('.paper img').naturalWidth") > 500
    assert said == []


@pytest.mark.parametrize("screen", SCREENS)
def test_no_page_is_wider_than_its_screen(browser: Browser, base: str, archive: Archive, screen: str) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    sign_in(page, base, "lan", PASSWORD)
    for path in ("/", "/records", "/snapshots", f"/records/{archive.record_id}"):
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_pictures_of_the_manual_can_be_taken_anew(browser: Browser, base: str, tmp_path: Path) -> None:
    taken = take_pictures(browser, base, RECORD, ("minh", PASSWORD), tmp_path)
    assert len(taken) == 10
    assert all(path.stat().st_size > 1000 for path in taken)
