"""Looks at the page in Debian's Chromium, and takes the pictures of docs/images/web.

    python -m tests.end_to_end.page_pictures HOME RECORD LOGIN PASSWORD [DOCUMENT ARCHIVIST PASSWORD]

HOME is an installation such as the demo leaves, with users of these logins; RECORD an archived record's code,
DOCUMENT the name of one that waits for review.
"""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.types import ASGIApp

from config.settings import load_settings
from pipeline.context import Context
from tests.services import free_port
from tests.system_temp import leave_scratch
from web.app import create_app

SCREENS = {"1366x768": (1366, 768), "390x844": (390, 844)}
PICTURES = Path(__file__).parents[2] / "docs" / "images" / "web"
COLOURS = 96


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve a page on a free port of this machine; give its address."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
        assert thread.is_alive(), "the server did not start"
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give Debian's Chromium without a screen."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    # The way to its socket there must be short.
    leave_scratch()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()


def sign_in(page: Page, base: str, login: str, password: str) -> None:
    """Sign in as a person does."""
    page.goto(f"{base}/sign-in")
    page.fill("#login", login)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}/")


def take_pictures(browser: Browser, base: str, record: str, account: tuple[str, str], folder: Path) -> list[Path]:
    """Take a picture of each page on each screen; give their files."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    pages = {}
    for name, (width, height) in SCREENS.items():
        page = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN").new_page()
        page.goto(f"{base}/sign-in")
        taken.append(kept_screen(page, folder / f"sign-in-{name}.png"))
        sign_in(page, base, *account)
        taken.append(kept_screen(page, folder / f"overview-{name}.png"))
        page.goto(f"{base}/records?name={record}")
        taken.append(kept_screen(page, folder / f"record-covered-{name}.png"))
        pages[name] = page
    # A reason opens a record for the person, on whatever screen.
    give_reason(next(iter(pages.values())))
    for name, page in pages.items():
        page.goto(f"{base}/records?name={record}")
        page.locator(".document").first.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        taken.append(kept_screen(page, folder / f"record-{name}.png"))
        page.get_by_role("button", name="Kiểm tra chữ ký số").click()
        page.wait_for_selector(".proof")
        taken.append(kept_screen(page, folder / f"verdict-{name}.png"))
    return taken


def take_review_pictures(
    browser: Browser, base: str, document: str, archivist: tuple[str, str], folder: Path
) -> list[Path]:
    """Take pictures of the review queue and of one document on the desk on each screen; give their files."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for name, (width, height) in SCREENS.items():
        page = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN").new_page()
        sign_in(page, base, *archivist)
        page.goto(f"{base}/review")
        taken.append(kept_screen(page, folder / f"review-{name}.png"))
        page.get_by_role("link", name=document, exact=True).click()
        page.wait_for_load_state("networkidle")
        page.locator(".matter").first.scroll_into_view_if_needed()
        taken.append(kept_screen(page, folder / f"desk-{name}.png"))
    return taken


def give_reason(page: Page) -> None:
    """Have the personal data of the record shown, as a person does."""
    page.locator("summary", has_text="có nêu lý do").click()
    page.get_by_label("thanh tra, kiểm tra").check()
    page.get_by_label("Vì sao cần xem dữ liệu").fill("Kiểm tra theo kế hoạch quý IV năm 2026")
    page.get_by_role("button", name="Hiện dữ liệu cá nhân").click()
    page.wait_for_selector(".covering.is-open")


def kept_screen(page: Page, path: Path) -> Path:
    """Keep what the screen shows, in few colours: small, and all the same to look at."""
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT).save(path, optimize=True)
    return path


def main(home: str, record: str, login: str, password: str, *review: str) -> None:
    """Take the pictures of the manual."""
    ctx = Context(load_settings(Path(home)), actor="pictures")
    with served(create_app(ctx)) as base, chromium() as browser:
        take_pictures(browser, base, record, (login, password), PICTURES)
        if review:
            document, archivist, their_password = review
            take_review_pictures(browser, base, document, (archivist, their_password), PICTURES)


if __name__ == "__main__":
    main(*sys.argv[1:])
