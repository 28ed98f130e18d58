from dataclasses import replace
from datetime import date

import pytest

from ocr.model import Barcode, Box, PageText
from pipeline.extract import ExtractContext, ExtractedField, FieldStatus, extract, reasons
from pipeline.extract.code_fields import with_codes
from pipeline.extract.code_payloads import PaperPayload, PersonalCard, read_payload
from pipeline.extract.extraction_json import extraction_from_json, extraction_to_json
from pipeline.extract.paper_codes import CodeMeaning, PaperCodes, codes_on
from tests.unit.pipeline.typed_page import DECISION, typed

TODAY = ExtractContext(today=date(2026, 11, 24))
CODE, OWNER, NAME = "H41.99-260311-0012", "999099000123", "Giấy phép xây dựng"
CARD = f"{OWNER}|999000123|Nguyễn Văn Mẫu|01021990|Nam|Xóm 1, Xã Mẫu, Tỉnh Mẫu|05052021"
BOX = Box(100, 110, 200, 210)


def page_with(*texts: str, kind: str = "QR Code", number: int = 1) -> PageText:
    codes = tuple(Barcode(text, kind, BOX) for text in texts)
    return replace(typed(DECISION, number=number), barcodes=codes)


def as_read(name: str, value: str | None, status: FieldStatus = FieldStatus.ACCEPTED) -> ExtractedField:
    reason = reasons.UNSURE if status is FieldStatus.REVIEW else None
    return ExtractedField(name, value, 0.9, 1, Box(0, 0, 9, 9), status, reason)


def counting(fields: tuple[ExtractedField, ...], name: str) -> ExtractedField:
    (found,) = [field for field in fields if field.name == name and field.status is not FieldStatus.BESIDE]
    return found


@pytest.mark.parametrize(
    "text",
    [
        f"{CODE}|1.004194.000.00.00.H41|{OWNER}|{NAME}",
        f"{OWNER};{NAME};1.004194;000.00.99.H41-260311-0012",
        f"MaHoSo={CODE}\nMaTTHC=1.004194\nSoDinhDanh={OWNER}\nTenGiayTo={NAME}",
        f"Mã hồ sơ: {CODE}; Mã TTHC: 1.004194; Số định danh: {OWNER}; Tên giấy tờ: {NAME}",
        f'{{"maHoSo": "{CODE}", "maTTHC": "1.004194", "soDinhDanh": "{OWNER}", "tenGiayTo": "{NAME}", "lan": [1]}}',
        f"https://dichvucong.example/tra-cuu/{CODE}?tthc=1.004194&cccd={OWNER}&giayto=Gi%E1%BA%A5y+ph%C3%A9p+x%C3%A2y+d%E1%BB%B1ng",
    ],
    ids=["bars", "semicolons", "equals", "colons", "json", "address"],
)
def test_a_papers_code_is_understood_however_it_is_laid_out(text: str) -> None:
    assert read_payload(text) == PaperPayload(CODE, "1.004194", OWNER, NAME)


@pytest.mark.parametrize("text", [CODE, "000.00.99.H41-260311-0012", f"https://dichvucong.example/hoso/{CODE}"])
def test_a_bare_record_code_and_an_address_with_one_name_the_record(text: str) -> None:
    assert read_payload(text) == PaperPayload(record_code=CODE)


@pytest.mark.parametrize(
    "text",
    ["", OWNER, "https://example.vn/", "8931234567897", "xin chào các bạn", "{", "[1]", '{"a": {"b": 1}}', "|" * 90],
    ids=["empty", "number", "address", "ean", "words", "brace", "list", "nested", "bars"],
)
def test_nothing_is_taken_from_a_payload_that_fits_no_pattern(text: str) -> None:
    assert read_payload(text) is None


def test_a_payload_made_to_break_its_reader_says_nothing() -> None:
    assert read_payload('{"a":' * 790) is None
    assert read_payload(f"H41.99-260311-{'1' * 3000}") is None
    assert read_payload(f"{CODE}|cccd=\u0661\u0662\u0663\u0664\u0665\u0666") == PaperPayload(record_code=CODE)


def test_an_identity_card_is_known_and_its_text_is_not_kept() -> None:
    assert read_payload(CARD) == PersonalCard(OWNER, "Nguyễn Văn Mẫu", date(1990, 2, 1))
    assert read_payload(CARD.replace("999000123", "")) is not None
    assert read_payload(CARD.replace("|999000123|", "|999000123000|")) is not None
    (found,) = codes_on([page_with(CARD)]).found
    assert (found.meaning, found.shown_text) == (CodeMeaning.PERSONAL_CARD, None)


def test_an_unknown_code_is_kept_as_it_is() -> None:
    (found,) = codes_on([page_with("LOT 12/A")]).found
    assert (found.meaning, found.shown_text) == (CodeMeaning.UNKNOWN, "LOT 12/A")


def test_codes_that_disagree_give_no_record_code_but_both_are_told() -> None:
    codes = codes_on([page_with(CODE), page_with("H41.99-260311-0013", number=2)])
    assert codes.record_code is None
    assert [(value.value, value.page) for value in codes.record_codes] == [(CODE, 1), ("H41.99-260311-0013", 2)]


def test_bars_without_a_check_character_give_no_value() -> None:
    codes = codes_on([page_with(CODE, kind="Code 39")])
    assert codes.record_codes == ()
    assert [found.meaning for found in codes.found] == [CodeMeaning.PAPER]


def test_a_code_fills_what_print_did_not_give_and_what_was_unsure() -> None:
    codes = codes_on([page_with(f"{CODE}|{OWNER}")])
    unsure = as_read("owner_identifier", "999099000128", FieldStatus.REVIEW)
    fields = with_codes([unsure], codes)
    assert counting(fields, "record_code").value == CODE
    found = counting(fields, "owner_identifier")
    assert (found.value, found.status, found.source, found.page, found.box) == (
        OWNER,
        FieldStatus.ACCEPTED,
        "code",
        1,
        BOX,
    )
    assert fields[0] == replace(unsure, status=FieldStatus.BESIDE)


def test_a_name_printed_with_other_marks_than_the_cards_is_a_question() -> None:
    form = [as_read("person_identifier", OWNER), as_read("person_name", "NGUYỄN VĂN MẬU")]
    found = counting(with_codes(form, codes_on([page_with(CARD)])), "person_name")
    assert (found.status, found.reason_code) == (FieldStatus.REVIEW, reasons.CODE_DIFFERS)


def test_print_that_clearly_says_otherwise_is_a_question() -> None:
    fields = with_codes([as_read("owner_identifier", "999099000124")], codes_on([page_with(f"{CODE}|{OWNER}")]))
    found = counting(fields, "owner_identifier")
    assert (found.value, found.status, found.reason_code) == (OWNER, FieldStatus.REVIEW, reasons.CODE_DIFFERS)


def test_a_card_fills_only_the_fields_of_its_own_holder_on_the_form() -> None:
    held = codes_on([page_with(CARD)])
    own = [as_read("person_identifier", None, FieldStatus.REVIEW), as_read("person_name", "NGUYỄN VĂN MẪU")]
    fields = with_codes(own, held)
    assert counting(fields, "person_identifier").value == OWNER
    assert counting(fields, "person_name").value == "Nguyễn Văn Mẫu"
    # The form has no date of birth, and another person's form has nothing of this card.
    assert not [field for field in fields if field.name == "born_on"]
    other = [as_read("person_identifier", "999099000999"), as_read("person_name", "TRẦN THỊ MẪU")]
    assert with_codes(other, held) == tuple(other)
    kin = [as_read("person_identifier", None, FieldStatus.REVIEW), as_read("person_name", "NGUYỄN VĂN MẬU")]
    assert with_codes(kin, held) == tuple(kin), "another name but for its marks is another person"
    assert with_codes([], held) == ()


def test_the_codes_of_a_paper_come_out_of_extraction_and_through_json() -> None:
    extraction = extract([page_with(f"{CODE}|1.004194")], TODAY)
    found = extraction.field("record_code")
    assert found is not None
    assert (found.value, found.source, found.status) == (CODE, "code", FieldStatus.ACCEPTED)
    assert extraction_from_json(extraction_to_json(extraction)) == extraction


def test_pages_without_codes_are_extracted_as_before() -> None:
    assert codes_on([typed(DECISION)]) == PaperCodes()
