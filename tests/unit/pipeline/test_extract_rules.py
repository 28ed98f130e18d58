"""What rules say of a reading: cited acts are never its own, signers fit their bodies, numbers are built right."""

from datetime import date
from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from ocr.model import WordKind
from pipeline.extract import (
    AgencyName,
    ExtractContext,
    ExtractedField,
    Extraction,
    FieldName,
    extract,
    reasons,
    reference,
    rule_book,
)
from tests.unit.pipeline.typed_page import DECISION, HEADING, Row, changed, typed

TODAY = ExtractContext(today=date(2026, 11, 24), agencies=[AgencyName("H41.99", "Ủy ban nhân dân xã Thử Nghiệm")])
CITED: tuple[Row, ...] = (
    (240, 650, "Căn cứ Luật Lưu trữ của Quốc hội nước Cộng hòa xã hội chủ nghĩa"),
    (180, 690, "số 33/2024/QH15 ngày 21 tháng 6 năm 2024;"),
    (240, 730, "Căn cứ Quyết định số 468/QĐ-TTg ngày 27 tháng 3 năm 2021;"),
    (180, 770, "số: 12/2020/TT-BCT ngày 05 tháng 6 năm 2020"),
)
OWN_NUMBER, OWN_DATE = "Số: 15/QĐ-BCT", "Hà Nội, ngày 05 tháng 01 năm 2026"


def read(rows: tuple[Row, ...], **options: object) -> Extraction:
    return extract([typed(rows, **options)], TODAY)  # type: ignore[arg-type]


def named(extraction: Extraction, name: str) -> ExtractedField:
    found = extraction.field(name)
    assert found is not None, name
    return found


@pytest.mark.parametrize("number", [None, "Số:      /QĐ-BCT", "Số:"])
@pytest.mark.parametrize("near", [0, 200])
def test_the_number_of_a_cited_law_is_never_the_document_s_own(number: str | None, near: int) -> None:
    rows = (*changed(DECISION, OWN_NUMBER, number), *((left, top - near, text) for left, top, text in CITED))
    extraction = read(rows)
    assert named(extraction, FieldName.CODE).value is None
    assert named(extraction, FieldName.NUMBER).value is None
    assert (extraction.field(FieldName.SYMBOL) or named(extraction, FieldName.CODE)).value in {None, "QĐ-BCT"}


def test_the_date_of_a_cited_law_is_never_the_document_s_own() -> None:
    at_the_foot = (1000, 1700, "tại Hà Nội, ngày 27 tháng 3 năm 2021")
    extraction = read((*changed(DECISION, OWN_DATE, None), *CITED, at_the_foot))
    assert named(extraction, FieldName.ISSUED_ON).value is None


def test_the_number_of_an_act_that_an_abstract_cites_is_not_the_letter_s_own() -> None:
    rows: tuple[Row, ...] = (
        *HEADING,
        (880, 270, OWN_DATE),
        (240, 330, "V/v triển khai Quyết định"),
        (240, 365, "số 468/QĐ-TTg ngày 27/3/2021"),
    )
    extraction = read(rows)
    assert named(extraction, FieldName.CODE).value is None
    assert named(extraction, FieldName.NUMBER).value is None


@pytest.mark.parametrize(
    ("issuer", "authority", "title", "mark"),
    [
        ("SỞ XÂY DỰNG", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "signer_body+"),
        ("SỞ XÂY DỰNG", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "signer_body-"),
        ("UBND XÃ THỬ NGHIỆM", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "signer_body+"),
        ("UBND XÃ THỬ NGHIỆM", "TM. ỦY BAN NHÂN DÂN", "GIÁM ĐỐC", "signer_body-"),
        ("UBND XÃ THỬ NGHIỆM", "TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "signer_body+"),
    ],
)
def test_a_signer_s_title_fits_the_body(issuer: str, authority: str, title: str, mark: str) -> None:
    rows = changed(changed(DECISION, "KT. BỘ TRƯỞNG", authority), "THỨ TRƯỞNG", title)
    found = named(read(changed(rows, "BỘ CÔNG THƯƠNG", issuer)), FieldName.SIGNER_TITLE)
    assert mark in found.why
    assert (found.reason_code == reasons.TITLE_DISAGREES) is mark.endswith("-")


OFFICE = changed(DECISION, "BỘ CÔNG THƯƠNG", "VĂN PHÒNG CHÍNH PHỦ")


@pytest.mark.parametrize(
    ("authority", "title", "settled"),
    [
        ("KT. B( RƯỚNG, CHỦ NHIỆM", "NHIỆM", ("KT. BỘ TRƯỞNG, CHỦ NHIỆM", "PHÓ CHỦ NHIỆM")),
        ("KT. BỘ TRƯỞNG, CHỦ NHIỆM", "CHỦ NHIỆM", (None, None)),
        ("KT. B( NHIỆM", "NHIỆM", (None, None)),
    ],
)
def test_a_scrap_of_a_title_is_settled_only_where_one_title_fits(
    authority: str, title: str, settled: tuple[str | None, str | None]
) -> None:
    extraction = read(changed(changed(OFFICE, "KT. BỘ TRƯỞNG", authority), "THỨ TRƯỞNG", title))
    fields = [named(extraction, name) for name in (FieldName.AUTHORITY, FieldName.SIGNER_TITLE)]
    accepted = tuple(field.value if field.status == "accepted" else None for field in fields)
    assert accepted == settled
    assert ("only_title+" in fields[1].why) is (settled[1] is not None)


CABINET = changed(changed(DECISION, "BỘ CÔNG THƯƠNG", "THỦ TƯỚNG CHÍNH PHỦ"), "THỨ TRƯỞNG", "PHÓ THỦ TƯỚNG")


@pytest.mark.parametrize(
    ("authority", "title", "settled"),
    [
        ("THỦ TƯỚNG", "PHÓ THỦ TƯỚNG", ("KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG")),
        ("THỦ TƯỚNG", "TƯỚNG", ("KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG")),
        ("_KT. THỦ TƯỚNG", "!Ủ TƯỚNG", ("KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG")),
        ("BỘ TRƯỞNG", "THỦ TƯỚNG", (None, "THỦ TƯỚNG")),
    ],
)
def test_a_title_above_its_deputys_is_the_one_signed_for(
    authority: str, title: str, settled: tuple[str | None, str | None]
) -> None:
    extraction = read(changed(changed(CABINET, "KT. BỘ TRƯỞNG", authority), "PHÓ THỦ TƯỚNG", title))
    found = [extraction.field(name) for name in (FieldName.AUTHORITY, FieldName.SIGNER_TITLE)]
    assert tuple(field.value if field and field.status == "accepted" else None for field in found) == settled


@pytest.mark.parametrize("signer", ["Nguyễn Văn Thắng", "guyễn Văn Thắng", "n Văn Thắng", "Văn Thắng"])
def test_a_name_of_which_a_word_was_lost_is_not_accepted(signer: str) -> None:
    rows = tuple(row for row in CABINET if row[2] not in {"KT. BỘ TRƯỞNG", "PHÓ THỦ TƯỚNG", "Nguyễn Văn Thắng"})
    titles_end, name_end = 1060.0, 1080.0
    laid = (
        *rows,
        (titles_end - 15 * len("THỦ TƯỚNG"), 1800.0, "THỦ TƯỚNG"),
        (titles_end - 15 * len("TƯỚNG"), 1845.0, "TƯỚNG"),
        (name_end - 15 * len(signer), 2050.0, signer),
    )
    found = named(read(laid), FieldName.SIGNER_NAME)
    assert (found.status == "accepted") is (signer == "Nguyễn Văn Thắng")
    assert found.value is not None
    assert found.value.endswith("Văn Thắng")


def birth(**values: str) -> tuple[Row, ...]:
    said = {
        "born": "12/01/2019",
        "number": "040219012345",
        "sex": "Nam",
        "at": "Ủy ban nhân dân xã Thử Nghiệm",
        **values,
    }
    return (
        (560, 110, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (620, 160, "Độc lập - Tự do - Hạnh phúc"),
        (715, 260, "GIẤY KHAI SINH"),
        (740, 310, "Số: 182/2026"),
        (200, 420, "Họ, chữ đệm, tên: TRẦN VĂN THÀNH"),
        (200, 470, f"Ngày, tháng, năm sinh: {said['born']}"),
        (200, 520, f"Giới tính: {said['sex']}"),
        (200, 570, f"Số định danh cá nhân: {said['number']}"),
        (200, 620, f"Nơi đăng ký khai sinh: {said['at']}"),
        (200, 670, "Ngày, tháng, năm đăng ký: 19/4/2026"),
        (1010, 1800, "TM. ỦY BAN NHÂN DÂN"),
        (1010, 1845, "CHỦ TỊCH"),
        (1010, 2050, "Nguyễn Văn Thắng"),
    )


def test_a_birth_certificate_gives_its_fields_and_asks_for_none_that_it_does_not_bear() -> None:
    extraction = read(birth())
    assert extraction.document_type == "GKS"
    assert {str(field.name): field.value for field in extraction.fields if field.status == "accepted"} == {
        "code": "182/2026",
        "number": "182",
        "issued_on": "2026-04-19",
        "type_name": "GIẤY KHAI SINH",
        "authority": "TM. ỦY BAN NHÂN DÂN",
        "signer_title": "CHỦ TỊCH",
        "signer_name": "Nguyễn Văn Thắng",
        "person_name": "TRẦN VĂN THÀNH",
        "sex": "Nam",
        "born_on": "2019-01-12",
        "person_identifier": "040219012345",
        "registered_at": "Ủy ban nhân dân xã Thử Nghiệm",
        "registered_on": "2026-04-19",
    }
    assert not [field.name for field in extraction.fields if field.status == "review"]
    assert named(extraction, "person_identifier").why == ("personal_id+", "id_agrees+")
    assert named(extraction, "registered_at").why == ("known_body+",)


@pytest.mark.parametrize(
    ("values", "rule", "mark"),
    [
        ({"number": "040218012345"}, "person_identifier", "id_agrees-"),
        ({"number": "040319012345"}, "person_identifier", "id_agrees-"),
        ({"number": "039219012345"}, "person_identifier", "personal_id-"),
        ({"born": "12/01/2027"}, "born_on", "dates_in_order-"),
    ],
)
def test_a_value_that_breaks_a_rule_goes_to_a_person(values: dict[str, str], rule: str, mark: str) -> None:
    found = named(read(birth(**values)), rule)
    assert mark in found.why
    assert (found.status, found.reason_code) == ("review", reasons.IMPLAUSIBLE)


def test_an_agency_s_name_is_put_right_only_where_all_but_equal() -> None:
    near = named(read(birth(at="Ủy ban nhân dân xã Thủ Nghiệm")), "registered_at")
    assert near.value == "Ủy ban nhân dân xã Thử Nghiệm"
    other = named(read(birth(at="Ủy ban nhân dân xã Thử Nghề")), "registered_at")
    assert other.value == "Ủy ban nhân dân xã Thử Nghề"


def test_a_required_field_whose_label_is_not_found_is_asked_for() -> None:
    rows = tuple(row for row in birth() if not row[2].startswith("Họ, chữ đệm"))
    assert named(read(rows), "person_name").reason_code == reasons.MISSING
    assert read(rows).field("mother_name") is None


def test_a_handwritten_value_is_asked_for() -> None:
    found = named(read(birth(), kinds={"12/01/2019": WordKind.HANDWRITING}), "born_on")
    assert (found.value, found.reason_code) == (None, reasons.HANDWRITTEN)


RECEIPT: tuple[Row, ...] = (
    (200, 110, "UBND XÃ THỬ NGHIỆM"),
    (760, 110, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (880, 160, "Độc lập - Tự do - Hạnh phúc"),
    (210, 230, "Số: 263/TNHS"),
    (880, 230, "Thử Nghiệm, ngày 24 tháng 3 năm 2026"),
    (540, 330, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"),
    (200, 430, "Mã hồ sơ: H41.99-260324-0180"),
    (200, 480, "Tiếp nhận hồ sơ của: Ông Trần Văn Thành"),
    (200, 530, "2. Số lượng hồ sơ: 01 (bộ)"),
    (200, 580, "3. Thời gian giải quyết hồ sơ theo quy định là: 15 ngày làm việc"),
    (200, 630, "4. Thời gian nhận hồ sơ: 08 giờ 30 phút, ngày 24 tháng 3 năm 2026"),
    (200, 680, "5. Thời gian trả kết quả giải quyết hồ sơ: 16 giờ 00 phút, ngày 14/4/2026"),
)


def test_a_receipt_gives_record_code_days_and_applicant() -> None:
    extraction = read(RECEIPT)
    assert extraction.document_type == "GTNHS"
    values = {
        name: named(extraction, name).value for name in ("record_code", "applicant_name", "sets", "handling_days")
    }
    assert values == {
        "record_code": "H41.99-260324-0180",
        "applicant_name": "Trần Văn Thành",
        "sets": "01",
        "handling_days": "15",
    }
    assert (named(extraction, "received_on").value, named(extraction, "due_on").value) == ("2026-03-24", "2026-04-14")
    assert named(extraction, "record_code").why == ("record_code+", "code_received+")
    assert named(extraction, "due_on").why == ("dates_in_order+",)


def test_a_record_code_of_another_day_is_asked_about() -> None:
    other = changed(RECEIPT, "Mã hồ sơ: H41.99-260324-0180", "Mã hồ sơ: H41.99-260323-0180")
    assert named(read(other), "record_code").why == ("record_code+", "code_received-")
    assert named(read(other), "record_code").status == "review"
    broken = changed(RECEIPT, "Mã hồ sơ: H41.99-260324-0180", "Mã hồ sơ: H41.99-2603-0180")
    assert named(read(broken), "record_code").why == ("record_code-",)


@pytest.mark.parametrize("label", ["Số:", "Số :", "'§ố:", "Só:"])
def test_the_label_of_a_number_is_known_through_the_engine_s_slips(label: str) -> None:
    extraction = read(changed(DECISION, OWN_NUMBER, f"{label} 15/QĐ-BCT"))
    assert named(extraction, FieldName.CODE).value == "15/QĐ-BCT"


def test_a_value_below_a_label_that_has_a_row_of_its_own_ends_where_the_next_label_begins() -> None:
    rows: tuple[Row, ...] = (
        (560, 110, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (620, 160, "Độc lập - Tự do - Hạnh phúc"),
        (690, 260, "GIẤY CHỨNG NHẬN"),
        (670, 310, "QUYỀN SỬ DỤNG ĐẤT"),
        (200, 420, "1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:"),
        (200, 470, "Ông Trần Văn Thành, CCCD số: 040062001234"),
        (200, 520, "2. Thông tin thửa đất:"),
        (200, 570, "a) Thửa đất số: 155"),
        (200, 620, "b) Tờ bản đồ số: 255"),
        (200, 670, "c) Diện tích: 358,5 m2"),
    )
    extraction = read(rows)
    wanted = {"holder_name": "Ông Trần Văn Thành", "land_user_identifier": "040062001234", "area": "358,5 m²"}
    assert {name: named(extraction, name).value for name in wanted} == wanted
    assert extraction.field(FieldName.CODE) is None


@pytest.mark.parametrize("opening", ["V/v", "VW", "Vv"])
def test_the_opening_of_a_letter_s_abstract_is_known_through_the_engine_s_slips(opening: str) -> None:
    rows: tuple[Row, ...] = (
        *HEADING,
        (260, 270, "Số: 15/BCT-KH"),
        (880, 270, OWN_DATE),
        (240, 330, f"{opening} báo cáo kết quả công tác"),
    )
    assert named(read(rows), FieldName.SUBJECT).value == "V/v báo cáo kết quả công tác"


RULE = """schema = 1
[[rule]]
id = "one"
basis = "none"
keeps = { en = "kept", vi = "đúng" }
breaks = { en = "broken", vi = "sai" }
"""


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("schema = 1", "schema = 2", "2 is not 1"),
        ('basis = "none"', 'basis = "none"\nweight = 2', "unknown: weight"),
        ("[[rule]]", "[rule]", "a table of keys is wanted here"),
        ('vi = "đúng"', 'vi = "đúng", fr = "juste"', "unknown: fr"),
        ('keeps = { en = "kept", vi = "đúng" }', 'keeps = "kept"', "a table of keys is wanted here"),
        (', vi = "sai"', "", "missing: breaks.vi"),
    ],
    ids=["schema", "unknown key", "one table", "language", "text", "missing"],
)
def test_a_fault_in_the_rules_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: str, wrong: str, told: str
) -> None:
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    file = tmp_path / rule_book.FILE
    file.write_text(RULE, "utf-8")
    assert set(rule_book.rule_book.__wrapped__()) == {"one"}
    file.write_text(RULE.replace(right, wrong), "utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        rule_book.rule_book.__wrapped__()
    assert told in str(caught.value.details["cause"])
