from ocr.language.support import MOST, support
from ocr.model import WordKind
from tests.unit.ocr.language.reading import line


def test_the_right_word_is_supported_and_the_wrong_one_doubted() -> None:
    right, wrong = line("theo giấy phép xây dựng"), line("theo giây phép xây dựng")
    assert support(right)[1] > 0 > support(wrong)[1]


def test_numbers_codes_and_stamps_are_neither() -> None:
    assert support(line("12 45/QĐ-UBND H41.15")) == [0.0] * 3
    assert support(line("theo giây phép", kind=WordKind.STAMP)) == [0.0] * 3


def test_each_word_has_a_figure_within_bounds() -> None:
    words = line("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2025; zzz qủy")
    given = support(words)
    assert len(given) == len(words)
    assert all(-MOST <= figure <= MOST for figure in given)
    assert support([]) == []
