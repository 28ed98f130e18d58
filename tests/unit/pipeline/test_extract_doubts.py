"""What looks right and is not: rows lost from a signature block, accents lost from a name, an abstract cut off."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ocr.model import Box, PageText, Word, WordKind
from pipeline.extract import ExtractContext, Extraction, FieldName, FieldStatus, extract, reasons

LINE_PX = 40
CONTEXT = ExtractContext(today=date(2026, 11, 24))
SIGNED = ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")


def words(text: str, left: float, top: float, first_line: int, weak: str = "", weakness: float = 0.91) -> list[Word]:
    found, x = [], left
    for text_of_word in text.split():
        wide = 18.0 * len(text_of_word)
        sure = weakness if text_of_word == weak else 0.97
        found.append(Word(text_of_word, sure, Box(x, top, x + wide, top + LINE_PX), first_line, first_line))
        x += wide + 14
    return found


def page(
    rows: list[tuple[str, float, float]], weak: str = "", weakness: float = 0.91, unread: tuple[Box, ...] = ()
) -> PageText:
    laid = [
        word for number, (text, left, top) in enumerate(rows) for word in words(text, left, top, number, weak, weakness)
    ]
    return PageText(1, 1654, 2339, 200.0, 0, 0.0, tuple(laid), "typed", unread)


def decision_page(
    *,
    subject: str = "Về việc cấp phép sử dụng vỉa hè",
    issuer: str = "SỞ XÂY DỰNG",
    number: str = "Số: 387/QĐ-SXD",
    place: str = "Nghệ An",
    weak: str = "",
    weakness: float = 0.91,
    signer: str = "Nguyễn Văn Mẫu",
    unread: Box | None = None,
    block: tuple[str, ...] = ("GIÁM ĐỐC",),
) -> PageText:
    head = [
        ("UBND TỈNH NGHỆ AN", 200, 150),
        (issuer, 240, 200),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 750, 150),
        ("Độc lập - Tự do - Hạnh phúc", 880, 200),
        (number, 240, 270),
        (f"{place}, ngày 18 tháng 6 năm 2026", 900, 270),
        ("QUYẾT ĐỊNH", 720, 380),
        (subject, 500, 440),
        ("Căn cứ Luật Xây dựng ngày 18 tháng 6 năm 2014;", 250, 600),
    ]
    foot = [(text, 1000, 1500 + 60 * place) for place, text in enumerate(block)]
    width = 18 * len(signer.replace(" ", "")) + 14 * signer.count(" ")
    return page([*head, *foot, (signer, 1110 - width / 2, 1850)], weak, weakness, (unread,) if unread else ())


def decision(**parts: Any) -> Extraction:
    return extract([decision_page(**parts)], CONTEXT)


def status(extraction: Extraction, name: FieldName) -> FieldStatus | None:
    field = extraction.field(name)
    return field.status if field else None


def test_a_whole_block_is_accepted() -> None:
    extraction = decision(block=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"))
    assert status(extraction, FieldName.AUTHORITY) is FieldStatus.ACCEPTED
    assert status(extraction, FieldName.SUBJECT) is FieldStatus.ACCEPTED


def test_a_deputy_who_signs_for_nobody_lost_a_row() -> None:
    extraction = decision(block=("TM. ỦY BAN NHÂN DÂN", "PHÓ CHỦ TỊCH"))
    assert status(extraction, FieldName.AUTHORITY) is FieldStatus.REVIEW


def test_capitals_nobody_could_read_above_the_block_are_not_passed_over() -> None:
    extraction = decision(block=("TIM. UY BAM NHAM DAM", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))
    assert status(extraction, FieldName.AUTHORITY) is FieldStatus.REVIEW


@pytest.mark.parametrize("subject", ["Ban hành Quy chế tiếp nhận hồ sơ trên", "Về việc sắp xếp đơn Vị hành chính"])
def test_an_abstract_that_hangs_or_grew_a_capital_goes_to_a_person(subject: str) -> None:
    extraction = decision(subject=subject, block=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"))
    assert status(extraction, FieldName.SUBJECT) is FieldStatus.REVIEW


def test_a_body_whose_first_word_lost_an_accent_is_put_right_if_the_rest_reads_well() -> None:
    block = ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    number = "Số: 387/QĐ-PKT"
    well = decision(issuer="PHONG VÍ DỤ", number=number, block=block).field(FieldName.ISSUER)
    weak = decision(issuer="PHONG VÍ DỤ", number=number, weak="DỤ", weakness=0.85, block=block)
    assert well is not None
    assert (well.value, well.status) == ("PHÒNG VÍ DỤ", FieldStatus.ACCEPTED)
    assert status(weak, FieldName.ISSUER) is FieldStatus.REVIEW


def test_a_scrap_of_a_seal_beside_a_title_is_left_out_but_not_what_is_left_of_a_word() -> None:
    whole = decision(block=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC R")).field(FieldName.SIGNER_TITLE)
    assert whole is not None
    assert (whole.value, whole.status) == ("PHÓ GIÁM ĐỐC", FieldStatus.ACCEPTED)
    cut = decision(block=("KT. GIÁM ĐỐC", "F GIÁM ĐỐC"))
    assert status(cut, FieldName.SIGNER_TITLE) is FieldStatus.REVIEW


def test_a_period_may_go_on_in_the_next_row() -> None:
    rows = [
        ("SỞ XÂY DỰNG", 240, 200),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 750, 150),
        ("QUYẾT ĐỊNH", 720, 380),
        ("Phê duyệt kế hoạch giai đoạn 2021", 500, 440),
        ("- 2025", 760, 500),
        ("Căn cứ Luật Xây dựng ngày 18 tháng 6 năm 2014;", 250, 640),
    ]
    subject = extract([page([(text, x, y) for text, x, y in rows])], ExtractContext(date(2026, 11, 24))).field(
        FieldName.SUBJECT
    )
    assert subject is not None
    assert subject.value == "Phê duyệt kế hoạch giai đoạn 2021 - 2025"


def test_the_amount_is_its_figures() -> None:
    field = certificate(
        "Đăng ký lần đầu, ngày 06 tháng 9 năm 2024", capital="150.000.000 đồng (Một trăm mươi triệu)"
    ).field("capital")
    assert field is not None
    assert (field.value, field.status) == ("150.000.000 đồng", FieldStatus.ACCEPTED)


def test_a_peoples_committee_of_nowhere_is_not_accepted() -> None:
    extraction = decision(issuer="ỦY BAN NHÂN DÂN", block=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))
    assert status(extraction, FieldName.ISSUER) is FieldStatus.REVIEW


@pytest.mark.parametrize("subject", ["Về việc báo cáo kết quả số hóa quý", "Phê duyệt kế hoạch số hóa giai đoạn 2021"])
def test_an_abstract_that_lost_its_last_figure_goes_to_a_person(subject: str) -> None:
    assert status(decision(subject=subject, block=("GIÁM ĐỐC",)), FieldName.SUBJECT) is FieldStatus.REVIEW


def test_a_colon_apart_from_the_label_does_not_make_a_number_handwritten() -> None:
    extraction = decision(number="Số : 387/QĐ-SXD", block=("GIÁM ĐỐC",))
    assert status(extraction, FieldName.NUMBER) is FieldStatus.ACCEPTED


def test_a_place_no_list_knows_must_be_read_well() -> None:
    issuer, number = "ỦY BAN NHÂN DÂN XÃ THỬ", "Số: 387/QĐ-UBND"
    head = decision(issuer=issuer, number=number, block=("CHỦ TỊCH",))
    weak = decision(issuer=issuer, number=number, weak="THỬ", weakness=0.89, block=("CHỦ TỊCH",))
    assert status(head, FieldName.ISSUER) is FieldStatus.ACCEPTED
    assert status(weak, FieldName.ISSUER) is FieldStatus.REVIEW


def certificate(*dates: str, capital: str = "100.000.000 đồng", name: str = "TẠP HÓA MẪU") -> Extraction:
    head = [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 450, 150),
        ("Độc lập - Tự do - Hạnh phúc", 560, 200),
        ("GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", 420, 320),
    ]
    rows = [(text, 520, 450 + 60 * number) for number, text in enumerate(dates)]
    fields = [
        (f"1. Tên hộ kinh doanh: {name}", 250, 700),
        (f"2. Vốn kinh doanh: {capital}", 250, 760),
    ]
    return extract([page([*head, *rows, *fields])], ExtractContext(today=date(2026, 11, 24)))


def test_a_certificate_is_of_its_last_registration() -> None:
    extraction = certificate(
        "Đăng ký lần đầu, ngày 06 tháng 9 năm 2024", "Đăng ký thay đổi lần thứ 1, ngày 10 tháng 10 năm 2025"
    )
    found = extraction.field(FieldName.ISSUED_ON)
    assert found is not None
    assert (found.value, found.status) == ("2025-10-10", FieldStatus.ACCEPTED)


def test_a_value_before_a_last_word_with_a_colon_goes_to_a_person() -> None:
    whole = certificate("Đăng ký lần đầu, ngày 06 tháng 9 năm 2024", name="TẠP HÓA MẪU")
    cut = certificate("Đăng ký lần đầu, ngày 06 tháng 9 năm 2024", name="TẠP HÓA MẪU:")
    assert [(found.name, found.status) for found in whole.fields if found.name == "business_name"] == [
        ("business_name", FieldStatus.ACCEPTED)
    ]
    assert [found.reason_code for found in cut.fields if found.name == "business_name"] == [reasons.AMBIGUOUS]


def test_a_later_registration_without_a_date_leaves_the_day_open() -> None:
    extraction = certificate(
        "Đăng ký lần đầu, ngày 06 tháng 9 năm 2024", "Đăng ký thay đổi lần thứ 1, ngày tháng 10 năm 2025"
    )
    assert status(extraction, FieldName.ISSUED_ON) is FieldStatus.REVIEW


def test_labels_that_share_their_ends_are_told_apart() -> None:
    extraction = certificate("Đăng ký lần đầu, ngày 06 tháng 9 năm 2024")
    name, capital = extraction.field("business_name"), extraction.field("capital")
    assert name is not None
    assert capital is not None
    assert (name.value, capital.value) == ("TẠP HÓA MẪU", "100.000.000 đồng")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Nguyễn Văn Tuân", FieldStatus.REVIEW),
        ("Lê Thị Vân", FieldStatus.ACCEPTED),
        ("Trần Quốc Tuấn", FieldStatus.ACCEPTED),
    ],
)
def test_a_name_that_may_have_lost_a_tone_over_a_roof_goes_to_a_person(name: str, wanted: FieldStatus) -> None:
    assert status(decision(signer=name, block=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")), FieldName.SIGNER_NAME) is wanted


@pytest.mark.parametrize(
    ("place", "doubted"),
    [
        (Box(1050, 445, 1110, 475), True),
        (Box(700, 490, 760, 520), True),
        (Box(700, 560, 760, 590), False),
        (Box(1400, 445, 1460, 475), False),
        (Box(1050, 470, 1110, 474), False),
    ],
    ids=["at_the_end_of_the_row", "on_a_row_of_its_own", "further_down", "far_aside", "a_rule"],
)
def test_ink_nobody_read_beside_an_abstract_sends_it_to_a_person(place: Box, *, doubted: bool) -> None:
    field = decision(unread=place).field(FieldName.SUBJECT)
    assert field is not None
    assert (field.reason_code == "incomplete") is doubted


def test_ink_nobody_read_below_a_signer_does_not_touch_the_name() -> None:
    assert (
        status(decision(unread=Box(1080, 1900, 1140, 1930), block=SIGNED), FieldName.SIGNER_NAME)
        is FieldStatus.ACCEPTED
    )
    assert (
        status(decision(unread=Box(1250, 1855, 1300, 1885), block=SIGNED), FieldName.SIGNER_NAME) is FieldStatus.REVIEW
    )


def test_a_weak_comma_in_an_abstract_goes_to_a_person() -> None:
    """The letters of `vỉa hè` are vouched for by one another, the comma by nothing: it may be a speck."""
    subject = "Về việc cấp phép sử dụng vỉa hè, lòng đường"
    assert status(decision(subject=subject), FieldName.SUBJECT) is FieldStatus.ACCEPTED
    assert status(decision(subject=subject, weak="hè,", weakness=0.7), FieldName.SUBJECT) is FieldStatus.REVIEW


def test_an_item_of_marks_alone_sends_the_recipients_to_a_person() -> None:
    def recipients(*items: str) -> Extraction:
        rows = [("Nơi nhận:", 200, 1700), *((item, 200, 1750 + 50 * row) for row, item in enumerate(items))]
        return extract([page([("QUYẾT ĐỊNH", 720, 380), *rows])], ExtractContext(date(2026, 11, 24)))

    assert status(recipients("- Chủ đầu tư;", "- Lưu hồ sơ."), FieldName.RECIPIENTS) is FieldStatus.ACCEPTED
    assert status(recipients("- Chủ đầu tư; :", "- Lưu hồ sơ."), FieldName.RECIPIENTS) is FieldStatus.REVIEW


def test_a_speck_before_an_abstract_is_left_out_and_one_inside_it_goes_to_a_person() -> None:
    first = decision(subject=".Thành lập Tổ công tác", block=("GIÁM ĐỐC",)).field(FieldName.SUBJECT)
    assert first is not None
    assert (first.value, first.status) == ("Thành lập Tổ công tác", FieldStatus.ACCEPTED)
    inside = decision(subject="Thành lập .Tổ công tác", block=("GIÁM ĐỐC",))
    assert status(inside, FieldName.SUBJECT) is FieldStatus.REVIEW


def test_a_dash_that_was_not_surely_read_may_be_a_speck() -> None:
    def subject(sure: float) -> FieldStatus | None:
        laid = decision_page(subject="Về việc cấp phép sử dụng vỉa hè khu Mẫu - Thử")
        read = tuple(replace(word, confidence=sure) if word.text == "-" else word for word in laid.words)
        return status(extract([replace(laid, words=read)], CONTEXT), FieldName.SUBJECT)

    assert subject(sure=0.93) is FieldStatus.ACCEPTED
    assert subject(sure=0.80) is FieldStatus.REVIEW


@pytest.mark.parametrize(
    ("second", "outcome"), [("hè.", FieldStatus.REVIEW), ("hè", FieldStatus.REVIEW), ("hé,", FieldStatus.ACCEPTED)]
)
def test_a_comma_that_only_the_engine_reads_goes_to_a_person(second: str, outcome: FieldStatus) -> None:
    laid = decision_page(subject="Về việc cấp phép sử dụng vỉa hè, lòng đường khu Mẫu")
    read = tuple(replace(word, second=second) if word.text == "hè," else word for word in laid.words)
    assert status(extract([replace(laid, words=read)], CONTEXT), FieldName.SUBJECT) is outcome


def test_a_comma_both_recognizers_read_stands_though_the_engine_misread_the_letters_before_it() -> None:
    laid = decision_page(subject="Về việc cấp phép sử dụng vỉa hè, lòng đường khu Mẫu")
    read = tuple(
        replace(word, confidence=0.5, probability=0.99, raw="hè,", reason="second_opinion")
        if word.text == "hè,"
        else word
        for word in laid.words
    )
    assert status(extract([replace(laid, words=read)], CONTEXT), FieldName.SUBJECT) is FieldStatus.ACCEPTED


def test_a_word_taken_for_a_stamp_beside_an_issuer_sends_it_to_a_person() -> None:
    laid = decision_page(issuer="PHÒNG KINH TẾ")
    lost = tuple(replace(word, kind=WordKind.STAMP) if word.text == "TẾ" else word for word in laid.words)
    assert status(extract([laid], CONTEXT), FieldName.ISSUER) is FieldStatus.ACCEPTED
    assert status(extract([replace(laid, words=lost)], CONTEXT), FieldName.ISSUER) is FieldStatus.REVIEW


def test_no_body_is_named_by_one_word() -> None:
    assert status(decision(issuer="DÂN"), FieldName.ISSUER) is FieldStatus.REVIEW


@pytest.mark.parametrize(
    ("place", "wanted"), [("Thử Mẫu", "accepted"), ("Tập Duot", "review"), ("Nghệ An", "accepted")]
)
def test_a_place_no_list_knows_is_of_vietnamese_syllables(place: str, wanted: str) -> None:
    assert status(decision(place=place), FieldName.PLACE) == wanted
