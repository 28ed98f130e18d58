"""A paper that is scanned again is the next version of its document: counted once, earlier objects kept."""

import hashlib
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, update

from config.errors import ExitCode, recall
from config.i18n import activate, active_language
from pipeline import review
from pipeline.findings import NOT_IN_REGISTER
from pipeline.holds import EarlierDuplicateError
from pipeline.job import claim
from pipeline.overview import read_status, show_record
from pipeline.release import approve, waiting_batches
from pipeline.review_effects import EFFECTS
from pipeline.runner import WORKABLE
from pipeline.verification import Standing, verify_file, verify_record
from pipeline.versions import NEWER_REFUSED, REPLACES_EARLIER
from scripts.application import run
from signing.report import Verdict
from storage.ledger.models import Document, DocumentVersion, Event, Finding, Record, ReviewTask, StoredObject
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import LETTER, RECORD, SHEET, House, page

OTHER_LETTER = (
    *LETTER[:2],
    "Số: 77/QĐ-UBND Mẫu, ngày 12 tháng 3 năm 2026",
    "QUYẾT ĐỊNH",
    "Về việc cấp giấy phép xây dựng nhà ở riêng lẻ",
)
pytestmark = pytest.mark.needs("tesseract", "poppler")


@pytest.fixture
def archived(house: House) -> House:
    page(house.record / "a.png")
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED]
    return house


def stored(house: House) -> dict[str, str]:
    with house.ctx.ledger.reading() as session:
        return {item.key: item.sha256 for item in session.scalars(select(StoredObject))}


def open_reasons(house: House) -> set[str]:
    return {question.reason_code for question in review.open_questions(house.ctx)}


def test_a_paper_scanned_again_is_version_2_and_version_1_is_kept(archived: House) -> None:
    first = stored(archived)
    page(archived.record / "a.png", seed=9)
    assert archived.run().intake.taken == 1
    assert REPLACES_EARLIER in open_reasons(archived)
    archived.settle_questions()
    archived.run(release=True)
    document = archived.document()
    assert (document.state, document.current_version, document.stt) == (DocumentState.ARCHIVED, 2, 1)
    both = stored(archived)
    assert first.items() < both.items()
    assert all("/v2/" in key for key in both.keys() - first.keys())
    assert all(archived.ctx.store.read_back(key) == sha256 for key, sha256 in both.items())
    ((shown,),) = [record.documents for record in show_record(archived.ctx, RECORD)]
    assert [version.reason for version in shown.versions] == ["first_scan", "scanned_again"]
    assert {key for _kind, key, _sha256 in shown.objects} == set(both)
    (proof,) = verify_record(archived.ctx, RECORD)
    assert (proof.verdict, proof.ledger_match) == (Verdict.VALID, True)
    assert archived.in_inbox() == []
    assert not [path for path in (archived.home / "staging").rglob("*") if path.is_file()]


def test_a_replaced_version_at_hand_is_told_as_such_in_both_languages(
    archived: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Genuine is not enough: a later version may say something else. An original scan is no archived document."""
    old = tmp_path / "old.pdf"
    shutil.copyfile(next((archived.home / "store").rglob(f"{RECORD}.1.pdf")), old)
    assert verify_file(archived.ctx, old).standing == Standing(1, 1, None)
    page(archived.record / "a.png", seed=9)
    archived.run()
    assert verify_file(archived.ctx, old).standing == Standing(1, 2, None)
    archived.settle_questions()
    archived.run(release=True)
    proof = verify_file(archived.ctx, old)
    assert (proof.verdict, proof.ledger_match) == (Verdict.VALID, True)
    assert proof.standing is not None
    assert (proof.standing.version, proof.standing.current_version) == (1, 2)
    assert proof.standing.replaced_at is not None
    (current,) = verify_record(archived.ctx, RECORD)
    assert current.standing == Standing(2, 2, None)
    before, told = active_language(), []
    try:
        for language in ("en", "vi"):
            activate(language)
            assert run(["--home", str(archived.home), "verify", str(old)]) == ExitCode.DONE
            told.append(capsys.readouterr().out)
    finally:
        activate(before)
    assert "This is version 1; replaced by version 2 on" in told[0]
    assert "Đây là phiên bản 1; đã được thay bằng phiên bản 2 ngày" in told[1]


def test_an_original_scan_at_hand_is_not_taken_for_an_archived_document(house: House, tmp_path: Path) -> None:
    scan = page(house.record / "a.pdf")
    shutil.copyfile(scan, tmp_path / "scan.pdf")
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED]
    proof = verify_file(house.ctx, tmp_path / "scan.pdf")
    assert (proof.ledger_match, proof.standing) == (None, None)


def test_a_record_is_not_complete_while_its_new_version_is_in_work(archived: House) -> None:
    with archived.ctx.ledger.session() as session:
        session.execute(update(Record).values(state="digitized"))
    page(archived.record / "a.png", seed=9)
    archived.drain()
    with archived.ctx.ledger.reading() as session:
        assert session.scalars(select(Record.state)).all() == ["open"]


def test_questions_answered_about_one_version_are_asked_again_about_the_next(house: House) -> None:
    page(house.record / "a.png")
    house.run()
    asked = open_reasons(house)
    house.settle_questions()
    with house.ctx.ledger.session() as session:
        session.add(
            Finding(
                document_id=house.document().id, code="secrecy_cleared", severity="note", found_at=house.ctx.clock()
            )
        )
    page(house.record / "a.png", seed=9)
    house.run()
    document = house.document()
    assert (document.state, document.current_version) == (DocumentState.WAITING_REVIEW, 2)
    assert open_reasons(house) == asked | {REPLACES_EARLIER}
    with house.ctx.ledger.reading() as session:
        assert not session.scalars(select(Finding).where(Finding.code == "secrecy_cleared")).all()


def test_a_refused_paper_keeps_its_number_when_it_is_scanned_again(house: House) -> None:
    page(house.record / "a.png", " ")
    house.run()
    assert house.states() == [DocumentState.REFUSED]
    page(house.record / "a.png")
    house.archive_all()
    document = house.document()
    assert (document.state, document.stt, document.current_version) == (DocumentState.ARCHIVED, 1, 2)


@pytest.mark.parametrize("by", ["person", "machine"])
def test_a_new_version_that_is_refused_leaves_the_archived_one_in_its_place(archived: House, by: str) -> None:
    before = archived.document()
    page(archived.record / "a.png", *([" "] if by == "machine" else LETTER), seed=9)
    archived.run()
    if by == "person":
        assert review.foreseen_of_reject(archived.ctx, before.id) is DocumentState.ARCHIVED
        assert review.reject(archived.ctx, before.id) is DocumentState.ARCHIVED
    document = archived.document()
    assert (document.state, document.current_version) == (DocumentState.ARCHIVED, 1)
    assert (document.original_sha256, document.page_count) == (before.original_sha256, before.page_count)
    (told,) = read_status(archived.ctx).troubles
    assert told.code == ("rejected_in_review" if by == "person" else "unreadable")
    assert [proof.verdict for proof in verify_record(archived.ctx, RECORD)] == [Verdict.VALID]
    page(archived.record / "a.png", seed=11)
    archived.run()
    archived.settle_questions()
    archived.run(release=True)
    assert (archived.document().state, archived.document().current_version) == (DocumentState.ARCHIVED, 3)


@pytest.mark.parametrize(
    ("mark", "reason"),
    [("TUYỆT MẬT", "secrecy_mark"), ("Độ mật: Mật", "secrecy_confirmed")],
    ids=["certain", "suspected"],
)
def test_a_new_version_that_is_secret_is_erased_and_the_archived_one_stays(
    archived: House, mark: str, reason: str
) -> None:
    before, kept = archived.document(), stored(archived)
    page(archived.record / "a.png", LETTER[0], mark, *LETTER[2:], seed=9)
    archived.run()
    if reason == "secrecy_confirmed":
        assert review.foreseen_of_reject(archived.ctx, before.id) is DocumentState.ARCHIVED
        assert review.reject(archived.ctx, before.id) is DocumentState.ARCHIVED
    document, secret = archived.documents()
    assert (document.state, document.current_version) == (DocumentState.ARCHIVED, 1)
    assert (document.original_sha256, document.reason_code) == (before.original_sha256, reason)
    assert (secret.state, secret.record_id, secret.source_path) == (DocumentState.QUARANTINED, None, None)
    assert stored(archived) == kept
    with archived.ctx.ledger.reading() as session:
        assert session.scalars(select(DocumentVersion.number)).all() == [1]
    assert not [path for folder in ("work", "staging") for path in (archived.home / folder).rglob("*.*")]
    assert archived.run().intake.refused == 1, "known again at the door"


def test_a_document_that_goes_back_to_its_archived_version_says_again_what_it_said(archived: House) -> None:
    before = archived.document()
    (archived.inbox / "lo.toml").write_text(SHEET.replace("Nguyễn Văn Mẫu", "Trần Thị Mẫu"), "utf-8")
    page(archived.record / "a.png", " ", seed=9)
    archived.run()
    after = archived.document()
    assert before.type_code
    assert (after.type_code, after.batch_id, after.lane) == (before.type_code, before.batch_id, before.lane)


def test_another_paper_under_the_same_name_is_asked_about_and_its_rejection_brings_the_first_back(house: House) -> None:
    first = page(house.record / "scan.png").read_bytes()
    house.run()
    other = page(house.record / "scan.png", *OTHER_LETTER).read_bytes()
    house.run()
    assert REPLACES_EARLIER in open_reasons(house)
    document = house.document()
    assert review.foreseen_of_reject(house.ctx, document.id) is DocumentState.IN_WORK
    assert review.reject(house.ctx, document.id) is DocumentState.IN_WORK
    (house.record / "scan-2.png").write_bytes(other)
    house.archive_all()
    house.archive_all()
    assert [(found.state, found.stt, found.original_sha256) for found in house.documents()] == [
        (DocumentState.ARCHIVED, 1, hashlib.sha256(first).hexdigest()),
        (DocumentState.ARCHIVED, 2, hashlib.sha256(other).hexdigest()),
    ]


def test_a_blank_new_version_gives_the_place_back_to_one_that_was_reviewed_and_released(house: House) -> None:
    page(house.record / "a.png")
    house.run()
    house.settle_questions()
    house.run()
    before = house.document()
    house.check_samples()
    approve(house.ctx, waiting_batches(house.ctx)[0].batch_id)
    page(house.record / "a.png", " ", seed=2)
    house.run()
    assert (house.document().state, house.document().current_version) == (DocumentState.IN_WORK, 1)
    with house.ctx.ledger.reading() as session:
        assert NEWER_REFUSED in session.scalars(select(Finding.code)).all()
    house.run()
    after = house.document()
    assert open_reasons(house) == set()
    assert (after.state, after.current_version) == (DocumentState.ARCHIVED, 1)
    assert (after.batch_id, after.type_code, after.original_sha256) == (
        before.batch_id,
        before.type_code,
        before.original_sha256,
    )


def test_questions_left_open_are_asked_again_when_a_version_comes_back(house: House) -> None:
    page(house.record / "a.png")
    house.run()
    asked = open_reasons(house)
    assert asked
    page(house.record / "a.png", seed=9)
    house.run()
    review.accept(house.ctx, house.document().id, review.open_questions(house.ctx)[0].field_name)
    review.reject(house.ctx, house.document().id)
    house.run()
    assert (house.document().state, house.document().current_version) == (DocumentState.WAITING_REVIEW, 1)
    assert open_reasons(house) == asked


def test_what_is_odd_about_the_record_is_still_told_when_a_version_comes_back(house: House) -> None:
    page(house.record / "a.png")
    house.run()
    page(house.record / "a.png", seed=9)
    house.run()
    review.reject(house.ctx, house.document().id)
    house.run()
    with house.ctx.ledger.reading() as session:
        assert NOT_IN_REGISTER in set(session.scalars(select(Finding.code)))


def test_a_version_that_was_refused_is_never_gone_back_to(house: House) -> None:
    page(house.record / "a.png")
    house.run()
    page(house.record / "a.png", seed=9)
    house.run()
    review.reject(house.ctx, house.document().id)
    house.run()
    page(house.record / "a.png", " ", seed=11)
    house.run()
    assert (house.document().state, house.document().current_version) == (DocumentState.IN_WORK, 1)


def test_a_suspicion_is_asked_about_again_when_a_version_comes_back(house: House) -> None:
    page(house.record / "a.png", LETTER[0], "Độ mật: Mật", *LETTER[2:])
    house.run()
    assert open_reasons(house) == {"secrecy_suspected"}
    page(house.record / "a.png", " ", seed=9)
    assert house.run().intake.held == 1, "the only copy of the first is not put at risk"
    house.settle_questions()
    house.run()
    house.run()
    house.run()
    assert house.document().current_version == 1
    assert open_reasons(house) == {"secrecy_suspected"}


@pytest.mark.parametrize(
    ("mark", "reason"),
    [("TUYỆT MẬT", "secrecy_mark"), ("Độ mật: Mật", "secrecy_confirmed")],
    ids=["certain", "suspected"],
)
def test_a_new_version_that_is_secret_is_erased_and_one_not_archived_yet_comes_back(
    house: House, mark: str, reason: str
) -> None:
    page(house.record / "a.png")
    house.run()
    kept = stored(house)
    page(house.record / "a.png", LETTER[0], mark, *LETTER[2:], seed=9)
    house.run()
    if reason == "secrecy_confirmed":
        assert review.foreseen_of_reject(house.ctx, house.document().id) is DocumentState.IN_WORK
        assert review.reject(house.ctx, house.document().id) is DocumentState.IN_WORK
    document, secret = house.documents()
    assert (document.state, document.current_version, document.reason_code) == (DocumentState.IN_WORK, 1, reason)
    assert secret.state == DocumentState.QUARANTINED
    with house.ctx.ledger.reading() as session:
        assert not session.scalars(select(ReviewTask).where(ReviewTask.version == 2)).all()
    house.archive_all()
    assert house.documents()[0].state == DocumentState.ARCHIVED
    assert kept.items() < stored(house).items()


def test_an_older_version_delivered_again_is_named_as_that_version(archived: House) -> None:
    page(archived.record / "a.png", seed=9)
    archived.archive_all()
    page(archived.record / "b.png")
    archived.run()
    document, again = archived.documents()
    assert (document.state, document.current_version) == (DocumentState.ARCHIVED, 2)
    assert (again.state, again.stt, again.reason_code) == (DocumentState.DUPLICATE, None, EarlierDuplicateError.code)
    told = recall(EarlierDuplicateError.code, again.reason_details)
    assert (told.details["version"], told.details["stt"]) == (1, 1)


def test_every_end_of_a_rejection_is_told_beforehand() -> None:
    ends = {
        DocumentState.ARCHIVED,
        DocumentState.IN_WORK,
        DocumentState.REFUSED,
        DocumentState.QUARANTINED,
        DocumentState.STUCK,
    }
    assert set(EFFECTS) == ends


def test_bytes_that_stand_in_the_record_already_are_a_duplicate_not_a_version(archived: House) -> None:
    page(archived.record / "b.png", seed=5)
    archived.archive_all()
    page(archived.record / "a.png", seed=5)
    archived.run()
    assert archived.states() == [DocumentState.ARCHIVED, DocumentState.ARCHIVED, DocumentState.DUPLICATE]
    assert {document.current_version for document in archived.documents()} == {1}


def test_a_paper_scanned_again_while_its_document_is_in_work_waits_for_the_next_run(house: House) -> None:
    page(house.record / "a.png")
    house.drain()
    assert claim(house.ctx, house.document().id, WORKABLE) is not None
    page(house.record / "a.png", seed=9)
    assert house.drain().held == 1
    assert house.items() == {f"H41.99/{RECORD}/a.png": ("waiting", "earlier_version_busy")}
    with house.ctx.ledger.session() as session:
        session.execute(update(Document).values(claim_until=None))
    assert house.drain().held == 1, "the original of the earlier one is not stored yet"
    house.run()
    assert house.drain().taken == 1
    assert house.document().current_version == 2


def test_the_event_log_tells_of_each_version(archived: House) -> None:
    page(archived.record / "a.png", seed=9)
    archived.run()
    with archived.ctx.ledger.reading() as session:
        payloads = session.scalars(
            select(Event.payload).where(Event.kind == "document.received").order_by(Event.seq)
        ).all()
        tasks = session.scalars(select(ReviewTask.decision).where(ReviewTask.settled_at.is_(None))).all()
    assert [payload["version"] for payload in payloads] == [1, 2]
    assert tasks
