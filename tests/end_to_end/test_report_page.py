"""The report as one file in a real browser: for screen readers, for the keyboard, on a phone, on paper, in grey."""

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageColor
from playwright.sync_api import Browser, Page

from pipeline.reports import write_html
from pipeline.reports.work_charts import LEVEL_FILLS
from tests.end_to_end.conftest import Faults
from tests.end_to_end.page_pictures import SCREENS
from tests.unit.pipeline.full_progress import full_progress

pytestmark = pytest.mark.needs("chromium")
_LEAST_STEP = 25
"""Of 255 shades of grey: nearer ones look alike on a poor printer."""


@pytest.fixture(params=SCREENS)
def page(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    width, height = SCREENS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN", offline=True)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    write_html(full_progress(), tmp_path / "report.html")
    page.goto((tmp_path / "report.html").as_uri())
    yield page
    context.close()


def test_nobody_is_kept_out_and_nothing_is_cut_off(page: Page, faults: Faults) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("[...document.querySelectorAll('table')].every(t => t.caption && t.caption.innerText.trim())")
    assert page.evaluate("[...document.querySelectorAll('th')].every(th => th.scope)")
    described = "[...document.querySelectorAll('svg[role=img]')].every(s => s.querySelector('desc').textContent.trim())"
    assert page.evaluate(described)
    levels: list[int] = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert all(now - before <= 1 for before, now in pairwise(levels))


def test_the_keyboard_reaches_the_language_and_every_table_that_scrolls(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.choose") == "en"
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.get_by_role("heading", level=1).inner_text().startswith("PROGRESS REPORT")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "region"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_series_and_shades_differ_in_grey(page: Page) -> None:
    fills = [ImageColor.getcolor(fill, "L") for fill in LEVEL_FILLS.values()]
    for step in range(5):
        key = page.locator(f".key.heat-{step}").first
        picture = Image.open(BytesIO(key.screenshot())).convert("L")
        fills.append(picture.getpixel((picture.width // 2, picture.height // 2)))  # type: ignore[arg-type]
    for series in (fills[:4], fills[4:]):
        shades = sorted(int(shade) for shade in series)  # type: ignore[arg-type]
        assert all(dark + _LEAST_STEP <= light for dark, light in pairwise(shades)), shades
