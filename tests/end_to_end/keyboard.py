"""The keyboard as a person without a mouse uses it: keys one by one, and the tabulator until a thing has the focus."""

import pytest
from playwright.sync_api import Page


def press(page: Page, keys: str) -> None:
    """Press one key after the other."""
    for key in keys:
        page.keyboard.press({"\t": "Tab", "\n": "Enter"}.get(key, key))


def go_to(page: Page, wanted: str, by: str = "document.activeElement.textContent", then: str = "Enter") -> None:
    """Go on with the tabulator until something of that name has the focus, and is seen to have it."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if str(page.evaluate(by)).strip() == wanted:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            if then:
                with page.expect_navigation():
                    page.keyboard.press(then)
            return
    pytest.fail(f"{wanted} is not to be reached by the keyboard")
