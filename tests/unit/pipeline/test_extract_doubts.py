"""What looks right and is not: rows lost from a signature block, accents lost from a name, an abstract cut off."""

from datetime import date

import pytest

from ocr.model import Box, PageText, Word
from pipeline.extract import ExtractContext, Extraction, FieldName, FieldStatus, extract

LINE_PX = 40


def words(text: str, left: float, top: float, first_line: int) -> list[Word]:
    found, x = [], left
    for text_of_word in text.split():
        wide = 18.0 * len(text_of_word)
        found.append(Word(text_of_word, 0.97, Box(x, top, x + wide, top + LINE_PX), first_line, first_line))
        x += wide + 14
    return found


def page(rows: list[tuple[str, float, float]]) -> PageText:
    laid = [word for number, (text, left, top) in enumerate(rows) for word in words(text, left, top, number)]
    return PageText(1, 1654, 2339, 200.0, 0, 0.0, tuple(laid), "typed")


def decision(
    *, subject: str = "Về việc cấp phép sử dụng vỉa hè", issuer: str = "SỞ XÂY DỰNG", block: tuple[str, ...]
) -> Extraction:
    head = [
        ("UBND TỈNH NGHỆ AN", 200, 150),
        (issuer, 240, 200),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 750, 150),
        ("Độc lập - Tự do - Hạnh phúc", 880, 200),
        ("Số: 387/QĐ-SXD", 240, 270),
        ("Nghệ An, ngày 18 tháng 6 năm 2026", 900, 270),
        ("QUYẾT ĐỊNH", 720, 380),
        (subject, 500, 440),
        ("Căn cứ Luật Xây dựng ngày 18 tháng 6 năm 2014;", 250, 600),
    ]
    foot = [(text, 1000, 1500 + 60 * number) for number, text in enumerate(block)]
    return extract([page([*head, *foot, ("Nguyễn Văn Mẫu", 1010, 1850)])], ExtractContext(today=date(2026, 11, 24)))


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


def test_a_body_that_lost_an_accent_goes_to_a_person() -> None:
    extraction = decision(issuer="PHONG KINH TẾ", block=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"))
    assert status(extraction, FieldName.ISSUER) is FieldStatus.REVIEW


def test_a_peoples_committee_of_nowhere_is_not_accepted() -> None:
    extraction = decision(issuer="ỦY BAN NHÂN DÂN", block=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))
    assert status(extraction, FieldName.ISSUER) is FieldStatus.REVIEW
