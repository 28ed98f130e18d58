import pytest

from config.syllables import is_misspelled, is_vietnamese
from pipeline.extract import type_book
from pipeline.extract.number_symbol import settle_symbol
from pipeline.extract.reasons import SENTENCES, reason_text
from pipeline.extract.vocabulary import best_match, spellings


@pytest.mark.parametrize(
    "word", ["Nguyễn", "quyết", "giếng", "khuỷu", "nghiêng", "gì", "quốc", "UBND", "Metro", "ĐTXD", "Ủy", "Uỷ"]
)
def test_words_that_can_stand_in_a_document_are_not_misspelled(word: str) -> None:
    assert not is_misspelled(word)


@pytest.mark.parametrize("word", ["quôc", "QUYÉT", "bíc", "đưcợ", "ngày82tháng", "Ñội"])
def test_the_engine_s_slips_are_misspelled(word: str) -> None:
    assert is_misspelled(word)


def test_a_stopped_syllable_needs_a_sharp_or_heavy_tone() -> None:
    assert is_vietnamese("việt")
    assert not is_vietnamese("viết".replace("ế", "ề"))


def test_both_tone_placements_are_spelled() -> None:
    assert spellings("ỦY BAN NHÂN DÂN") == ["ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN"]
    assert spellings("BỘ Y TẾ") == ["BỘ Y TẾ"]


def test_a_match_keeps_the_spelling_that_was_read() -> None:
    match = best_match("UỶ BAN NHÂN DÂN", spellings("ỦY BAN NHÂN DÂN"))
    assert match is not None
    assert match.value == "UỶ BAN NHÂN DÂN"


@pytest.mark.parametrize(("read", "meant"), [("QĐÐ-TTg", "QĐ-TTg"), ("TT-BCT.", "TT-BCT"), ("QD-UBND", "QĐ-UBND")])
def test_slips_in_a_listed_symbol_are_put_right(read: str, meant: str) -> None:
    assert settle_symbol(read.replace("Ð", "Đ"), type_book()) == (meant, True)


def test_an_unlisted_symbol_stays_as_read() -> None:
    assert settle_symbol("UBND-KGVX", type_book()) == ("UBND-KGVX", False)


def test_the_29_types_of_the_decree_are_there_once() -> None:
    kinds = type_book().types
    assert len({kind.key for kind in kinds if kind.code != "32"}) == 29
    assert {kind.code for kind in kinds if kind.file == "nd30.toml"} == {f"{code:02d}" for code in range(1, 30)}


def test_every_reason_has_a_vietnamese_sentence() -> None:
    for code, sentence in SENTENCES.items():
        assert reason_text(code) not in {code, sentence}
