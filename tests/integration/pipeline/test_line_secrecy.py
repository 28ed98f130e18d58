"""Of a secret file only sha256, agency and reason remain, anywhere in the installation."""

import hashlib
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.errors import LostClaimError, SecrecyMarkError, recall
from pipeline import holds, review, secrecy_gate
from pipeline.backfill import BackfillScope, plan_backfill
from pipeline.context import Context
from pipeline.failures import settle_failure
from pipeline.job import claim
from pipeline.outcome import RunSummary
from pipeline.overview import read_status
from pipeline.reporting import write_report
from pipeline.runner import WORKABLE
from pipeline.secrecy import SecrecyMark
from pipeline.stages import extract, recognize
from storage.ledger import Ledger
from storage.ledger.models import (
    Base,
    Document,
    DocumentVersion,
    Event,
    FieldValue,
    InboxItem,
    Page,
    ProgressSnapshot,
    Record,
    StoredObject,
)
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import AGENCY, LETTER, RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")
SECRET = (LETTER[0], "TUYỆT MẬT", "KẾ HOẠCH PHÒNG THỦ", "Nguyễn Văn Bí Ẩn phụ trách kho đạn")
NAME = "ke-hoach-kho-dan.png"


def everything_kept(home: Path) -> Iterator[tuple[Path, bytes]]:
    """Every byte of the installation outside the inbox, the raw database included, and its dump."""
    for path in home.rglob("*"):
        if path.is_file() and "inbox" not in path.relative_to(home).parts:
            yield path, path.name.encode() + path.read_bytes()
    with sqlite3.connect(home / "ledger.sqlite3") as connection:
        yield home / "dump", "\n".join(connection.iterdump()).encode()


def assert_nothing_of_it_is_left(home: Path, record: str = RECORD) -> None:
    for trace in (record, NAME, "ke-hoach", "Nguyễn Văn Bí Ẩn", "kho đạn", "PHÒNG THỦ"):
        found = [path for path, content in everything_kept(home) if trace.encode() in content]
        assert not found, f"{trace!r} is still in {found}"


def test_a_secret_file_is_quarantined_before_anything_is_kept_and_refused_at_the_door_afterwards(house: House) -> None:
    scan = page(house.record / NAME, *SECRET)
    page(house.inbox / AGENCY / "so-2" / "thuong.png")
    shutil.copyfile(scan, house.record / ("b-" + NAME))
    summary = house.run()
    assert summary.has_failures
    assert house.states() == [DocumentState.QUARANTINED, DocumentState.WAITING_REVIEW], (
        "the duplicate of a secret file is not kept either"
    )
    kept = next(document for document in house.documents() if document.state == DocumentState.QUARANTINED)
    assert (kept.agency_code, kept.reason_code) == (AGENCY, "secrecy_mark")
    kept_of_it = (kept.record_id, kept.batch_id, kept.stt, kept.source_path, kept.page_count, kept.same_bytes_as_id)
    assert kept_of_it == (None,) * 6
    assert_nothing_of_it_is_left(house.home)
    assert scan.exists(), "a secret paper's file is for people to take away"
    again = house.run()
    assert again.intake.refused == 2
    assert_nothing_of_it_is_left(house.home)
    with house.ctx.ledger.reading() as session:
        assert session.scalar(select(Record.id).where(Record.code == RECORD)) is None
        assert not session.scalars(select(InboxItem.path).where(InboxItem.path.contains("ke-hoach"))).all()
        kinds = session.scalars(select(Event.kind).where(Event.subject_id == str(kept.id))).all()
    assert kinds[-1] == "document.quarantined"


KEPT_COLUMNS = {
    "id",
    "agency_code",
    "state",
    "state_since",
    "received_at",
    "reason_code",
    "reason_details",
    "original_sha256",
    "role",
    "tries",
    "current_version",
    "claim_fence",
}
"""What a quarantined document's row may say: hash, agency, reason, and what every row says."""


def test_of_a_secret_file_no_row_and_no_event_says_more_than_hash_agency_and_reason(house: House) -> None:
    scan = page(house.record / NAME, *SECRET)
    sha256 = hashlib.sha256(scan.read_bytes()).hexdigest()
    before = all_rows(house)
    house.run()
    document = house.document()
    after = all_rows(house)
    with house.ctx.ledger.reading() as session:
        own = session.scalars(select(Event).where(Event.subject_id == str(document.id)).order_by(Event.seq)).all()
        others = session.scalars(select(Event).where(Event.subject_id != str(document.id))).all()
    changed = {name for name, rows in after.items() if rows != before[name]}
    assert changed == {"document", "event", "chain_head_seal", "count_change", "touched_record"}
    # That a record came and went is noted by a number that names nothing any more.
    assert {name for row in after["touched_record"] for name in row} == {"id", "record_id"}
    # What counts rose by names no document; of its findings nothing is left.
    counted = after["count_change"]
    assert {(row["agency_code"], row["code"]) for row in counted if row["subject"] == "document"} <= {
        (AGENCY, "in_work"),
        (AGENCY, "quarantined"),
    }
    findings = Counter[object]()
    for row in counted:
        if row["subject"] == "finding":
            findings[row["code"]] += int(str(row["number"]))
    assert set(findings.values()) <= {0}
    (row,) = after["document"]
    # The person who has to take it out of the inbox finds it by what is kept.
    (told,) = read_status(house.ctx).troubles
    assert told.where == f"{AGENCY}: tệp có mã băm SHA-256 bắt đầu bằng {sha256[:12]}"
    assert {name for name, value in row.items() if value is not None} <= KEPT_COLUMNS
    assert [(event.kind, event.payload) for event in own] == [
        ("document.received", {"duplicate": False, "version": 1}),
        ("document.quarantined", {"before": "in_work", "reason": "secrecy_mark", "version": 1}),
    ]
    assert {event.input_sha256 for event in own} == {sha256}
    assert {event.output_sha256 for event in own} == {None}
    assert not [event.kind for event in others if event.subject_type in {"record", "batch", "inbox_item"}]


def all_rows(house: House) -> dict[str, list[dict[str, object]]]:
    with house.ctx.ledger.reading() as session:
        return {
            table.name: [dict(row) for row in session.execute(table.select()).mappings()]
            for table in Base.metadata.sorted_tables
        }


def test_what_the_event_log_held_back_is_told_once_when_the_gate_was_passed(house: House) -> None:
    suspect(house)
    document = house.document()
    assert kinds_of(house, document) == ["document.received", "document.waiting_review"]
    review.accept(house.ctx, document.id)
    house.run()
    house.run()
    kinds = Counter(kinds_of(house, document))
    told = ("deliver", "prepare", "recognize", "assemble", "extract")
    assert {kinds[f"stage.{name}"] for name in told} == {1}
    assert kinds["document.admitted"] == 1


def test_no_frozen_figures_name_a_record_before_the_gate_was_passed(house: House) -> None:
    suspect(house)
    write_report(house.ctx)
    with house.ctx.ledger.reading() as session:
        (figures,) = session.scalars(select(ProgressSnapshot.figures))
    assert RECORD not in json.dumps(figures)
    assert figures["attention"][0]["state"] == "waiting_review"


def kinds_of(house: House, document: Document) -> list[str]:
    with house.ctx.ledger.reading() as session:
        events = select(Event.kind).where(Event.subject_id == str(document.id)).order_by(Event.seq)
        return list(session.scalars(events))


def test_a_suspected_mark_asks_a_person_and_goes_on_when_cleared(house: House) -> None:
    suspect(house)
    document = house.document()
    assert (document.state, document.reason_code) == (DocumentState.WAITING_REVIEW, "secrecy_suspected")
    assert not list((house.home / "store").rglob("*.png"))
    review.accept(house.ctx, document.id)
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED]


def test_a_suspected_mark_that_a_person_confirms_quarantines(house: House) -> None:
    suspect(house)
    other = house.inbox / AGENCY / "so-2"
    other.mkdir()
    shutil.copyfile(house.record / NAME, other / NAME)
    house.run()
    assert house.states() == [DocumentState.WAITING_REVIEW] * 2
    first, _second = house.documents()
    assert review.foreseen_of_reject(house.ctx, first.id) is DocumentState.QUARANTINED
    assert review.reject(house.ctx, first.id) is DocumentState.QUARANTINED
    assert house.states() == [DocumentState.QUARANTINED] * 2
    told = {str(recall(kept.reason_code or "", kept.reason_details)) for kept in house.documents()}
    assert told == {str(secrecy_gate.SecrecyConfirmedError(page=1))}
    assert_nothing_of_it_is_left(house.home)
    assert_nothing_of_it_is_left(house.home, "so-2")
    assert house.run().intake.refused == 2


def test_a_mark_found_late_on_a_stored_document_is_the_administrators(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(house.record / NAME)
    house.run()
    house.settle_questions()
    with house.ctx.ledger.session() as session:
        assert session.scalars(select(Document.state)).all() == [DocumentState.IN_WORK]
    find(monkeypatch, SecrecyMark("Mật", 1, is_certain=True))
    house.run()
    document = house.document()
    assert (document.state, document.reason_code) == (DocumentState.STUCK, "secret_stored")


@pytest.fixture
def read_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """One archived document, which a newer engine would read again."""
    page(house.record / NAME)
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED]
    monkeypatch.setattr(recognize, "READ_VERSION", "next")
    monkeypatch.setattr(extract, "EXTRACT_VERSION", "next")
    return house


def find(monkeypatch: pytest.MonkeyPatch, *marks: SecrecyMark) -> None:
    monkeypatch.setattr(secrecy_gate, "find_secrecy_marks", lambda _: marks)


def backfill(house: House) -> RunSummary:
    return house.backfill()


def written(house: House) -> dict[str, list[str]]:
    """What the ledger holds of what was read and stored."""
    with house.ctx.ledger.reading() as session:
        return {
            table.__tablename__: sorted(map(str, session.execute(select(table.__table__))))
            for table in (Page, FieldValue, StoredObject, DocumentVersion)
        }


def test_a_mark_that_a_newer_reading_finds_on_an_archived_record_stops_it_before_more_is_written(
    read_anew: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, SecrecyMark("Mật", 1, is_certain=True))
    before = written(read_anew)
    summary = backfill(read_anew)
    document = read_anew.document()
    assert (document.state, document.reason_code) == (DocumentState.STUCK, "secret_stored")
    assert (summary.has_failures, summary.failures[0].code) == (True, "secret_stored")
    assert written(read_anew) == before
    assert not [path for path in (read_anew.home / "work").rglob("*") if path.is_file()]
    with read_anew.ctx.ledger.reading() as session:
        assert session.scalars(select(Record.state)).all() == ["open"]
        kinds = session.scalars(select(Event.kind).where(Event.subject_id == str(document.id))).all()
    assert kinds[-1] == "document.stuck"
    (told,) = read_status(read_anew.ctx).troubles
    assert told.cause == str(holds.SecretStoredError(page=1))
    find(monkeypatch)
    assert backfill(read_anew).states == {"archived": 1}, "a false alarm of the machine leads back where it was"


def test_a_suspicion_on_an_archived_record_asks_a_person_and_its_pdf_stays_as_it_was_signed(
    read_anew: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, SecrecyMark("Mật", 1, is_certain=False))
    before = written(read_anew)
    backfill(read_anew)
    document = read_anew.document()
    assert (document.state, document.reason_code) == (DocumentState.WAITING_REVIEW, "secrecy_suspected")
    review.accept(read_anew.ctx, document.id)
    assert not read_anew.run().has_failures
    assert read_anew.states() == [DocumentState.ARCHIVED]
    after = written(read_anew)
    assert (after["stored_object"], after["document_version"]) == (before["stored_object"], before["document_version"])
    assert plan_backfill(read_anew.ctx, BackfillScope()).documents == 0


def test_a_suspicion_on_an_archived_record_that_a_person_confirms_is_the_administrators(
    read_anew: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, SecrecyMark("Mật", 1, is_certain=False))
    backfill(read_anew)
    assert review.foreseen_of_reject(read_anew.ctx, read_anew.document().id) is DocumentState.STUCK
    assert review.reject(read_anew.ctx, read_anew.document().id) is DocumentState.STUCK
    assert read_anew.document().reason_code == "secret_stored"


def test_nothing_takes_the_place_of_a_secret_document_that_is_stored(
    read_anew: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, SecrecyMark("Mật", 1, is_certain=True))
    backfill(read_anew)
    find(monkeypatch)
    page(read_anew.record / NAME, seed=9)
    assert read_anew.run().intake.held == 1
    document = read_anew.document()
    assert (document.state, document.reason_code, document.current_version) == (DocumentState.STUCK, "secret_stored", 1)
    assert "earlier_secret" in {told.code for told in read_status(read_anew.ctx).troubles}


def test_a_worker_that_lost_its_claim_erases_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    page(house.record / NAME)
    house.drain()
    job = claim(house.ctx, house.document().id, WORKABLE)
    assert job is not None
    other = Context(house.ctx.settings, actor="other")
    real, taken_over = Ledger.session, []

    @contextmanager
    def losing(ledger: Ledger) -> Iterator[Session]:
        """Whatever this worker commits first, right after it another worker tries to take the document over."""
        with real(ledger) as session:
            yield session
        monkeypatch.setattr(Ledger, "session", real)
        with real(ledger) as session:
            session.execute(update(Document).values(claim_until=None))
        taken_over.append(claim(other, house.document().id, WORKABLE))

    monkeypatch.setattr(Ledger, "session", losing)
    with suppress(LostClaimError):
        settle_failure(job, SecrecyMarkError(grade="Mật", page=1))
    staged = list((house.home / "staging").rglob("*.png"))
    if taken_over == [None]:
        assert (house.states(), staged) == ([DocumentState.QUARANTINED], [])
    else:
        assert (house.states(), len(staged)) == ([DocumentState.IN_WORK], 1)


def suspect(house: House) -> None:
    """Lay a page whose mark the gate is not sure of into the inbox, and run."""
    page(house.record / NAME, LETTER[0], "Độ mật: Mật", *LETTER[2:])
    house.run()
