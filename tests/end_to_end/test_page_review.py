"""The review desk in a real browser: an archivist settles a document's questions by the keyboard, and it moves on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from pipeline import accounts
from pipeline.accounts import AccountRole, NewUser
from storage.ledger.models import Event, Record, RegisterEntry
from storage.ledger.states import DocumentState
from tests.end_to_end.conftest import Faults
from tests.end_to_end.keyboard import go_to
from tests.end_to_end.page_pictures import SCREENS, served, sign_in, take_review_pictures
from tests.integration.pipeline.house import LETTER, RECORD, build_template, copy_of
from tests.integration.pipeline.test_register_source import BLANKS, ROW, import_rows, scanned
from tests.integration.web.browser import PASSWORD
from tests.integration.web.waiting_room import SECRET, Room, room, waiting_home
from web.app import create_app

__all__ = ["room", "waiting_home"]
pytestmark = pytest.mark.needs("chromium", "tesseract", "ghostscript", "poppler")
LEGEND = "document.activeElement.closest('fieldset')?.querySelector('legend').textContent ?? ''"
LABEL = "document.activeElement.labels?.[0]?.textContent ?? ''"
KIND = "document.activeElement.type + ' ' + document.activeElement.value"
FOLDER, OTHER = "tap-7", RECORD.replace("0001", "0002")
"""A folder whose paper fits a row of the register, and another row."""


@pytest.fixture
def base(room: Room) -> Iterator[str]:
    with served(room.app) as address:
        yield address


@pytest.fixture
def page(page: Page, base: str) -> Page:
    """Give the page of an archivist who is signed in."""
    sign_in(page, base, "lan", PASSWORD)
    return page


def test_an_archivist_settles_a_document_by_the_keyboard_alone_and_it_moves_on(
    page: Page, base: str, room: Room
) -> None:
    go_to(page, "Kiểm tra")
    go_to(page, f"{RECORD}.1")
    assert page.get_by_role("heading", level=1).inner_text() == f"{RECORD}.1"
    answers = {"cơ quan ban hành": "accept", "số, ký hiệu": "accept", "ngày ban hành": "accept"}
    for legend in page.locator("fieldset legend").all_inner_texts():
        answer(page, legend, answers.get(legend, "absent"))
    send(page)
    assert "trích yếu “không có trên giấy" in page.get_by_role("alert").inner_text()
    go_to(page, "Giá trị ghi trên giấy", by=LABEL, then="")
    page.keyboard.insert_text(LETTER[4])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # What was chosen before speaks against what was typed: the person says which holds.
    assert "lại chọn câu trả lời khác" in page.get_by_role("alert").inner_text()
    answer(page, "trích yếu", "set")
    send(page)
    assert page.locator(".settled").is_visible(), page.inner_text("main")
    assert room.document().state == DocumentState.IN_WORK
    assert page.evaluate("document.activeElement.textContent").startswith("Tài liệu tiếp theo")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() != f"{RECORD}.1"
    with ThreadPoolExecutor() as beside:
        # Not in the thread of the browser's loop, in which the event log could not be signed.
        beside.submit(room.house.run).result()
    assert room.document().state == DocumentState.WAITING_RELEASE


def answer(page: Page, legend: str, how: str) -> None:
    """Go on to the answers of a field, and choose one with the arrows."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(LEGEND) == legend and str(page.evaluate(KIND)).startswith("radio "):
            break
    else:
        pytest.fail(f"{legend} is not to be reached by the keyboard")
    page.keyboard.press("Space")
    for _ in range(5):
        if page.evaluate(KIND) == f"radio {how}":
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"{legend}: no answer {how}")


def send(page: Page) -> None:
    go_to(page, "Ghi các câu trả lời")


def test_a_wrong_date_is_told_at_its_field_and_what_was_typed_stays(
    page: Page, base: str, room: Room, faults: Faults
) -> None:
    page.goto(f"{base}/review/{room.document().id}")
    date = page.locator("fieldset", has_text="ngày ban hành").get_by_label("Giá trị ghi trên giấy")
    date.fill("31/02/2026")
    with page.expect_navigation():
        date.press("Enter")
    assert "không phải là ngày" in page.get_by_role("alert").inner_text()
    assert page.locator("[aria-invalid=true]").input_value() == "31/02/2026"
    assert faults(page) == []


def test_nothing_grave_keeps_anybody_from_reviewing(page: Page, base: str, room: Room, faults: Faults) -> None:
    paths = ["/review", f"/review/{room.document().id}", f"/review/{room.document().id}/reject"]
    for path in (*paths, f"/review/{room.document(SECRET).id}", f"/records/{room.document().record_id}"):
        page.goto(base + path)
        assert (path, faults(page)) == (path, [])


def test_the_page_stands_beside_its_questions_and_a_place_leads_to_it(page: Page, base: str, room: Room) -> None:
    page.goto(f"{base}/review/{room.document().id}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.querySelector('.pane img').naturalWidth") > 500
    assert page.evaluate("document.querySelector('.crop').naturalWidth") > 300
    form, pane = page.locator(".desk form").bounding_box(), page.locator(".pane").bounding_box()
    assert form is not None
    assert pane is not None
    assert pane["x"] >= form["x"] + form["width"]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_desk_is_no_wider_than_its_screen(browser: Browser, base: str, room: Room, screen: str) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    sign_in(page, base, "lan", PASSWORD)
    for path in ("/review", f"/review/{room.document().id}", f"/review/{room.document(SECRET).id}"):
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_pictures_of_the_desk_can_be_taken_anew(browser: Browser, base: str, tmp_path: Path) -> None:
    taken = take_review_pictures(browser, base, f"{RECORD}.1", ("lan", PASSWORD), tmp_path)
    assert [path.name for path in taken] == [
        f"{name}-{screen}.png" for screen in SCREENS for name in ("review", "desk")
    ]


@pytest.fixture(scope="module")
def proposed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an installation with one document of which the machine proposes a row of the register."""
    template = build_template(tmp_path_factory.mktemp("proposed") / "home")
    house = copy_of(template, template.with_name("room"))
    import_rows(house, ROW, {**ROW, "code": OTHER, "symbol": "13/TB-UBND", "subject": "Việc khác hẳn thế"})
    with ThreadPoolExecutor() as beside:
        beside.submit(scanned, house, folder=FOLDER, lines=BLANKS).result()
    accounts.add_user(house.ctx, NewUser("lan", AccountRole.ARCHIVIST, PASSWORD))
    house.ctx.ledger.close()
    return house.home


@pytest.mark.parametrize(
    ("answer_given", "typed", "row"),
    [("accept", "", RECORD), ("set", OTHER, OTHER), ("no_row", "", None)],
    ids=["this row", "another row", "no row"],
)
def test_which_row_a_paper_is_can_be_said_on_the_desk(
    browser: Browser, proposed_home: Path, tmp_path: Path, answer_given: str, typed: str, row: str | None
) -> None:
    house = copy_of(proposed_home, tmp_path / "room")
    with served(create_app(house.ctx)) as address:
        page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN").new_page()
        sign_in(page, address, "lan", PASSWORD)
        page.goto(f"{address}/review/{house.document().id}")
        asked = page.locator("fieldset").filter(has=page.locator("input[value=no_row]"))
        assert "13/TB-UBND" not in asked.inner_text()
        assert RECORD in asked.inner_text()
        asked.locator(f"input[value={answer_given}]").check()
        asked.get_by_label("Mã hồ sơ hoặc mã dòng").fill(typed)
        with page.expect_navigation():
            page.get_by_role("button", name="Ghi các câu trả lời").click()
        assert "Câu trả lời đã ghi: 1" in page.get_by_role("status").first.inner_text()
        assert page.locator("input[value=no_row]").count() == 0
        page.context.close()
    with house.ctx.ledger.reading() as session:
        linked = select(RegisterEntry.record_code).join(Record, Record.register_entry_id == RegisterEntry.id)
        assert session.scalars(linked).all() == ([] if row is None else [row])
        actors = session.scalars(select(Event.actor).where(Event.kind == "register.linked")).all()
        assert set(actors) == (set() if row is None else {"web:lan"})
    house.ctx.ledger.close()


def test_a_row_that_nobody_entered_is_told_where_it_was_typed(
    browser: Browser, proposed_home: Path, tmp_path: Path, faults: Faults
) -> None:
    house = copy_of(proposed_home, tmp_path / "room")
    with served(create_app(house.ctx)) as address:
        page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN").new_page()
        sign_in(page, address, "lan", PASSWORD)
        page.goto(f"{address}/review/{house.document().id}")
        asked = page.locator("fieldset").filter(has=page.locator("input[value=no_row]"))
        asked.locator("input[value=set]").check()
        asked.get_by_label("Mã hồ sơ hoặc mã dòng").fill("H41.99-260311-0999")
        with page.expect_navigation():
            page.get_by_role("button", name="Ghi các câu trả lời").click()
        assert "H41.99-260311-0999" in page.get_by_role("alert").inner_text()
        assert asked.get_by_label("Mã hồ sơ hoặc mã dòng").input_value() == "H41.99-260311-0999"
        assert faults(page) == []
        page.context.close()
    house.ctx.ledger.close()
