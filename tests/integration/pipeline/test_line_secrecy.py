"""Of a secret file only sha256, agency and reason remain, anywhere in the installation."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline import review, secrecy_gate
from pipeline.secrecy import SecrecyMark
from storage.ledger.models import Document, Event, InboxItem, Record
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
    assert review.reject(house.ctx, first.id) is DocumentState.QUARANTINED
    assert house.states() == [DocumentState.QUARANTINED] * 2
    assert_nothing_of_it_is_left(house.home)
    assert_nothing_of_it_is_left(house.home, "so-2")


def test_a_mark_found_late_on_a_stored_document_is_the_administrators(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(house.record / NAME)
    house.run()
    house.settle_questions()
    with house.ctx.ledger.session() as session:
        assert session.scalars(select(Document.state)).all() == [DocumentState.IN_WORK]
    monkeypatch.setattr(secrecy_gate, "find_secrecy_mark", lambda _: SecrecyMark("Mật", 1, is_certain=True))
    house.run()
    document = house.document()
    assert (document.state, document.reason_code) == (DocumentState.STUCK, "secret_stored")


def suspect(house: House) -> None:
    """Lay a page whose mark the gate is not sure of into the inbox, and run."""
    page(house.record / NAME, LETTER[0], "Độ mật: Mật", *LETTER[2:])
    house.run()
