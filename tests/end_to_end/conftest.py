"""The page in a real browser: Debian's Chromium, an installation with one archived record, and what axe finds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.end_to_end.page_pictures import chromium, served
from tests.integration.web.conftest import Archive, archive, archived_home, open_archive

__all__ = ["archive", "archived_home", "open_archive"]
GRAVE = {"serious", "critical"}
Faults = Callable[[Page], list[tuple[str, str]]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def base(archive: Archive) -> Iterator[str]:
    with served(archive.app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    yield page
    context.close()


@pytest.fixture
def faults() -> Faults:
    """Give what tells the grave faults of a page: the rule, and where."""

    def found(page: Page) -> list[tuple[str, str]]:
        told: dict[str, Any] = Axe().run(page).response
        return [(one["id"], one["nodes"][0]["html"]) for one in told["violations"] if one["impact"] in GRAVE]

    return found
