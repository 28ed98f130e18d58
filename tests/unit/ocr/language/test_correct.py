import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.language.correct import correct
from ocr.language.rules import REASON, rules
from ocr.model import WordKind
from tests.unit.ocr.language.reading import line, texts

TEXT = (
    "giây giấy phép chứng nhận quyên quyền sử dụng đất sô số ngày 12 Điều thành phó phố bồ bổ sung sửa đổi QUYÉT ĐỊNH "
    "Nguyễn Văn Bản ủy ban nhân dân, kiêm tra; H41.15-260311-0012 45/QĐ-UBND (đê b/c); KT. CHỦ TICH ha hàng năm"
)
readings = st.lists(st.tuples(st.sampled_from(TEXT.split()), st.booleans()), max_size=25).map(
    lambda pairs: line(" ".join(text for text, _ in pairs), *(at for at, pair in enumerate(pairs) if pair[1]))
)


@pytest.mark.parametrize(
    ("read", "doubtful", "meant"),
    [
        ("theo giây phép xây dựng", 1, "theo giấy phép xây dựng"),
        ("Nghị định sô 12 của Chính phủ", 2, "Nghị định số 12 của Chính phủ"),
        ("đã được sửa đổi, bồ sung một số điều", 4, "đã được sửa đổi, bổ sung một số điều"),
        ("Viện kiêm sát nhân dân", 1, "Viện kiểm sát nhân dân"),
        ("QUYÉT ĐỊNH:", 0, "QUYẾT ĐỊNH:"),
        ("ỦY BAN NHÂN DÂN THÀNH PHÓ", 5, "ỦY BAN NHÂN DÂN THÀNH PHỐ"),
        ("Uy ban nhân dân tỉnh", 0, "Ủy ban nhân dân tỉnh"),
    ],
)
def test_a_doubtful_word_that_its_neighbours_settle_is_put_right(read: str, doubtful: int, meant: str) -> None:
    words = line(read, doubtful)
    settled = correct(words)
    assert texts(settled) == meant
    changed = settled[doubtful]
    assert (changed.raw, changed.reason) == (words[doubtful].text, REASON)
    assert changed.probability == rules().sureness
    assert replace(changed, text=words[doubtful].text, raw=None, reason=None, probability=0.6) == words[doubtful]


def test_a_sure_word_is_never_touched() -> None:
    assert texts(correct(line("theo giây phép xây dựng"))) == "theo giây phép xây dựng"


@pytest.mark.parametrize(
    ("read", "doubtful"),
    [
        ("ông Nguyễn Văn Ban, sinh năm 1980", 3),
        ("NGUYỄN VĂN BAN", 2),
        ("Họ và tên: LÊ THỊ QUYÉT ĐỊNH", 5),
        ("tại Quyên lợi", 1),
        ("số 45/QĐ-UBND ngày 12", 1),
        ("mã hồ sơ H41.15-260311-0012", 3),
        ("diện tích 12 ha đất", 3),
        ("năm 2O26 của", 1),
        ("định kỳ hàng năm", 2),
        ("TỐI MẤT", 1),
    ],
    ids=str,
)
def test_names_numbers_codes_units_and_secrecy_marks_are_never_touched(read: str, doubtful: int) -> None:
    words = line(read, doubtful)
    assert correct(words) == tuple(words)


def test_capitals_of_the_signature_block_are_never_touched() -> None:
    words = [*line("KT. CHỦ TỊCH", number=1), *line("PHÓ CHÚ TỊCH", 1, number=2)]
    assert correct(words) == tuple(words)
    assert texts(correct(line("CỦA CHÚ TỊCH", 1, number=2))) == "CỦA CHỦ TỊCH"


@pytest.mark.parametrize("kind", [WordKind.STAMP, WordKind.HANDWRITING])
def test_what_is_no_print_is_never_touched(kind: WordKind) -> None:
    words = line("theo giây phép xây dựng", 1, kind=kind)
    assert correct(words) == tuple(words)


def test_a_word_that_language_put_right_is_never_touched_again() -> None:
    words = line("theo giây phép xây dựng", 1)
    words[1] = replace(words[1], raw="giầy", reason=REASON)
    assert correct(words) == tuple(words)


def test_a_word_the_second_opinion_chose_keeps_the_first_reading_as_raw() -> None:
    words = line("theo giây phép xây dựng", 1)
    words[1] = replace(words[1], raw="giãy", reason="second_opinion")
    settled = correct(words)[1]
    assert (settled.text, settled.raw, settled.reason) == ("giấy", "giãy", REASON)


def test_what_another_recognizer_reads_may_win_where_letters_differ() -> None:
    words = line("cơ quan nhà hước có thẩm quyền", 3)
    assert correct(words) == tuple(words)
    assert texts(correct(words, [(), (), (), ("nước",), (), (), ()])) == "cơ quan nhà nước có thẩm quyền"


def test_a_capital_inside_a_sentence_is_put_right_only_where_the_page_has_that_phrase_for_sure() -> None:
    alone = line("về việc treo cờ Tô quốc", 4)
    assert correct(alone) == tuple(alone)
    seen = [*line("Mặt trận Tổ quốc Việt Nam", number=1), *line("về việc treo cờ Tô quốc", 4, number=2)]
    assert texts(correct(seen)).endswith("treo cờ Tổ quốc")
    doubted = [*line("Mặt trận Tổ quốc Việt Nam", 2, number=1), *alone]
    assert texts(correct(doubted)).endswith("treo cờ Tô quốc")


def test_language_breaks_a_tie_of_two_recognizers_sooner_than_it_puts_right_what_both_read() -> None:
    alone = [replace(word, probability=0.725 if word.text == "thủ" else 0.999) for word in line("cơ chế đặc thủ xây")]
    page = line("các cơ chế đặc thù, thẩm quyền", number=1)
    assert correct([*page, *alone])[-2].text == "thủ"
    disputed = [replace(word, raw="thù", reason="second_opinion") if word.text == "thủ" else word for word in alone]
    assert correct([*page, *disputed])[-2].text == "thù"


@given(readings)
def test_correcting_again_changes_nothing(words: list) -> None:  # type: ignore[type-arg]
    once = correct(words)
    assert correct(once) == once


@given(readings)
def test_words_stay_as_many_as_they_were_in_nfc_with_the_raw_reading_beside_each_change(words: list) -> None:  # type: ignore[type-arg]
    settled = correct(words)
    assert len(settled) == len(words)
    for was, now in zip(words, settled, strict=True):
        assert now.text == unicodedata.normalize("NFC", now.text)
        assert now == was or (now.raw == was.text != now.text and now.reason == REASON)
