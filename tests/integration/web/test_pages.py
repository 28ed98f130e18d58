"""What pages show to whom: covered data, hostile values, files; and the trace that looking leaves."""

import re

import pytest
from pikepdf import Name, Page, Pdf
from sqlalchemy import select

from pipeline import reporting
from pipeline.register import import_register
from storage.ledger.events import check_chain
from storage.ledger.models import Event, PersonalView, StoredObject
from tests.integration.pipeline.house import RECORD
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import HOSTILE, Archive
from web.guard import HEADERS

pytestmark = pytest.mark.needs("tesseract", "ghostscript", "poppler")
REASON = {"category": "complaint", "reason": "Đơn số 12 của ông Nguyễn Văn Mẫu"}


def record_page(archive: Archive) -> str:
    return f"/records/{archive.record_id}"


def opened(archive: Archive, login: str = "minh") -> Browser:
    browser = archive.browser(login)
    answer = browser.post(f"{record_page(archive)}/personal-data", REASON, seen_on="/")
    assert answer.status_code == 303
    return browser


def events(archive: Archive) -> list[Event]:
    with archive.house.ctx.ledger.reading() as session:
        check_chain(session)
        return list(session.scalars(select(Event).where(Event.actor.startswith("web:")).order_by(Event.seq)))


@pytest.mark.parametrize("path", ["/", "/sign-in", "/records", "/khong-co", "/users", "/static/sohoa.css"])
def test_every_answer_bears_the_headers_that_browsers_must_keep_to(archive: Archive, path: str) -> None:
    answer = archive.browser("minh").get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "script" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == ("public, max-age=86400" if path.startswith("/static") else "no-store")


def test_the_overview_shows_levels_against_targets_from_kept_sums(archive: Archive) -> None:
    text = archive.browser("minh").get("/").text
    assert [word in text for word in ("Cấp tỉnh", "Cấp xã", "Cơ quan chậm nhất so với chỉ tiêu")] == [True] * 3
    assert "TEST" in text


def test_pages_hold_no_script_and_no_style_of_their_own(archive: Archive) -> None:
    browser = opened(archive)
    for path in ("/", record_page(archive), "/records", "/snapshots", f"/documents/{archive.document_id}/pages/1"):
        text = browser.get(path).text
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text), path


def test_hostile_values_are_shown_as_they_are_and_do_nothing(archive: Archive) -> None:
    text = opened(archive).get(record_page(archive)).text
    assert HOSTILE not in text
    assert "&lt;script&gt;alert(" in text
    text = archive.browser("minh").get("/records", params={"name": HOSTILE}).text
    assert HOSTILE not in text
    assert "onerror" not in text


def test_an_auditor_sees_what_is_personal_covered_and_public_fields_plain(archive: Archive) -> None:
    text = archive.browser("minh").get(record_page(archive)).text
    shown = dict(re.findall(r'<th scope="row">([^<]+)</th>\s*<td>\s*(.*?)\s*(?:<p|<details|</td>)', text, re.DOTALL))
    assert "đã che" in shown["trích yếu"]
    assert "script" in shown["địa danh"], "the place is public"
    assert text.count("alert(") == 1
    assert "picture" not in text
    assert "onerror" not in text, "no path is shown"


@pytest.mark.parametrize("kind", ["pages/1", "pages/1/picture", "archival"])
def test_pictures_and_files_are_covered_too(archive: Archive, kind: str) -> None:
    answer = archive.browser("minh").get(f"/documents/{archive.document_id}/{kind}")
    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")


def test_a_reason_opens_one_record_for_a_while_and_is_kept_beside_the_event_log(archive: Archive) -> None:
    browser = opened(archive)
    text = browser.get(record_page(archive)).text
    assert "Dữ liệu cá nhân được hiện đến" in text
    assert "trích yếu" in text
    with archive.house.ctx.ledger.reading() as session:
        view = session.scalars(select(PersonalView)).one()
    assert (view.record_id, view.category, view.reason) == (archive.record_id, "complaint", REASON["reason"])
    assert (view.until - view.opened_at).total_seconds() == 900
    event = next(event for event in events(archive) if event.kind == "record.personal_data_opened")
    assert (event.actor, event.subject_id) == ("web:minh", str(archive.record_id))
    assert event.payload == {"view": str(view.id), "category": "complaint"}
    assert "Nguyễn" not in str([event.payload for event in events(archive)])


def test_what_one_person_opened_stays_covered_for_another_and_in_another_hour(archive: Archive) -> None:
    opened(archive, "son")
    assert "đã che" in archive.browser("minh").get(record_page(archive)).text
    with archive.house.ctx.ledger.session() as session:
        view = session.scalars(select(PersonalView)).one()
        view.until = view.opened_at
    assert "đã che" in archive.browser("son").get(record_page(archive)).text


@pytest.mark.parametrize(
    "form",
    [{}, {"category": "complaint"}, {"category": "curiosity", "reason": "x" * 20}, {**REASON, "reason": "x" * 501}],
    ids=["nothing", "no reason", "no such kind", "too long"],
)
def test_without_a_reason_that_can_be_kept_nothing_is_opened(archive: Archive, form: dict[str, str]) -> None:
    browser = archive.browser("minh")
    answer = browser.post(f"{record_page(archive)}/personal-data", form, seen_on="/")
    assert answer.status_code == 422
    assert "chưa nhận được lý do" in answer.text
    assert "đã che" in answer.text


def test_an_archivist_sees_fields_without_a_reason_since_settling_is_comparing(archive: Archive) -> None:
    text = archive.browser("lan").get(record_page(archive)).text
    assert "đã che" not in text
    assert text.count("&lt;script&gt;") >= 2


def test_each_view_of_a_record_is_one_event(archive: Archive) -> None:
    browser = archive.browser("minh")
    for _ in range(3):
        browser.get(record_page(archive))
    viewed = [event for event in events(archive) if event.kind == "record.viewed"]
    assert [event.subject_id for event in viewed] == [str(archive.record_id)] * 3
    assert viewed[0].payload == {"personal_data": False, "stt": None}


def test_a_record_is_found_by_its_code_and_by_that_of_a_document(archive: Archive) -> None:
    browser = archive.browser("minh")
    for name in (RECORD, f" {RECORD.lower()} ", f"{RECORD}.1"):
        assert browser.get("/records", params={"name": name}).headers["location"] == record_page(archive)
    for name in ("H41.99-260311-9999", "../../etc/passwd", "%00", "'; DROP TABLE record; --"):
        assert browser.get("/records", params={"name": name}).status_code == 200


def test_pages_are_shown_as_pictures(archive: Archive) -> None:
    browser = opened(archive)
    answer = browser.get(f"/documents/{archive.document_id}/pages/1/picture")
    assert (answer.headers["content-type"], answer.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert "Ảnh trang 1" in browser.get(f"/documents/{archive.document_id}/pages/1").text
    assert browser.get(f"/documents/{archive.document_id}/pages/9").status_code == 303
    for number in ("0", "9", "-1", "..%2f1", "1.5"):
        assert browser.get(f"/documents/{archive.document_id}/pages/{number}/picture").status_code == 404


def test_a_file_from_a_test_ledger_says_test_and_claims_no_signature(archive: Archive) -> None:
    answer = opened(archive).get(f"/documents/{archive.document_id}/archival")
    assert answer.headers["content-disposition"] == f'attachment; filename="TEST_{RECORD}.1.pdf"'
    path = archive.house.home / "copy.pdf"
    path.write_bytes(answer.content)
    with Pdf.open(path) as pdf:
        assert Name.AcroForm not in pdf.Root
        assert all("(TEST) Tj" in content(page) for page in pdf.pages)
    downloaded = [event for event in events(archive) if event.kind == "record.downloaded"]
    assert [event.payload["stt"] for event in downloaded] == [1]


def content(page: Page) -> str:
    page.contents_coalesce()
    return page.Contents.read_bytes().decode("latin-1")


@pytest.mark.parametrize("path", ["archival", "pages/1/picture"])
def test_what_does_not_read_back_is_given_to_nobody(archive: Archive, path: str) -> None:
    browser = opened(archive)
    with archive.house.ctx.ledger.session() as session:
        stored = session.scalars(select(StoredObject).where(StoredObject.kind == "archival")).one()
        (archive.house.home / "store" / stored.key).chmod(0o644)
        (archive.house.home / "store" / stored.key).write_bytes(b"%PDF-1.7 something else")
    assert browser.get(f"/documents/{archive.document_id}/{path}").status_code >= 400
    with archive.house.ctx.ledger.session() as session:
        session.scalars(select(StoredObject).where(StoredObject.kind == "archival")).one().check_ok = False
    assert browser.get(f"/documents/{archive.document_id}/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2f..%2fapp.py",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/documents/../../etc/passwd/archival",
        "/documents/01a22a88-d9e4-7a09-b6b9-f1abd51e4ee4/archival",
        "/records/01a22a88-d9e4-7a09-b6b9-f1abd51e4ee4",
        "/records/x",
        "/docs",
        "/openapi.json",
    ],
)
def test_what_is_not_there_is_not_found(archive: Archive, path: str) -> None:
    assert archive.browser("minh").get(path).status_code == 404


def test_the_verdict_on_a_record_is_one_sentence(archive: Archive) -> None:
    browser = archive.browser("minh")
    answer = browser.post(f"{record_page(archive)}/verify", seen_on="/")
    assert "XÁC THỰC: không bị sửa đổi từ khi ký, người ký được tin cậy." in answer.text
    assert "Sổ theo dõi ghi nhận đúng nội dung này" in answer.text
    assert ("object.reread.good", "web:minh") in [(event.kind, event.actor) for event in events(archive)]


def test_users_are_shown_to_administrators_alone(archive: Archive) -> None:
    assert [archive.browser(login).get("/users").status_code for login in ("minh", "lan", "son")] == [403, 403, 200]


def test_snapshots_are_listed_with_their_hashes(archive: Archive) -> None:
    assert "Chưa chốt bản nào" in archive.browser("minh").get("/snapshots").text
    reporting.write_report(archive.house.ctx)
    text = archive.browser("minh").get("/snapshots").text
    assert re.search(r'class="hash[^"]*">[0-9a-f]{64}<', text)


def test_two_snapshots_are_compared_whichever_is_named_first(archive: Archive) -> None:
    reporting.write_report(archive.house.ctx)
    registered(archive)
    reporting.write_report(archive.house.ctx)
    browser = archive.browser("minh")
    now, before = re.findall(r'name="before" value="([0-9a-f-]{36})"', browser.get("/snapshots").text)
    texts = {
        browser.get("/snapshots/compare", params=pair).text
        for pair in ({"before": before, "now": now}, {"before": now, "now": before})
    }
    (text,) = {re.sub(r'href="/language[^"]*"', "", text) for text in texts}
    assert "0 → <strong>1</strong>" in text
    assert browser.get("/snapshots/compare", params={"before": before, "now": before[::-1]}).status_code == 404
    assert browser.get("/snapshots/compare").status_code == 404


def registered(archive: Archive) -> None:
    """Enter a row of the register that no scan belongs to."""
    path = archive.house.home / "register.csv"
    day = archive.house.ctx.clock().date()
    path.write_text(
        f"Mã hồ sơ,Mã cơ quan,Ngày giải quyết,Số kết quả\nH41.99-260311-0777,H41.99,{day:%d/%m/%Y},1\n", "utf-8"
    )
    with archive.house.ctx.ledger.session() as session:
        import_register(session, path, "tester", archive.house.ctx.clock)


def test_a_fault_of_the_program_is_told_without_its_details(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **_options: object) -> None:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr("web.routes.snapshots.list_snapshots", broken)
    answer = archive.browser("minh").get("/snapshots")
    assert (answer.status_code, "a secret" in answer.text) == (500, False)
    assert answer.headers["content-security-policy"]
