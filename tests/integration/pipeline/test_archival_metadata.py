"""What TT 05/2025 requires: filled by the agency's file or a person, counted for the record, listed where missing."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from config.errors import ReferenceDataError, UsageError
from pipeline.archival_metadata import MISSING, describe
from pipeline.describing import set_metadata
from pipeline.founding import found
from pipeline.identifiers import identifiers_of
from pipeline.overview import RecordView, show_record
from pipeline.register import import_register
from storage.ledger.models import Document, DocumentVersion, FieldValue, Finding, Record
from storage.ledger.states import DocumentState, Environment
from storage.ledger.types import new_id
from tests.integration.pipeline.house import AGENCY, RECORD, House, page

NOW = datetime(2026, 3, 11, 2, tzinfo=UTC)
AGENCIES = f"""schema = 1
[[agency]]
code = "{AGENCY}"
name = "Ủy ban nhân dân xã Mẫu"
level = "commune"
[agency.metadata]
legal_basis = "Quyết định mẫu về thời hạn bảo quản"
maintenance = "02"
language = "01"
mode = "01"
risk_recovery = false
"""


@pytest.fixture
def taken_in(house: House) -> House:
    """A record of two papers that were described as the line does it."""
    page(house.record / "a.png")
    page(house.record / "b.png", seed=1)
    assert house.drain().taken == 2
    with house.ctx.ledger.session() as session:
        for document in session.scalars(select(Document)):
            describe(session, document, NOW)
    return house


def missing_of(house: House) -> set[str]:
    with house.ctx.ledger.reading() as session:
        details = session.scalars(select(Finding.details).where(Finding.code == MISSING)).all()
    return {name for found_ in details for name in str((found_ or {})["missing"]).split(", ")}


def codes(house: House) -> set[str]:
    with house.ctx.ledger.reading() as session:
        return set(session.scalars(select(Finding.code)))


def shown(house: House) -> RecordView:
    (record,) = show_record(house.ctx, RECORD)
    return record


def date_documents(house: House, *days: str) -> None:
    """Give the documents dates the machine was sure of, and the last one none where there are fewer dates."""
    with house.ctx.ledger.session() as session:
        versions = session.scalars(
            select(DocumentVersion.id).join(Document, Document.id == DocumentVersion.document_id).order_by(Document.stt)
        ).all()
        for version, day in zip(versions, days, strict=False):
            session.add(
                FieldValue(
                    version_id=version,
                    name="issued_on",
                    value=day,
                    confidence=1,
                    source="ocr",
                    status="accepted",
                    recorded_at=NOW,
                )
            )


def test_what_the_agencys_file_says_fills_documents_already_taken_in(taken_in: House, tmp_path: Path) -> None:
    assert missing_of(taken_in) == {"maintenance", "language", "mode", "risk_recovery"}
    file = tmp_path / "agencies.toml"
    file.write_text(AGENCIES, "utf-8")
    found(taken_in.ctx, Environment.TEST, file)
    assert missing_of(taken_in) == set()
    assert {document.maintenance for document in taken_in.documents()} == {"02"}


def test_an_agency_that_was_unknown_is_no_finding_once_its_file_names_it(house: House, tmp_path: Path) -> None:
    page(house.inbox / "H41.97" / "so-1" / "a.png")
    house.drain()
    assert "agency_unknown" in codes(house)
    file = tmp_path / "agencies.toml"
    file.write_text(AGENCIES.replace(AGENCY, "H41.97"), "utf-8")
    found(house.ctx, Environment.TEST, file)
    assert codes(house) == {"not_in_register"}


def test_a_record_is_no_finding_once_a_register_has_it(taken_in: House, tmp_path: Path) -> None:
    assert "not_in_register" in codes(taken_in)
    register = tmp_path / "register.csv"
    register.write_text(f"Mã hồ sơ,Số giấy tờ,Số kết quả,Ngày giải quyết\n{RECORD},0,2,11/03/2026\n", "utf-8")
    with taken_in.ctx.ledger.session() as session:
        assert import_register(session, register, "tester", taken_in.ctx.clock).added == 1
    assert "not_in_register" not in codes(taken_in)


def test_what_a_person_said_of_a_document_stands_over_the_agencys_file(taken_in: House, tmp_path: Path) -> None:
    set_metadata(taken_in.ctx, f"{RECORD}.2", "maintenance", "01")
    file = tmp_path / "agencies.toml"
    file.write_text(AGENCIES, "utf-8")
    found(taken_in.ctx, Environment.TEST, file)
    assert sorted(str(document.maintenance) for document in taken_in.documents()) == ["01", "02"]
    assert shown(taken_in).metadata.values["maintenance"] == "01", "a record is kept as long as its longest kept"


@pytest.mark.parametrize(
    ("line", "instead", "cause"),
    [
        ('maintenance = "02"', 'maintenance = "70"', "70 năm"),
        ('legal_basis = "Quyết định mẫu về thời hạn bảo quản"', "", "legal_basis"),
        ('mode = "01"', 'access = "01"', "access"),
    ],
)
def test_a_wrong_default_is_refused_with_its_place(
    house: House, tmp_path: Path, line: str, instead: str, cause: str
) -> None:
    file = tmp_path / "agencies.toml"
    file.write_text(AGENCIES.replace(line, instead), "utf-8")
    with pytest.raises(ReferenceDataError, match=cause):
        found(house.ctx, Environment.TEST, file)


def test_the_finding_goes_when_a_person_fills_what_it_lists(taken_in: House) -> None:
    for document in (f"{RECORD}.1", f"{RECORD}.2"):
        for column, value in (("maintenance", "02"), ("language", "01"), ("mode", "01"), ("risk_recovery", "1")):
            set_metadata(taken_in.ctx, document, column, value)
        assert "risk_recovery_status" in missing_of(taken_in), "asked for once there is a risk"
        set_metadata(taken_in.ctx, document, "risk_recovery_status", "01")
    assert missing_of(taken_in) == set()


def test_a_record_lists_what_its_documents_cannot_tell(taken_in: House) -> None:
    date_documents(taken_in, "2026-03-01")
    metadata = shown(taken_in).metadata
    assert (metadata.values["total_documents"], metadata.values["total_pages"]) == ("2", "2")
    assert metadata.values["confidence_level"] == "02"
    assert {"title", "total_papers", "paper_file_code", "start_date"} <= set(metadata.missing)


def test_a_records_dates_are_those_of_its_first_and_last_document(taken_in: House) -> None:
    date_documents(taken_in, "2026-03-05", "2026-03-01")
    values = shown(taken_in).metadata.values
    assert (values["start_date"], values["end_date"]) == ("2026-03-01", "2026-03-05")


def test_a_refused_document_is_no_part_of_its_records_metadata(taken_in: House) -> None:
    with taken_in.ctx.ledger.session() as session:
        session.scalars(select(Document).where(Document.stt == 2)).one().state = DocumentState.REFUSED
    assert shown(taken_in).metadata.values["total_documents"] == "1"


def test_a_person_fills_what_only_people_know_of_a_record(taken_in: House) -> None:
    for column, value in (("title", "Hồ sơ mẫu"), ("total_papers", "3"), ("paper_file_code", "HS-12"), ("box", "7")):
        set_metadata(taken_in.ctx, RECORD, column, value)
    set_metadata(taken_in.ctx, f"{RECORD}.1", "paper_file_code", "HS-13")
    record = shown(taken_in)
    assert {"title", "total_papers", "paper_file_code"}.isdisjoint(record.metadata.missing)
    assert dict(record.identifiers)["paper_file_code"] == "HS-13", "the later code takes the place of the earlier"


@pytest.mark.parametrize(("column", "value"), [("total_papers", "ba"), ("total_papers", "0"), ("title", " ")])
def test_a_value_that_cannot_be_one_is_refused(taken_in: House, column: str, value: str) -> None:
    with pytest.raises(UsageError, match=column):
        set_metadata(taken_in.ctx, RECORD, column, value)


def test_a_record_and_its_documents_are_named_under_every_scheme(taken_in: House) -> None:
    record = shown(taken_in)
    assert dict(record.identifiers) == {
        "file_code": RECORD,
        "ma_ho_so": RECORD,
        "ma_ho_so_older": "000.00.99.H41-260311-0001",
    }
    assert [dict(document.identifiers)["doc_code"] for document in record.documents] == [
        f"{RECORD}.0000001",
        f"{RECORD}.0000002",
    ]


def test_records_of_an_earlier_release_get_the_names_they_lack(house: House) -> None:
    record_id, document_id = new_id(), new_id()
    with house.ctx.ledger.session() as session:
        session.add(Record(id=record_id, agency_code=AGENCY, code=RECORD, year=2026, created_at=NOW))
        session.flush()
        session.add(
            Document(
                id=document_id,
                agency_code=AGENCY,
                record_id=record_id,
                stt=1,
                original_sha256="0" * 64,
                received_at=NOW,
                state_since=NOW,
            )
        )
    for _again in range(2):
        found(house.ctx, Environment.TEST)
    with house.ctx.ledger.reading() as session:
        assert dict(identifiers_of(session, record_id))["file_code"] == RECORD
        assert identifiers_of(session, document_id) == (("doc_code", f"{RECORD}.0000001"),)


def test_a_title_comes_from_the_one_document_of_a_record(house: House) -> None:
    page(house.record / "a.png")
    house.drain()
    with house.ctx.ledger.session() as session:
        version = session.scalars(select(DocumentVersion.id)).one()
        for name, value in (("subject", "Về việc mẫu"), ("issued_on", str(date(2026, 3, 1)))):
            session.add(
                FieldValue(
                    version_id=version,
                    name=name,
                    value=value,
                    confidence=1,
                    source="person",
                    status="accepted",
                    recorded_at=NOW,
                )
            )
    assert shown(house).metadata.values["title"] == "Về việc mẫu"
