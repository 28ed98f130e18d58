from contextvars import copy_context
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.i18n import LANGUAGES, activate
from ocr.language.vouch import vouched
from ocr.model import WordKind
from pipeline.extract import AgencyName, ExtractContext, ExtractedField, FieldName, FieldStatus, extract, reasons
from pipeline.extract.extraction_json import extraction_from_json, extraction_to_json
from pipeline.extract.rule_book import broken, kept, rule_book, rule_text
from tests.unit.pipeline.typed_page import DECISION, HEADING, Row, changed, typed

TODAY = ExtractContext(today=date(2026, 11, 24))


def field(rows: tuple[Row, ...], name: FieldName, **options: object) -> ExtractedField:
    found = extract([typed(rows, **options)], TODAY).field(name)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_all_zones_of_a_printed_decision_are_accepted() -> None:
    extraction = extract([typed(DECISION)], TODAY)
    values = {str(f.name): f.value for f in extraction.fields if f.status is FieldStatus.ACCEPTED}
    assert values == {
        "issuer": "BỘ CÔNG THƯƠNG",
        "code": "15/QĐ-BCT",
        "number": "15",
        "symbol": "QĐ-BCT",
        "place": "Hà Nội",
        "issued_on": "2026-01-05",
        "type_name": "QUYẾT ĐỊNH",
        "subject": "Về việc ban hành Quy chế quản lý hồ sơ",
        "authority": "KT. BỘ TRƯỞNG",
        "signer_title": "THỨ TRƯỞNG",
        "signer_name": "Nguyễn Văn Thắng",
        "recipients": "Như Điều 3; Lưu: VT, PC",
    }
    assert extraction.document_type == "QĐ"
    assert extraction.findings == ()


def test_every_field_names_its_page_and_box() -> None:
    for found in extract([typed(DECISION)], TODAY).fields:
        assert found.page == 1
        assert found.box is not None


@pytest.mark.parametrize("gap", ["Hà Nội, ngày      tháng 01 năm 2026", "Hà Nội, ngày 05 tháng      năm 2026"])
def test_a_date_with_a_missing_figure_is_never_accepted(gap: str) -> None:
    found = field(changed(DECISION, "Hà Nội, ngày 05 tháng 01 năm 2026", gap), FieldName.ISSUED_ON)
    assert (found.value, found.status) == (None, FieldStatus.REVIEW)


def test_a_handwritten_day_sends_the_date_to_a_person() -> None:
    found = field(DECISION, FieldName.ISSUED_ON, kinds={"05": WordKind.HANDWRITING})
    assert (found.value, found.status, found.reason_code) == (None, FieldStatus.REVIEW, reasons.HANDWRITTEN)


def test_a_weakly_read_figure_sends_the_date_to_a_person() -> None:
    found = field(DECISION, FieldName.ISSUED_ON, weak={"05": 0.85})
    assert found.status is FieldStatus.REVIEW


def test_a_date_in_the_future_is_not_accepted() -> None:
    later = changed(DECISION, "Hà Nội, ngày 05 tháng 01 năm 2026", "Hà Nội, ngày 05 tháng 12 năm 2026")
    assert field(later, FieldName.ISSUED_ON).reason_code == reasons.IN_FUTURE


def test_an_impossible_date_is_not_accepted() -> None:
    wrong = changed(DECISION, "Hà Nội, ngày 05 tháng 01 năm 2026", "Hà Nội, ngày 31 tháng 02 năm 2026")
    assert field(wrong, FieldName.ISSUED_ON).reason_code == reasons.IMPLAUSIBLE


def test_the_date_is_never_taken_from_a_cited_law_or_a_stamp() -> None:
    without = changed(DECISION, "Hà Nội, ngày 05 tháng 01 năm 2026", None)
    stamped = (*without, (900, 300, "ĐẾN Ngày: 24/4/2026"), (240, 700, "Nghị định ngày 01 tháng 11 năm 2019;"))
    found = field(stamped, FieldName.ISSUED_ON)
    assert (found.value, found.status) == (None, FieldStatus.REVIEW)


@settings(deadline=None)
@given(day=st.integers(1, 28), month=st.integers(1, 12), year=st.integers(1976, 2025))
def test_any_printed_date_comes_out_as_iso(day: int, month: int, year: int) -> None:
    line = f"Hà Nội, ngày {day:02d} tháng {month} năm {year}"
    found = field(changed(DECISION, "Hà Nội, ngày 05 tháng 01 năm 2026", line), FieldName.ISSUED_ON)
    assert found.value == date(year, month, day).isoformat()


def test_a_handwritten_number_keeps_the_symbol_and_asks_for_the_number() -> None:
    form = changed(DECISION, "Số: 15/QĐ-BCT", "Số:      /QĐ-BCT")
    assert field(form, FieldName.NUMBER).status is FieldStatus.REVIEW
    assert field(form, FieldName.CODE).value is None
    assert field(form, FieldName.SYMBOL).value == "QĐ-BCT"
    assert field(form, FieldName.SYMBOL).status is FieldStatus.ACCEPTED


def test_figures_that_stand_apart_from_the_slash_are_not_taken_for_print() -> None:
    found = field(changed(DECISION, "Số: 15/QĐ-BCT", "Số: 2 1 /2026/QĐ-BCT"), FieldName.NUMBER)
    assert (found.status, found.reason_code) == (FieldStatus.REVIEW, reasons.HANDWRITTEN)


def test_a_symbol_that_contradicts_the_type_sends_both_to_a_person() -> None:
    rows = changed(DECISION, "Số: 15/QĐ-BCT", "Số: 15/TB-BCT")
    extraction = extract([typed(rows)], TODAY)
    assert reasons.TYPE_DISAGREES in extraction.findings
    assert field(rows, FieldName.SYMBOL).status is FieldStatus.REVIEW
    assert field(rows, FieldName.TYPE_NAME).status is FieldStatus.REVIEW


def test_a_symbol_of_another_body_sends_the_issuer_to_a_person() -> None:
    rows = changed(DECISION, "Số: 15/QĐ-BCT", "Số: 15/QĐ-BXD")
    assert field(rows, FieldName.ISSUER).reason_code == reasons.ISSUER_DISAGREES


def test_a_deputy_s_title_that_lost_its_first_word_is_noticed() -> None:
    rows = changed(DECISION, "THỨ TRƯỞNG", "BỘ TRƯỞNG")
    assert field(rows, FieldName.SIGNER_TITLE).reason_code == reasons.TITLE_DISAGREES


def test_a_slip_in_an_official_name_is_put_right_but_never_in_a_person_s() -> None:
    rows = changed(DECISION, "BỘ CÔNG THƯƠNG", "BỘ CÔNG THUƠNG")
    assert field(rows, FieldName.ISSUER).value == "BỘ CÔNG THƯƠNG"
    named = changed(DECISION, "Nguyễn Văn Thắng", "Nguyên Văn Thắng")
    assert field(named, FieldName.SIGNER_NAME).value == "Nguyên Văn Thắng"
    assert field(named, FieldName.SIGNER_NAME).status is FieldStatus.REVIEW


def test_a_place_alike_to_a_listed_one_keeps_its_own_name() -> None:
    rows = changed(DECISION, "BỘ CÔNG THƯƠNG", "ỦY BAN NHÂN DÂN TỈNH THỬ GIANG")
    assert field(rows, FieldName.ISSUER).value == "ỦY BAN NHÂN DÂN TỈNH THỬ GIANG"


def test_a_superior_body_and_the_issuer_are_told_apart() -> None:
    rows = (
        (230, 110, "UBND TỈNH NGHỆ AN"),
        *changed(DECISION, "BỘ CÔNG THƯƠNG", "SỞ XÂY DỰNG"),
    )
    assert field(rows, FieldName.PARENT_ISSUER).value == "UBND TỈNH NGHỆ AN"
    assert field(rows, FieldName.ISSUER).value == "SỞ XÂY DỰNG"


def test_the_house_s_own_agencies_are_known_names() -> None:
    context = ExtractContext(TODAY.today, agencies=[AgencyName("H41.1", "Trung tâm Ví dụ", "TTVD")])
    rows = changed(DECISION, "BỘ CÔNG THƯƠNG", "TRUNG TÂM VÍ DU")
    issuer = extract([typed(rows)], context).field(FieldName.ISSUER)
    assert issuer is not None
    assert issuer.value == "TRUNG TÂM VÍ DỤ"


def test_the_abstract_of_an_official_letter_stands_under_its_number() -> None:
    rows: tuple[Row, ...] = (
        *HEADING,
        (250, 270, "Số: 3722/BCT-PC"),
        (880, 270, "Hà Nội, ngày 28 tháng 4 năm 2026"),
        (220, 320, "V/v báo cáo kết quả số hóa"),
        (220, 360, "hồ sơ thủ tục hành chính"),
        (600, 480, "Kính gửi: Các Bộ, cơ quan ngang Bộ"),
    )
    found = field(rows, FieldName.SUBJECT)
    assert found.value == "V/v báo cáo kết quả số hóa hồ sơ thủ tục hành chính"
    extraction = extract([typed(rows)], TODAY)
    assert extraction.field(FieldName.TYPE_NAME) is None
    assert extraction.document_type == "CV"


def test_an_abstract_with_a_lost_mark_goes_to_a_person() -> None:
    laid = typed(changed(DECISION, "Về việc ban hành Quy chế quản lý hồ sơ", "Về việc treo cờ Tô quốc"))
    told = replace(laid, words=tuple(replace(word, probability=0.98) for word in laid.words))
    as_read = replace(told, words=vouched(told.words))
    assert extract([told], TODAY).field(FieldName.SUBJECT).status == "accepted"  # type: ignore[union-attr]
    assert extract([as_read], TODAY).field(FieldName.SUBJECT).reason_code == reasons.UNSURE  # type: ignore[union-attr]


def test_an_abstract_with_a_hole_goes_to_a_person() -> None:
    rows = changed(DECISION, "Về việc ban hành Quy chế quản lý hồ sơ", "Về việc ban hành    Quy chế quản lý")
    assert field(rows, FieldName.SUBJECT).status is FieldStatus.REVIEW


def test_the_signer_is_found_on_a_later_page() -> None:
    first = tuple(row for row in DECISION if row[1] < 1700)
    second = tuple((left, top - 1500, text) for left, top, text in DECISION if top >= 1700)
    block = tuple((1150 - 7.5 * len(t) if left > 1000 else left, top, t) for left, top, t in second)
    found = extract([typed(first), typed(block, number=2)], TODAY).field(FieldName.SIGNER_NAME)
    assert found is not None
    assert (found.value, found.page) == ("Nguyễn Văn Thắng", 2)


def test_a_page_without_a_heading_says_so_and_guesses_nothing() -> None:
    extraction = extract([typed([(240, 300, "Các bộ, ngành chủ động thực hiện kế hoạch.")])], TODAY)
    assert extraction.findings == (reasons.NO_HEADING,)
    assert all(found.value is None and found.status is FieldStatus.REVIEW for found in extraction.fields)


def test_no_pages_give_no_fields() -> None:
    assert extract([], TODAY).fields == ()


@settings(deadline=None)
@given(low=st.floats(0.0, 1.0), step=st.floats(0.0, 0.5))
def test_a_field_is_never_surer_when_its_words_are_read_worse(low: float, step: float) -> None:
    high = min(1.0, low + step)
    for name in (FieldName.ISSUED_ON, FieldName.SIGNER_NAME, FieldName.SUBJECT):
        assert field(DECISION, name, confidence=low).confidence <= field(DECISION, name, confidence=high).confidence


def test_an_extraction_survives_json() -> None:
    extraction = extract([typed(DECISION)], TODAY)
    assert extraction_from_json(extraction_to_json(extraction)) == extraction


def test_a_certificate_gives_its_labelled_fields() -> None:
    rows: tuple[Row, ...] = (
        (200, 150, "UBND XÃ CÁT NGẠN"),
        *HEADING[1:],
        (500, 330, "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH"),
        (750, 390, "Số: 40A8012345"),
        (240, 600, "1. Tên hộ kinh doanh: TẠP HÓA MẪU"),
        (240, 660, "5. Họ và tên: TRẦN VĂN MẪU"),
        (240, 720, "Sinh ngày: 12/05/1962"),
        (240, 780, "Số định danh cá nhân: 040062001234"),
    )
    extraction = extract([typed(rows)], TODAY)
    values = {str(f.name): f.value for f in extraction.fields}
    assert extraction.document_type == "GCNHKD"
    assert values["code"] == "40A8012345"
    assert values["business_name"] == "TẠP HÓA MẪU"
    assert values["owner_name"] == "TRẦN VĂN MẪU"
    assert values["owner_born_on"] == "1962-05-12"
    assert values["owner_identifier"] == "040062001234"


def test_a_field_lists_the_rules_that_spoke_for_it_and_against_it() -> None:
    assert field(DECISION, FieldName.SYMBOL).why == ("symbol_type+", "symbol_issuer+")
    assert field(DECISION, FieldName.CODE).why == ("number_printed+", "symbol_type+", "symbol_issuer+")
    assert field(changed(DECISION, "Số: 15/QĐ-BCT", "Số: 15/QĐ-BXD"), FieldName.ISSUER).why[-1] == "symbol_issuer-"
    assert field(changed(DECISION, "THỨ TRƯỞNG", "BỘ TRƯỞNG"), FieldName.SIGNER_TITLE).why[1:] == (
        "signs_for-",
        "signer_body+",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mark_of_a_rule_has_its_sentence(language: str) -> None:
    def told() -> list[str]:
        activate(language)
        return [rule_text(mark) for rule in rule_book() for mark in (kept(rule), broken(rule))]

    texts = copy_context().run(told)
    assert len(texts) == 2 * len(rule_book())
    assert not {text[:-1] for text in texts} & set(rule_book())
    assert rule_text("no_such_rule+") == "no_such_rule+"
