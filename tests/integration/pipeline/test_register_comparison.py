"""The register beside the paper: it asks where they differ, settles faint readings, and replaces nothing."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, select, update

from config.errors import ReferenceDataError
from pipeline import review
from pipeline.deciding import decide, has_new_questions
from pipeline.extract.reasons import IN_FUTURE, INCOMPLETE, REGISTER_DIFFERS, UNSURE
from pipeline.field_views import FieldView
from pipeline.job import claim, let_go
from pipeline.overview import show_record
from pipeline.review_contradictions import DIFFERS, ContradictsRegisterError
from pipeline.review_policy import POLICY_FILE, register_policy
from pipeline.review_values import IssuedInFutureError
from storage.ledger.models import Document, DocumentVersion, Event, FieldValue, Record, RegisterEntry, RegisterImport
from storage.ledger.states import DocumentState, Role
from storage.ledger.types import new_id
from tests.integration.pipeline.house import AGENCY, RECORD, House, page

READ = {"code": "12/TB-UBND", "number": "12", "symbol": "TB-UBND", "issued_on": "2026-03-11", "subject": "Về việc mẫu"}


@pytest.fixture
def read(house: House) -> House:
    """One result whose fields were read for sure."""
    page(house.record / "a.png")
    house.drain()
    with house.ctx.ledger.session() as session:
        version = session.scalars(select(DocumentVersion.id)).one()
        for name, value in READ.items():
            session.add(
                FieldValue(
                    version_id=version,
                    name=name,
                    value=value,
                    confidence=0.97,
                    source="ocr",
                    status="accepted",
                    recorded_at=house.ctx.clock(),
                )
            )
    return house


def register_says(house: House, **values: object) -> None:
    with house.ctx.ledger.session() as session:
        now = house.ctx.clock()
        version = RegisterImport(
            sha256="0" * 64,
            scope="all",
            imported_at=now,
            actor="tester",
            rows=1,
            added=1,
            changed=0,
            unchanged=0,
            missing=0,
            refused=0,
        )
        session.add(version)
        session.flush()
        entry = RegisterEntry(
            id=new_id(),
            agency_code=AGENCY,
            record_code=RECORD,
            first_import_id=version.id,
            last_import_id=version.id,
            source_row=2,
            row_sha256="0" * 64,
            expected_papers=0,
            **{"expected_results": 1, **values},
        )
        session.add(entry)
        session.flush()
        session.execute(update(Record).values(register_entry_id=entry.id))


def doubt(house: House, name: str, reason: str) -> None:
    with house.ctx.ledger.session() as session:
        session.execute(update(FieldValue).where(FieldValue.name == name).values(status="review", reason_code=reason))


def decided(house: House) -> DocumentState:
    job = claim(house.ctx, house.document().id, (DocumentState.IN_WORK,))
    assert job is not None
    state = decide(job)
    let_go(job)
    return state


def asked(house: House) -> dict[str | None, tuple[str, str | None, str | None]]:
    questions = review.open_questions(house.ctx)
    return {one.field_name: (one.reason_code, one.value, one.register_value) for one in questions}


def shown(house: House, name: str) -> FieldView:
    (record,) = show_record(house.ctx, RECORD)
    return next(field for field in record.documents[0].fields if field.name == name)


@pytest.mark.parametrize(
    ("column", "value", "name", "said"),
    [
        ("symbol", "21/TB-UBND", "code", "21/TB-UBND"),
        ("issued_on", date(2026, 3, 1), "issued_on", "2026-03-01"),
        ("subject", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "subject", "Cấp giấy phép xây dựng nhà ở riêng lẻ"),
    ],
)
def test_what_the_register_gives_otherwise_is_asked_and_the_paper_stands(
    read: House, column: str, value: object, name: str, said: str
) -> None:
    register_says(read, **{column: value})
    assert decided(read) is DocumentState.WAITING_REVIEW
    assert asked(read) == {name: (REGISTER_DIFFERS, READ[name], said)}
    assert (shown(read, name).value, shown(read, name).source) == (READ[name], "ocr")


@pytest.mark.parametrize("symbol", ["12/TB-UBND", "012/tb – ubnd", "Số: 12/TB-UBND"])
def test_spellings_of_one_number_are_no_difference(read: House, symbol: str) -> None:
    register_says(read, symbol=symbol, issued_on=date(2026, 3, 11), subject="VE VIEC MAU")
    assert decided(read) is DocumentState.WAITING_RELEASE


def test_a_faint_reading_that_the_register_says_too_is_believed(read: House) -> None:
    doubt(read, "issued_on", UNSURE)
    doubt(read, "number", UNSURE)
    register_says(read, issued_on=date(2026, 3, 11), symbol="12/TB-UBND")
    assert decided(read) is DocumentState.WAITING_RELEASE
    assert shown(read, "issued_on").status == "accepted"


def test_a_field_is_asked_about_for_the_reason_there_is_now(read: House) -> None:
    doubt(read, "code", UNSURE)
    assert decided(read) is DocumentState.WAITING_REVIEW
    doubt(read, "code", INCOMPLETE)
    with read.ctx.ledger.session() as session:
        session.execute(update(Document).values(state=DocumentState.IN_WORK))
    assert decided(read) is DocumentState.WAITING_REVIEW
    assert [(one.field_name, one.reason_code) for one in review.open_questions(read.ctx)] == [("code", INCOMPLETE)]


def test_a_faint_reading_is_a_question_again_once_its_row_is_withdrawn(read: House) -> None:
    doubt(read, "code", UNSURE)
    register_says(read, symbol="12/TB-UBND")
    assert decided(read) is DocumentState.WAITING_RELEASE
    with read.ctx.ledger.session() as session:
        session.execute(update(RegisterEntry).values(withdrawn_at=read.ctx.clock()))
    job = claim(read.ctx, read.document().id, (DocumentState.WAITING_RELEASE,))
    assert job is not None
    assert has_new_questions(job)
    assert asked(read) == {"code": (UNSURE, "12/TB-UBND", None)}


def test_a_reading_that_is_odd_in_itself_stays_a_question_though_the_register_agrees(read: House) -> None:
    doubt(read, "issued_on", IN_FUTURE)
    register_says(read, issued_on=date(2026, 3, 11))
    assert decided(read) is DocumentState.WAITING_REVIEW
    assert asked(read)["issued_on"][0] == IN_FUTURE


def test_a_doubtful_reading_that_the_register_gives_otherwise_is_one_question(read: House) -> None:
    doubt(read, "code", UNSURE)
    register_says(read, symbol="21/TB-UBND")
    assert decided(read) is DocumentState.WAITING_REVIEW
    assert [one.reason_code for one in review.open_questions(read.ctx)] == [UNSURE]
    assert asked(read)["code"] == (UNSURE, "12/TB-UBND", "21/TB-UBND")


def test_a_faint_reading_without_a_register_stays_a_question(read: House) -> None:
    doubt(read, "issued_on", UNSURE)
    assert decided(read) is DocumentState.WAITING_REVIEW


@pytest.mark.parametrize("case", ["several results", "a paper"])
def test_a_row_that_may_speak_of_another_document_is_not_compared(read: House, case: str) -> None:
    register_says(read, symbol="21/TB-UBND", expected_results=2 if case == "several results" else 1)
    if case == "a paper":
        with read.ctx.ledger.session() as session:
            session.execute(update(Document).values(role=Role.PAPER))
    assert decided(read) is DocumentState.WAITING_RELEASE


def test_what_a_person_decides_ends_the_question(read: House) -> None:
    register_says(read, symbol="21/TB-UBND")
    decided(read)
    document_id: UUID = read.document().id
    assert review.set_value(read.ctx, document_id, "code", "21/TB-UBND") is DocumentState.IN_WORK
    assert decided(read) is DocumentState.WAITING_RELEASE
    assert (shown(read, "code").value, shown(read, "code").source) == ("21/TB-UBND", "person")


def test_the_questions_are_asked_of_the_ledger_at_once_however_many_they_are(read: House) -> None:
    for name in READ:
        doubt(read, name, UNSURE)
    decided(read)
    asked_of_ledger: list[str] = []

    def note(*call: Any) -> None:
        asked_of_ledger.append(call[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert len(review.open_questions(read.ctx)) == len(READ)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    (select_alone,) = [statement for statement in asked_of_ledger if statement.startswith("SELECT")]
    assert "page.text" not in select_alone


def test_comparing_again_leaves_one_value_of_the_register(read: House) -> None:
    register_says(read, symbol="12/TB-UBND")
    decided(read)
    with read.ctx.ledger.session() as session:
        session.execute(update(Document).values(state=DocumentState.IN_WORK))
    decided(read)
    with read.ctx.ledger.reading() as session:
        assert session.scalars(select(FieldValue.name).where(FieldValue.source == "register")).all() == ["code"]


def test_a_policy_without_its_reason_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "review_policy.toml"
    file.write_text(POLICY_FILE.read_text("utf-8").replace("subject_likeness_reason", "reason"), "utf-8")
    with pytest.raises(ReferenceDataError, match="register"):
        register_policy(file)


def findings(house: House) -> set[str]:
    (record,) = show_record(house.ctx, RECORD)
    return {code for _severity, _page, code in record.documents[0].findings}


@pytest.mark.parametrize(("name", "value"), [("issued_on", "10/03/2026"), ("code", "455/TB-UBND")])
def test_a_persons_value_that_the_register_gives_otherwise_is_refused_until_the_person_says_so(
    read: House, name: str, value: str
) -> None:
    register_says(read, issued_on=date(2026, 3, 11), symbol="12/TB-UBND")
    document_id = read.document().id
    with pytest.raises(ContradictsRegisterError, match=r"11 March 2026|11/03/2026|12/TB-UBND"):
        review.set_value(read.ctx, document_id, name, value)
    assert shown(read, name).source == "ocr"
    review.set_value(read.ctx, document_id, name, value, may_differ=True)
    assert shown(read, name).source == "person"
    assert DIFFERS in findings(read)
    assert decided(read) is DocumentState.WAITING_RELEASE
    assert DIFFERS in findings(read)
    review.set_value(read.ctx, document_id, name, READ[name])
    assert DIFFERS not in findings(read)


def test_that_the_paper_has_none_of_what_the_register_gives_must_be_said_so_and_is_an_event(read: House) -> None:
    register_says(read, issued_on=date(2026, 3, 11))
    document_id = read.document().id
    with pytest.raises(ContradictsRegisterError):
        review.set_value(read.ctx, document_id, "issued_on", None)
    review.set_value(read.ctx, document_id, "issued_on", None, may_differ=True)
    assert decided(read) is DocumentState.WAITING_RELEASE
    assert shown(read, "issued_on").is_absent
    assert DIFFERS in findings(read)
    with read.ctx.ledger.reading() as session:
        event = session.scalars(select(Event).where(Event.kind == "field.absent")).one()
    assert (event.actor, event.payload["field"]) == ("tester", "issued_on")


def test_a_reading_that_lies_in_the_future_cannot_be_accepted(read: House) -> None:
    doubt(read, "issued_on", IN_FUTURE)
    with read.ctx.ledger.session() as session:
        session.execute(update(FieldValue).where(FieldValue.name == "issued_on").values(value="2127-03-11"))
    assert decided(read) is DocumentState.WAITING_REVIEW
    with pytest.raises(IssuedInFutureError):
        review.accept(read.ctx, read.document().id)
    assert "issued_on" in asked(read)
