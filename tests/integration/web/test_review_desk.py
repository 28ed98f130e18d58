"""The review desk: what waits, answers taken and refused, two people at once, and what is never shown."""

import re
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import select

from pipeline import review
from pipeline.review_desk import look_at
from pipeline.review_queue import read_queue
from storage.ledger.events import check_chain
from storage.ledger.models import Event, FieldValue, ReviewTask
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import RECORD
from tests.integration.web.browser import Browser, token_of
from tests.integration.web.waiting_room import SECOND, SECRET, Room, room, waiting_home

__all__ = ["room", "waiting_home"]
pytestmark = pytest.mark.needs("tesseract", "ghostscript", "poppler")
Said = dict[str, tuple[str, str]]
"""By field: how it is answered, and what was typed."""


def form_on(text: str) -> dict[str, str]:
    """Give what a browser would send of a page's form if nothing was touched."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    typed = re.findall(r'name="(value\.[0-9a-f]+)"[^>]*value="([^"]*)"', text)
    areas = re.findall(r'name="(value\.[0-9a-f]+)"[^>]*>([^<]*)</textarea>', text)
    return {**dict(hidden), **dict(typed), **dict(areas), "form_token": token_of(text)}


def answered(room: Room, document_id: UUID, said: Said, **more: str) -> dict[str, str]:
    """Give the parts of a form that answer some fields."""
    keys = {matter.first.field_name or "": matter.key for matter in look_at(room.house.ctx, document_id).matters}
    form: dict[str, str] = {}
    for field, (how, value) in said.items():
        form |= {f"how.{keys[field]}": how} | ({f"value.{keys[field]}": value} if value else {})
    return form | {f"{name}.{keys[field]}": "on" for name, field in more.items()}


def send(browser: Browser, document_id: UUID, shown: str, form: dict[str, str]) -> Response:
    return sent(browser, f"/review/{document_id}", {**form_on(shown), **form})


def sent(browser: Browser, path: str, form: dict[str, str]) -> Response:
    answer: Response = browser.client.post(path, data=form, headers={"Origin": browser.origin})
    return answer


def settle(room: Room, login: str, document_id: UUID, said: Said, **more: str) -> Response:
    browser = room.browser(login)
    shown = browser.get(f"/review/{document_id}").text
    return send(browser, document_id, shown, answered(room, document_id, said, **more))


def person_values(room: Room) -> dict[str, tuple[str | None, str | None]]:
    with room.house.ctx.ledger.reading() as session:
        check_chain(session)
        rows = session.scalars(select(FieldValue).where(FieldValue.source == "person").order_by(FieldValue.recorded_at))
        return {row.name: (row.value, row.actor) for row in rows}


def test_the_queue_lists_the_oldest_first_and_says_why_each_waits(room: Room) -> None:
    text = room.browser("lan").get("/review").text
    rows = re.findall(r'<th scope="row"><a href="/review/([0-9a-f-]{36})">([^<]+)</a></th>(.*?)</tr>', text, re.DOTALL)
    assert [name for _id, name, _rest in rows] == [f"{RECORD}.1", f"{SECOND}.1", f"{SECRET}.1"]
    assert "số, ký hiệu, ngày ban hành: danh mục hồ sơ ghi khác" in rows[0][2]
    assert "nghi có dấu chỉ độ mật" in rows[2][2]
    assert "Ủy ban nhân dân xã Mẫu (3)" in text
    assert "sohoa release list" in text


def test_the_queue_is_read_page_by_page_by_key(room: Room) -> None:
    seen, after = [], None
    while True:
        queue = read_queue(room.house.ctx, agency="H41.99", after=after, limit=1)
        seen += [one.name for one in queue.documents]
        after = queue.next_after
        if after is None:
            break
    assert seen == [f"{RECORD}.1", f"{SECOND}.1", f"{SECRET}.1"]
    assert (
        room.browser("lan").get("/review", params={"agency": "H41.00"}).text.count("Không có nội dung cần kiểm tra.")
        == 1
    )
    assert room.browser("lan").get("/review", params={"after": "x"}).status_code == 404


@pytest.mark.parametrize("login", ["minh", "son"])
def test_the_desk_is_for_archivists_alone(room: Room, login: str) -> None:
    document_id = room.document().id
    browser = room.browser(login)
    for path in ("", f"/{document_id}", f"/{document_id}/reject", f"/{document_id}/fields/code/picture"):
        answer = browser.get(f"/review{path}")
        assert (answer.status_code, "vai trò của bạn không xem được" in answer.text) == (403, True)
    assert browser.post(f"/review/{document_id}", seen_on="/").status_code == 403
    assert "/review" not in browser.get("/").text


def test_a_question_stands_beside_its_page_with_all_that_helps_to_settle_it(room: Room) -> None:
    document_id = room.document().id
    browser = room.browser("lan")
    text = browser.get(f"/review/{document_id}").text
    for shown in ("máy đọc: 11/03/2026", "danh mục ghi: 12/03/2026", "trang 1, giữa trang", 'value="11/03/2026"'):
        assert shown in text, shown
    crop = browser.get(f"/review/{document_id}/fields/issued_on/picture")
    assert (crop.headers["content-type"], crop.content[:4], crop.headers["cache-control"]) == (
        "image/png",
        b"\x89PNG",
        "no-store",
    )
    assert browser.get(f"/documents/{document_id}/pages/1/picture").content[:3] == b"\xff\xd8\xff"
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text)


def test_answers_are_taken_as_the_command_line_takes_them_and_bear_the_login(room: Room) -> None:
    document_id = room.document().id
    said = {
        "issuer": ("accept", ""),
        "signer_name": ("absent", ""),
        "type_name": ("set", "thông báo"),
        "subject": ("leave", "không được ghi"),
    }
    answer = settle(room, "lan", document_id, said)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/review/{document_id}?taken=3")
    assert person_values(room) == {
        "issuer": ("ỦY BAN NHÂN DÂN", "web:lan"),
        "signer_name": (None, "web:lan"),
        "type_name": ("thông báo", "web:lan"),
    }
    assert room.fields(document_id) == {"code", "issued_on", "place", "signer_title", "subject"}
    text = room.browser("lan").get(answer.headers["location"]).text
    assert "Câu trả lời đã ghi: 3 · còn chờ kiểm tra: số, ký hiệu" in text
    with room.house.ctx.ledger.reading() as session:
        kinds = list(session.scalars(select(Event.kind).where(Event.actor == "web:lan").order_by(Event.seq)))
    assert [kind for kind in kinds if kind.startswith("review.")] == ["review.accepted", "review.set", "review.absent"]


def test_whoever_types_another_value_without_choosing_corrects_and_whoever_touches_nothing_leaves(room: Room) -> None:
    document_id = room.document().id
    assert settle(room, "lan", document_id, {"issuer": ("", "UBND xã Mẫu")}).headers["location"].endswith("taken=1")
    assert person_values(room) == {"issuer": ("UBND xã Mẫu", "web:lan")}


@pytest.mark.parametrize(
    ("field", "how", "value", "told"),
    [
        ("issued_on", "set", "31/02/2026", "không phải là ngày"),
        ("issued_on", "set", "01/01/2999", "ở tương lai"),
        ("issued_on", "set", "13/03/2026", "danh mục"),
        ("signer_name", "accept", "", "máy không đọc được"),
        ("signer_name", "set", "   ", "chưa gõ giá trị"),
        ("issuer", "no_row", "", "không trả lời như vậy"),
        ("issuer", "accept", "UBND xã Mẫu", "lại chọn câu trả lời khác"),
    ],
    ids=["no day", "future", "register", "nothing read", "nothing typed", "no such answer", "two answers"],
)
def test_what_is_wrong_is_told_at_the_field_and_nothing_typed_is_lost(
    room: Room, field: str, how: str, value: str, told: str
) -> None:
    document_id = room.document().id
    answer = settle(room, "lan", document_id, {field: (how, value)})
    key = next(one.key for one in look_at(room.house.ctx, document_id).matters if one.first.field_name == field)
    fieldset = answer.text.split(f'id="m-{key}"')[1].split("</fieldset>")[0]
    assert (answer.status_code, told in fieldset.split('<div class="choices">')[0]) == (422, True)
    assert f'href="#m-{key}"' in answer.text
    if value.strip():
        assert f'value="{value}"' in fieldset
    assert (" checked" in fieldset) == (f'value="{how}"' in fieldset)
    assert person_values(room) == {}


def test_the_paper_stands_over_the_register_once_a_person_says_so(room: Room) -> None:
    document_id = room.document().id
    answer = settle(room, "lan", document_id, {"issued_on": ("set", "11/03/2026")})
    assert answer.status_code == 422
    assert "khác danh mục" in answer.text
    answer = settle(room, "lan", document_id, {"issued_on": ("set", "11/03/2026")}, differs="issued_on")
    assert answer.status_code == 303
    assert person_values(room) == {"issued_on": ("2026-03-11", "web:lan")}


def test_what_another_archivist_decided_meanwhile_is_said_and_not_overwritten(room: Room) -> None:
    document_id = room.document().id
    slow = room.browser("lan")
    shown = slow.get(f"/review/{document_id}").text
    late = answered(room, document_id, {"issuer": ("set", "muộn"), "signer_title": ("absent", "")})
    assert settle(room, "hoa", document_id, {"issuer": ("set", "UBND xã Mẫu")}).status_code == 303
    answer = send(slow, document_id, shown, late)
    assert answer.status_code == 422
    assert "cơ quan ban hành: web:hoa đã quyết định trước" in answer.text
    assert person_values(room) == {"issuer": ("UBND xã Mẫu", "web:hoa"), "signer_title": (None, "web:lan")}


def test_an_answer_to_what_was_read_otherwise_meanwhile_is_not_taken(room: Room) -> None:
    document_id = room.document().id
    browser = room.browser("lan")
    shown = browser.get(f"/review/{document_id}").text
    form = answered(room, document_id, {"issuer": ("accept", "")})
    with room.house.ctx.ledger.session() as session:
        session.scalars(select(FieldValue).where(FieldValue.name == "issuer")).first().value = "khác"  # type: ignore[union-attr]
    answer = send(browser, document_id, shown, form)
    assert (answer.status_code, "đã thay đổi sau khi trang được mở" in answer.text) == (422, True)
    assert person_values(room) == {}


def test_the_last_answer_sends_a_document_on_and_leads_to_the_next(room: Room) -> None:
    document_id = room.document(SECOND).id
    said = {str(field): ("absent", "") for field in room.fields(document_id)}
    answer = settle(room, "lan", document_id, said)
    text = room.browser("lan").get(answer.headers["location"]).text
    assert room.document(SECOND).state == DocumentState.IN_WORK
    assert "không còn gì phải hỏi" in text
    assert re.search(rf'href="/review/{room.document(SECRET).id}" autofocus', text)
    assert room.browser("lan").get(f"/documents/{document_id}/pages/1/picture").status_code == 200


def test_of_a_suspected_document_nothing_is_shown_and_only_that_is_asked(room: Room) -> None:
    document_id = room.document(SECRET).id
    browser = room.browser("lan")
    text = browser.get(f"/review/{document_id}").text
    assert "hãy xem chính bản giấy" in text
    assert ("picture" in text, text.count("<fieldset")) == (False, 1)
    for path in (f"/documents/{document_id}/pages/1", f"/documents/{document_id}/pages/1/picture"):
        assert browser.get(path).status_code == 404
    assert browser.get(f"/review/{document_id}/fields/code/picture").status_code == 404
    record = browser.get(f"/records/{room.document(SECRET).record_id}").text
    assert f"/documents/{document_id}" not in record
    answer = settle(room, "lan", document_id, {"": ("accept", "")})
    assert (answer.status_code, room.document(SECRET).state) == (303, DocumentState.IN_WORK)


def test_rejecting_says_what_it_does_first_and_a_secret_paper_is_erased(room: Room) -> None:
    document_id = room.document(SECRET).id
    browser = room.browser("lan")
    asked = browser.get(f"/review/{document_id}/reject").text
    assert "xóa vĩnh viễn" in asked or "xóa" in asked
    answer = sent(browser, f"/review/{document_id}/reject", form_on(asked))
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?became=quarantined")
    assert "cách ly" in browser.get(answer.headers["location"]).text
    assert sorted(room.house.states()) == ["quarantined", "waiting_review", "waiting_review"]
    assert [browser.get(f"/review/{document_id}{path}").status_code for path in ("", "/reject")] == [404, 404]
    assert not (room.house.home / "work" / str(document_id)).exists()


def test_a_bad_scan_is_rejected_and_what_was_kept_in_memory_of_it_goes(room: Room) -> None:
    document_id = room.document(SECOND).id
    browser = room.browser("lan")
    browser.get(f"/documents/{document_id}/pages/1/picture")
    answer = sent(browser, f"/review/{document_id}/reject", form_on(browser.get(f"/review/{document_id}/reject").text))
    assert answer.headers["location"] == "/review?became=refused"
    assert browser.get(f"/documents/{document_id}/pages/1/picture").status_code == 404
    with room.house.ctx.ledger.reading() as session:
        actors = set(session.scalars(select(Event.actor).where(Event.kind == "review.rejected")))
    assert actors == {"web:lan"}


def test_a_document_answered_meanwhile_is_not_rejected_unseen(room: Room) -> None:
    document_id = room.document(SECOND).id
    browser = room.browser("lan")
    form = form_on(browser.get(f"/review/{document_id}/reject").text)
    review.set_value(room.house.ctx, document_id, "place", "Mẫu")
    answer = sent(browser, f"/review/{document_id}/reject", form)
    assert (answer.status_code, "tester đã quyết định trước" in answer.text) == (400, True)
    assert room.document(SECOND).state == DocumentState.WAITING_REVIEW


def test_an_auditor_sees_pages_that_wait_only_for_a_reason_and_they_say_that_they_are_no_archive(room: Room) -> None:
    document = room.document()
    browser = room.browser("minh")
    assert browser.get(f"/documents/{document.id}/pages/1/picture").status_code == 403
    reason = {"category": "complaint", "reason": "Đơn số 12 về hồ sơ chậm"}
    browser.post(f"/records/{document.record_id}/personal-data", reason, seen_on="/")
    assert browser.get(f"/documents/{document.id}/pages/1/picture").status_code == 200
    assert "chưa lưu trữ" in browser.get(f"/documents/{document.id}/pages/1").text
    assert browser.get(f"/documents/{document.id}/archival").status_code == 404
    secret = room.document(SECRET)
    browser.post(f"/records/{secret.record_id}/personal-data", reason, seen_on="/")
    assert browser.get(f"/documents/{secret.id}/pages/1/picture").status_code == 404


def test_a_suspicion_that_comes_later_takes_the_pictures_away(room: Room) -> None:
    document = room.document()
    browser = room.browser("lan")
    assert browser.get(f"/documents/{document.id}/pages/1/picture").status_code == 200
    with room.house.ctx.ledger.session() as session:
        task = ReviewTask(
            document_id=document.id, version=1, reason_code="secrecy_suspected", opened_at=room.house.ctx.clock()
        )
        session.add(task)
    assert browser.get(f"/documents/{document.id}/pages/1/picture").status_code == 404
    text = browser.get(f"/review/{document.id}").text
    assert ("picture" in text, "12/TB-UBND" in text) == (False, False)


def test_each_look_at_a_document_on_the_desk_is_an_event(room: Room) -> None:
    document = room.document()
    room.browser("lan").get(f"/review/{document.id}")
    with room.house.ctx.ledger.reading() as session:
        viewed = session.scalars(select(Event).where(Event.kind == "record.viewed")).one()
    assert (viewed.actor, viewed.subject_id, viewed.payload) == (
        "web:lan",
        str(document.record_id),
        {"personal_data": True, "stt": 1},
    )


@pytest.mark.parametrize("seen", ["", "x", "0" * 32, f"{'0' * 32}.{'0' * 32}"], ids=["none", "word", "short", "other"])
def test_a_form_that_no_page_of_ours_made_is_refused(room: Room, seen: str) -> None:
    document_id = room.document().id
    key = "0" * 32
    form = {f"seen.{key}": seen, f"how.{key}": "accept"}
    browser = room.browser("lan")
    answer = browser.post(f"/review/{document_id}", form, seen_on=f"/review/{document_id}")
    assert answer.status_code in {403, 422}
    assert person_values(room) == {}
