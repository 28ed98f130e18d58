"""A register beside real pages, through the whole line: which row a paper is, and what the row fills or contradicts."""

from typing import Any

import pytest
from sqlalchemy import select, update

from pipeline import review
from pipeline.field_views import FieldView
from pipeline.findings import NOT_IN_REGISTER
from pipeline.overview import DocumentView, show_record
from pipeline.record_metadata import record_metadata
from pipeline.register import import_register
from pipeline.register.linking import OTHER_ROW, PROPOSAL
from pipeline.review_contradictions import ContradictsCodeError
from pipeline.review_links import RowOfFolderError, RowUnknownError, link_row
from storage.ledger.models import Event, FieldValue, Record, RegisterMatch
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import AGENCY, RECORD, House, page

SUBJECT = "Về việc tiếp nhận hồ sơ của công dân trong tháng"
BLANKS = (
    "ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "XÃ MẪU                      Độc lập - Tự do - Hạnh phúc",
    "Số:        /TB-UBND            Mẫu, ngày         tháng         năm 2026",
    "                                    THÔNG BÁO",
    f"              {SUBJECT}",
)
"""A printed form whose number, day and month are left to be written by hand."""
HEADER = "Mã hồ sơ,Mã dòng,Mã cơ quan,Số ký hiệu,Ngày ban hành,Trích yếu,Ngày giải quyết"
ROW = {"code": RECORD, "name": "", "symbol": "12/TB-UBND", "day": "12/03/2026", "subject": SUBJECT, "solved": ""}


def import_rows(house: House, *rows: dict[str, str]) -> None:
    lines = [
        f"{row['code']},{row['name']},{AGENCY},{row['symbol']},{row['day']},{row['subject']},{row['solved']}"
        for row in rows
    ]
    file = house.home / "danh-muc.csv"
    file.write_text("\n".join([HEADER, *lines]), "utf-8")
    with house.ctx.ledger.session() as session:
        import_register(session, file, "tester", house.ctx.clock)


def scanned(house: House, *more: str, folder: str = RECORD, lines: tuple[str, ...] = BLANKS) -> DocumentView:
    page(house.inbox / AGENCY / folder / "a.png", *lines, *more, size=(1400, 900))
    house.run()
    return shown(house, folder)


def shown(house: House, folder: str = RECORD) -> DocumentView:
    (record,) = show_record(house.ctx, folder)
    return record.documents[0]


def value(document: DocumentView, name: str) -> FieldView:
    return next(field for field in document.fields if field.name == name)


def asked(house: House) -> dict[str | None, str]:
    return {one.field_name: one.reason_code for one in review.open_questions(house.ctx)}


def broken_rules(view: FieldView) -> set[str]:
    return {why.rule for why in view.why if not why.is_kept}


def test_what_was_left_to_the_hand_is_filled_from_the_row_that_the_page_otherwise_agrees_with(house: House) -> None:
    import_rows(house, ROW)
    document = scanned(house)
    assert document.register_row is not None
    assert (document.register_row.verdict, document.register_row.basis) == ("linked", "folder_code")
    filled = {name: value(document, name) for name in ("code", "number", "issued_on")}
    assert {name: (view.value, view.source) for name, view in filled.items()} == {
        "code": ("12/TB-UBND", "register"),
        "number": ("12", "register"),
        "issued_on": ("2026-03-12", "register"),
    }
    assert not asked(house).keys() & filled.keys()
    assert all(view.place is not None and view.confidence is None for view in filled.values())
    assert filled["issued_on"].read_reason == "missing"
    assert not broken_rules(filled["issued_on"])


def test_a_number_is_held_against_the_code_that_counts_also_one_that_the_register_filled(house: House) -> None:
    import_rows(house, ROW)
    scanned(house)
    with pytest.raises(ContradictsCodeError, match="12/TB-UBND"):
        review.set_value(house.ctx, house.document().id, "number", "15")
    review.set_value(house.ctx, house.document().id, "number", "12")


def test_a_filled_date_counts_as_the_records_date(house: House) -> None:
    import_rows(house, ROW)
    scanned(house)
    with house.ctx.ledger.reading() as session:
        metadata = record_metadata(session, session.scalars(select(Record)).one())
    assert metadata.values["start_date"] == metadata.values["end_date"] == "2026-03-12"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"day": "12/03/2025"}, "register_parts"),
        ({"day": "10/03/2026"}, "register_range"),
        ({"solved": "11/03/2026"}, "register_range"),
        ({"subject": "Kiện toàn Ban Chỉ đạo chuyển đổi số của xã", "symbol": ""}, "register_witness"),
    ],
    ids=["another year is printed", "before the record came in", "after it was solved", "nothing else of the row"],
)
def test_a_date_that_the_page_does_not_bear_out_waits_for_a_person(
    house: House, change: dict[str, str], rule: str
) -> None:
    import_rows(house, {**ROW, **change})
    document = scanned(house)
    assert (value(document, "issued_on").value, value(document, "issued_on").source) == (None, "ocr")
    assert rule in broken_rules(value(document, "issued_on"))
    (question,) = (one for one in review.open_questions(house.ctx) if one.field_name == "issued_on")
    assert question.register_value is not None
    assert question.place is not None
    assert question.place.page == 1
    assert rule in {why.rule for why in question.why if not why.is_kept}


def test_a_printed_symbol_that_is_otherwise_keeps_the_number_from_being_filled(house: House) -> None:
    import_rows(house, {**ROW, "symbol": "12/QĐ-UBND"})
    document = scanned(house)
    assert value(document, "code").source == "ocr"
    assert "register_parts" in broken_rules(value(document, "code"))


def test_a_folder_named_by_the_rows_own_name_fills_nothing_without_a_person(house: House) -> None:
    import_rows(house, {**ROW, "code": "", "name": "HS-12"})
    document = scanned(house, folder="HS-12")
    assert document.register_row is not None
    assert document.register_row.basis == "folder_name"
    assert value(document, "issued_on").source == "ocr"
    assert broken_rules(value(document, "issued_on")) == {"register_row"}


def test_comparing_again_changes_no_row_of_the_ledger(house: House) -> None:
    import_rows(house, ROW)
    scanned(house)
    before = register_rows(house)
    with house.ctx.ledger.session() as session:
        session.execute(update(Record).values(title="Hồ sơ mẫu"))
    for name in ("issuer", "signer_name", "signer_title", "place", "subject"):
        if name in asked(house):
            review.set_value(house.ctx, house.document().id, name, "Mẫu", may_differ=True)
    house.run()
    assert register_rows(house) == before


def register_rows(house: House) -> list[Any]:
    with house.ctx.ledger.reading() as session:
        found = select(FieldValue.id, FieldValue.name, FieldValue.recorded_at).where(FieldValue.source == "register")
        return list(session.execute(found.order_by(FieldValue.name)).all())


def test_a_folder_that_nobody_knows_gets_the_row_that_fits_as_a_proposal(house: House) -> None:
    import_rows(
        house, ROW, {**ROW, "code": "H41.99-260311-0002", "symbol": "13/TB-UBND", "subject": "Việc khác hẳn thế"}
    )
    document = scanned(house, folder="tap-7")
    assert document.register_row is not None
    assert (document.register_row.verdict, document.register_row.record_code) == ("proposed", RECORD)
    assert asked(house)[None] == PROPOSAL
    with house.ctx.ledger.reading() as session:
        record = session.scalars(select(Record)).one()
        assert (record.code, record.register_entry_id) == ("tap-7", None)


def test_a_proposal_that_a_person_accepts_links_the_record_which_keeps_its_name(house: House) -> None:
    import_rows(house, ROW)
    scanned(house, folder="tap-7")
    review.accept(house.ctx, house.document().id)
    (record,) = show_record(house.ctx, "tap-7")
    assert record.is_in_register
    assert NOT_IN_REGISTER not in {code for _severity, _page, code in record.documents[0].findings}
    with house.ctx.ledger.reading() as session:
        event = session.scalars(select(Event).where(Event.kind == "register.linked")).one()
        match = session.scalars(select(RegisterMatch)).one()
    assert (event.actor, event.payload["basis"]) == ("tester", "person")
    assert (match.actor, match.verdict) == ("tester", "linked")


def test_a_proposal_that_a_person_declines_is_not_made_again(house: House) -> None:
    import_rows(house, ROW)
    scanned(house, folder="tap-7")
    link_row(house.ctx, house.document().id, None)
    page(house.inbox / AGENCY / "tap-7" / "a.png", *BLANKS, size=(1400, 900), seed=5)
    house.run()
    assert PROPOSAL not in asked(house).values()
    assert not show_record(house.ctx, "tap-7")[0].is_in_register


def test_twins_in_the_register_are_no_match(house: House) -> None:
    import_rows(house, ROW, {**ROW, "code": "H41.99-260311-0002", "symbol": "13/TB-UBND"})
    document = scanned(house, folder="tap-7")
    assert document.register_row is not None
    assert document.register_row.verdict == "ambiguous"
    assert None not in asked(house)


def test_a_code_on_the_paper_and_what_else_it_says_link_a_folder_that_nobody_knows(house: House) -> None:
    import_rows(house, ROW)
    document = scanned(house, "", f"Mã hồ sơ: {RECORD}", folder="tap-7")
    assert document.register_row is not None
    assert (document.register_row.verdict, document.register_row.basis) == ("linked", "printed_code")
    assert value(document, "issued_on").source == "register"
    assert show_record(house.ctx, "tap-7")[0].is_in_register


def test_a_code_of_another_row_than_the_folders_is_asked_and_nothing_is_filled(house: House) -> None:
    other = {**ROW, "code": "H41.99-260311-0002", "symbol": "13/TB-UBND", "subject": "Việc khác hẳn thế này"}
    import_rows(house, {**ROW, "subject": "Việc khác hẳn thế"}, other)
    document = scanned(house, "", "Mã hồ sơ: H41.99-260311-0002")
    assert document.register_row is not None
    assert document.register_row.verdict == "other_row"
    assert asked(house)[None] == OTHER_ROW
    assert value(document, "issued_on").source == "ocr"
    review.accept(house.ctx, document.document_id)
    house.run()
    assert OTHER_ROW not in asked(house).values()


def test_a_person_names_the_row_of_a_paper(house: House) -> None:
    import_rows(house, ROW, {**ROW, "code": "H41.99-260311-0002", "symbol": "13/TB-UBND"})
    scanned(house, folder="tap-7")
    document_id = house.document().id
    with pytest.raises(RowUnknownError):
        link_row(house.ctx, document_id, "H41.99-260311-0099")
    link_row(house.ctx, document_id, "H41.99-260311-0002")
    row = shown(house, "tap-7").register_row
    assert row is not None
    assert (row.record_code, row.basis) == ("H41.99-260311-0002", "person")


def test_a_folder_that_bears_the_rows_name_cannot_be_said_to_be_none(house: House) -> None:
    import_rows(house, ROW)
    scanned(house)
    with pytest.raises(RowOfFolderError):
        link_row(house.ctx, house.document().id, None)


def test_without_a_register_nothing_is_asked_or_filled_for_it(house: House) -> None:
    document = scanned(house)
    assert document.register_row is None
    assert {field.source for field in document.fields} == {"ocr"}
    assert house.states() == [DocumentState.WAITING_REVIEW]
