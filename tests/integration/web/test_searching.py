"""Searching on the page: what is found by whom, what a search without a reason tells, and the trace that it leaves."""

import re

import pytest
from sqlalchemy import select, text

from pipeline import review
from storage.ledger.models import Event, RecordSearch, SearchOpening
from tests.integration.pipeline.house import RECORD
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import Archive

pytestmark = pytest.mark.needs("tesseract", "ghostscript", "poppler")
REASON = {"category": "complaint", "reason": "Đơn số 12 của ông Nguyễn Văn Mẫu"}
OF_THE_TEXT, NOWHERE = "tiếp nhận hồ sơ", "khoai lang nướng"
NAME = "Đặng Thị Ví Dụ"


@pytest.fixture
def named(archive: Archive) -> Archive:
    """The archive, where a person just set an abstract that names a citizen."""
    ctx = archive.house.ctx
    review.set_value(ctx, archive.document_id, "subject", f"Về việc của bà {NAME}", may_differ=True)
    return archive


def searched(browser: Browser, typed: str) -> str:
    """Search as a person does; give the page that the answer leads to."""
    sent = browser.post("/records", {"typed": typed}, seen_on="/records")
    assert sent.status_code == 303
    path = sent.headers["location"]
    answer = browser.get(path)
    assert answer.status_code == 200
    return path + "\n" + answer.text


def search_id(told: str) -> str:
    found = re.search(r"search=([0-9a-f-]{36})", told)
    assert found is not None, told
    return found[1]


def opened(archive: Archive, login: str = "minh", search: str | None = None) -> tuple[Browser, str]:
    browser = archive.browser(login)
    form = {**REASON, **({"search": search} if search else {})}
    answer = browser.post("/records/open-search", form, seen_on="/records")
    assert answer.status_code == 303
    return browser, answer.headers["location"]


def whole_log(archive: Archive) -> str:
    with archive.house.ctx.ledger.reading() as session:
        return "\n".join(str(tuple(row)) for row in session.execute(text("SELECT * FROM event")))


def search_events(archive: Archive) -> list[Event]:
    with archive.house.ctx.ledger.reading() as session:
        return list(session.scalars(select(Event).where(Event.kind.startswith("records.")).order_by(Event.seq)))


@pytest.mark.parametrize("typed", [RECORD, f" {RECORD.lower()} ", f"{RECORD}.1", "000.00.99.H41-260311-0001"])
def test_a_whole_code_leads_straight_to_its_record(archive: Archive, typed: str) -> None:
    sent = archive.browser("minh").post("/records", {"typed": typed}, seen_on="/records")
    assert sent.headers["location"] == f"/records/{archive.record_id}"


@pytest.mark.parametrize("typed", ["H41.99-2603", "000.00.99.H41-260311", "12/TB-UBND", "12/tb ubnd", "12/TB"])
@pytest.mark.parametrize("login", ["minh", "son", "lan"])
def test_everybody_finds_by_codes_and_by_their_beginnings(archive: Archive, login: str, typed: str) -> None:
    told = searched(archive.browser(login), typed)
    assert f'href="/records/{archive.record_id}"' in told
    assert "Số tài liệu tìm thấy: 1" in told


@pytest.mark.parametrize("login", ["minh", "son"])
@pytest.mark.parametrize("typed", [OF_THE_TEXT, NAME, "vi du"])
def test_without_a_reason_names_and_text_tell_no_more_than_words_that_are_nowhere(
    named: Archive, login: str, typed: str
) -> None:
    browser = named.browser(login)

    def plain(words: str) -> str:
        told = searched(browser, words)
        told = told.replace(words, "…").replace(search_id(told), "…")
        return re.sub(r'name="form_token" value="[0-9a-f]{64}"', "", told)

    assert plain(typed) == plain(NOWHERE)
    assert "Đang chỉ tra cứu theo mã" in plain(typed)
    assert {event.payload["found"] for event in search_events(named)} == {0}
    assert {str(event.payload["records"]) for event in search_events(named)} == {"[]"}


def test_for_a_reason_names_and_text_are_searched_and_only_what_is_public_is_shown(named: Archive) -> None:
    before = searched(named.browser("minh"), NAME)
    browser, path = opened(named, search=search_id(before))
    assert search_id(path) != search_id(before)
    told = browser.get(path).text
    assert f'href="/records/{named.record_id}"' in told
    assert "trường thông tin" in told
    assert "Được tra cứu họ tên và toàn văn đến" in told
    assert told.count("Ví Dụ") == 1, "what was typed, in its field"
    assert "toàn văn</td>" in searched(browser, OF_THE_TEXT)
    assert "đã che" in browser.get(f"/records/{named.record_id}").text, "the record itself stays covered"


def test_a_reason_opens_searching_for_a_while_and_for_nobody_else(named: Archive) -> None:
    browser, _path = opened(named)
    path = searched(browser, NAME).partition("\n")[0]
    assert str(named.record_id) not in searched(named.browser("son"), NAME)
    with named.house.ctx.ledger.session() as session:
        opening = session.scalars(select(SearchOpening)).one()
        assert (opening.until - opening.opened_at).total_seconds() == 900
        opening.until = opening.opened_at
    told = browser.get(path).text
    assert str(named.record_id) not in told
    assert "Không tìm thấy tài liệu nào" in told


def test_an_archivist_searches_all_at_once_and_sees_what_it_is_about(named: Archive) -> None:
    told = searched(named.browser("lan"), f'"{NAME}"')
    assert f"Về việc của bà {NAME}" in told
    assert "nêu lý do" not in told


def test_a_search_is_looked_at_by_whoever_made_it_alone(named: Archive) -> None:
    path = searched(named.browser("lan"), NAME).partition("\n")[0]
    assert [named.browser(login).get(path).status_code for login in ("lan", "minh", "son")] == [200, 404, 404]
    with named.house.ctx.ledger.session() as session:
        session.scalars(select(RecordSearch)).one().words = None
    assert named.browser("lan").get(path).status_code == 404


def test_a_search_is_one_event_without_its_words_however_often_it_is_looked_at(named: Archive) -> None:
    browser, _path = opened(named)
    path = searched(browser, NAME).partition("\n")[0]
    for _ in range(3):
        browser.get(f"{path}&after=fields.1")
    opening, search = search_events(named)
    assert (opening.kind, search.kind) == ("records.search_opened", "records.searched")
    assert (opening.payload, opening.actor) == ({"category": "complaint"}, "web:minh")
    assert search.payload == {"scope": "all", "found": 1, "is_more": False, "records": [str(named.record_id)]}
    assert not re.search(r"Ví Dụ|Đặng|vi du|V\\u00ed|Nguyễn|Nguy\\u1ec5n|Đơn số", whole_log(named))
    with named.house.ctx.ledger.reading() as session:
        kept, reason = session.scalars(select(RecordSearch)).one(), session.scalars(select(SearchOpening)).one()
    assert (kept.words, kept.scope, kept.actor, kept.opening_id) == (NAME, "all", "web:minh", reason.id)
    assert (reason.category, reason.reason) == ("complaint", REASON["reason"])
    assert (search.subject_id, opening.subject_id) == (str(kept.id), str(reason.id))


@pytest.mark.parametrize(
    "form",
    [{}, {"category": "complaint"}, {"category": "curiosity", "reason": "x" * 20}, {**REASON, "reason": "x" * 501}],
    ids=["nothing", "no reason", "no such kind", "too long"],
)
def test_a_reason_that_cannot_be_kept_opens_nothing_and_loses_nothing(named: Archive, form: dict[str, str]) -> None:
    browser = named.browser("minh")
    search = search_id(searched(browser, NAME))
    answer = browser.post("/records/open-search", {**form, "search": search}, seen_on="/records")
    assert (answer.status_code, "chưa nhận được lý do" in answer.text) == (422, True)
    assert f'value="{NAME}"' in answer.text
    assert str(named.record_id) not in answer.text


def test_a_page_of_another_kind_of_answer_tells_nothing_more(named: Archive) -> None:
    browser = named.browser("minh")
    path = searched(browser, NAME).partition("\n")[0]
    for after in ("fields.999999", "text.999999", "codes.999999"):
        assert str(named.record_id) not in browser.get(f"{path}&after={after}").text
    for after in ("", "fields", "fields.", "fields.-1", "x.1", "fields.1e9", "fields.99999999999999999999"):
        assert browser.get(f"{path}&after={after}").status_code == (404 if after else 200)


@pytest.mark.parametrize(
    "typed",
    [
        "<script>boo()</script>",
        "'; DROP TABLE record",
        "NEAR(a b)",
        "zq" * 5000,
        "zq " * 300,
        "\x00",
        '"',
        "* *",
    ],
    ids=["script", "sql", "near", "long", "many", "nul", "quote", "stars"],
)
def test_whatever_is_typed_is_words_and_nothing_else(archive: Archive, typed: str) -> None:
    told = searched(archive.browser("lan"), typed)
    assert "<script>" not in told
    assert "Không tìm thấy tài liệu nào" in told


def test_a_form_of_another_page_searches_nothing(archive: Archive) -> None:
    browser = archive.browser("lan")
    for path in ("/records", "/records/open-search"):
        answer = browser.client.post(path, data={"typed": "x"}, headers={"Origin": browser.origin})
        assert answer.status_code == 403
    assert search_events(archive) == []


def test_an_empty_search_and_a_code_that_is_nobodys_are_no_searches(archive: Archive) -> None:
    browser = archive.browser("minh")
    assert browser.post("/records", {"typed": "  "}, seen_on="/records").headers["location"] == "/records"
    assert "Không có hồ sơ nào mang mã" in browser.get("/records", params={"name": "H41.99-260311-9999"}).text
    assert search_events(archive) == []
