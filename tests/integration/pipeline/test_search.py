"""Searching: whatever marks, case and punctuation are typed, the paper is found; what is erased never is."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.search.finding import Asked, find_documents, find_unscanned
from pipeline.search.indexing import bring_index_up_to_date
from storage.ledger import Ledger
from storage.ledger.models import (
    Document,
    DocumentVersion,
    FieldValue,
    Page,
    Record,
    SearchText,
    Signature,
    StoredObject,
)
from storage.ledger.states import DocumentState
from tests.integration.pipeline.counting_town import NOON, Scan, Town, open_town

PAGE = "Căn cứ Luật Hộ tịch; xét hồ sơ của ông Trần Văn Mẫu, thôn Hoà Bình, xã Đông Thành."


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        yield town


@pytest.fixture
def paper(ledger: Ledger) -> UUID:
    """One decision, with its fields and its page."""
    with ledger.session() as session:
        return _paper(session, Town(session), PAGE, symbol="15/QĐ-UBND", subject="Về việc hỗ trợ thuỷ lợi nhỏ")


def _paper(session: Session, town: Town, page: str, **fields: str) -> UUID:
    record = town.record(town.entry("H41.30", resolved_on=NOON.date()), Scan())
    document = session.scalars(select(Document).where(Document.record_id == record.id)).one()
    version = session.scalars(select(DocumentVersion).where(DocumentVersion.document_id == document.id)).one()
    _read(session, version.id, page)
    session.add_all(_value(version.id, name, value) for name, value in fields.items())
    return document.id


def _read(session: Session, version_id: UUID, page: str) -> None:
    measures = dict.fromkeys(("blur", "skew_deg", "border_ratio"), 0.0)
    flags = dict.fromkeys(("is_blank", "has_colour", "has_seal"), False)
    sizes = dict.fromkeys(("width_px", "height_px", "dpi", "depth_bits", "channels"), 1)
    session.add(Page(version_id=version_id, number=1, rotation=0, text=page, **measures, **flags, **sizes))


def _value(version_id: UUID, name: str, value: str, source: str = "ocr") -> FieldValue:
    return FieldValue(
        version_id=version_id,
        name=name,
        value=value,
        confidence=1.0,
        source=source,
        status="accepted",
        recorded_at=NOON,
    )


def _found(ledger: Ledger, typed: str) -> list[UUID]:
    with ledger.session() as session:
        bring_index_up_to_date(session)
    with ledger.reading() as session:
        return [hit.document_id for hit in find_documents(session, Asked.of(typed))]


@pytest.mark.parametrize(
    "typed",
    [
        "15/QĐ-UBND",
        "15 qd ubnd",
        "H41.30-250101-0001",
        "h41.30-250101",
        "thủy lợi",
        "thuỷ lợi",
        "THUY LOI",
        "hòa bình",
        "Hoà Bình",
        "tran van mau",
        "Trần Văn Mẫ",
        "mẫu trần",
        '"Trần Văn Mẫu"',
        "“hồ sơ của ông”",
    ],
)
def test_a_paper_is_found_however_it_is_typed(ledger: Ledger, paper: UUID, typed: str) -> None:
    assert _found(ledger, typed) == [paper]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "-",
        '"',
        '""',
        "mẫu nguyễn",
        '"Mẫu Trần"',
        "16/QĐ-UBND",
        "ubn ",
        "a'b",
        "NEAR(",
        "head:x",
        "* OR *",
        "\\",
        "\x00",
        ":*",
    ],
)
def test_what_is_not_there_is_not_found_and_nothing_typed_is_a_command(ledger: Ledger, paper: UUID, typed: str) -> None:
    assert _found(ledger, typed) == []


def test_papers_found_by_their_fields_stand_before_those_found_by_their_pages(ledger: Ledger, paper: UUID) -> None:
    with ledger.session() as session:
        town = Town(session, iter(range(100, 200)))
        later = _paper(session, town, "Theo Quyết định số 15/QĐ-UBND")
    assert _found(ledger, "15/QĐ-UBND") == [paper, later]


def test_a_value_a_person_sets_is_what_a_paper_is_found_by(ledger: Ledger, paper: UUID) -> None:
    assert _found(ledger, "thủy lợi") == [paper]
    with ledger.session() as session:
        version = session.scalars(select(DocumentVersion.id).where(DocumentVersion.document_id == paper)).one()
        session.add(_value(version, "subject", "Về việc khen thưởng", "person"))
    assert _found(ledger, "khen thưởng") == [paper]
    assert _found(ledger, "thủy lợi") == []


def test_what_is_erased_is_gone_at_once_and_stays_away(ledger: Ledger, paper: UUID) -> None:
    assert _found(ledger, "Hoà Bình") == [paper]
    with ledger.session() as session:
        versions = select(DocumentVersion.id).where(DocumentVersion.document_id == paper)
        for table in (Page, FieldValue, Signature, StoredObject):
            session.execute(delete(table).where(table.version_id.in_(versions)))
        session.execute(delete(DocumentVersion).where(DocumentVersion.document_id == paper))
        assert session.scalars(select(SearchText)).all() == []
        assert find_documents(session, Asked.of("Hoà Bình")) == []
    assert _found(ledger, "Hoà Bình") == []


def test_no_word_of_an_erased_paper_is_left_in_the_files(tmp_path: Path) -> None:
    with open_town(f"sqlite:///{tmp_path}/l.sqlite3") as ledger:
        with ledger.session() as session:
            erased, _kept = (
                _paper(session, Town(session, iter(range(at, at + 50))), text, subject=text)
                for at, text in ((1, "Quyphamgiau mấtdấu"), (100, PAGE))
            )
            bring_index_up_to_date(session)
        with ledger.session() as session:
            versions = select(DocumentVersion.id).where(DocumentVersion.document_id == erased)
            for table in (Page, FieldValue, Signature, StoredObject):
                session.execute(delete(table).where(table.version_id.in_(versions)))
            session.execute(delete(DocumentVersion).where(DocumentVersion.document_id == erased))
        ledger.scrub()
        assert _found(ledger, "Hoà Bình")
        left = b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
    assert b"hoa binh" in left
    assert b"quyphamgiau" not in left
    assert b"matdau" not in left


@pytest.mark.parametrize("state", [DocumentState.QUARANTINED, DocumentState.DUPLICATE])
def test_papers_that_must_not_be_seen_are_not_found(ledger: Ledger, state: DocumentState) -> None:
    with ledger.session() as session:
        town = Town(session)
        record = town.record(None, Scan(state=state))
        version = session.scalars(select(DocumentVersion).join(Document).where(Document.record_id == record.id)).one()
        _read(session, version.id, PAGE)
    assert _found(ledger, "Hoà Bình") == []


def test_a_paper_that_has_not_passed_the_secrecy_check_is_not_found(ledger: Ledger, paper: UUID) -> None:
    with ledger.session() as session:
        session.scalars(select(DocumentVersion)).one().secrecy_passed_at = None
    assert _found(ledger, "Hoà Bình") == []


def test_a_row_of_the_register_without_a_scan_is_found_by_its_code(ledger: Ledger, paper: UUID) -> None:
    with ledger.session() as session:
        town = Town(session, iter(range(100, 200)))
        row = town.entry("H41.30", resolved_on=None)
    with ledger.reading() as session:
        assert [found.id for found in find_unscanned(session, f" {row.record_code.lower()} ")] == [row.id]
        scanned = session.scalars(select(Record.code)).one()
        assert find_unscanned(session, scanned) == []


def test_the_index_is_brought_up_to_date_some_at_a_time(ledger: Ledger) -> None:
    with ledger.session() as session:
        town = Town(session)
        for _ in range(3):
            _paper(session, town, PAGE)
    with ledger.session() as session:
        assert bring_index_up_to_date(session, 200)
        assert len(session.scalars(select(SearchText)).all()) == 3
