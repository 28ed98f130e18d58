import pytest

from ocr.label_words import apart_from_label
from ocr.model import Box, Word

BOX = Box(100, 10, 400, 50)


def test_a_number_read_with_its_label_is_set_apart_where_the_types_widths_say() -> None:
    label, number = apart_from_label(Word("Số:358/TLKS-BS", 0.91, BOX, 0, 0))
    assert (label.text, number.text) == ("Số:", "358/TLKS-BS")
    assert label.box.right == number.box.left
    assert 140 < number.box.left < 165
    assert (label.box.left, number.box.right) == (BOX.left, BOX.right)


def test_a_label_whose_accent_was_misread_is_a_label() -> None:
    label, number = apart_from_label(Word("Sô:358/TLKS-BS", 0.91, BOX, 0, 0))
    assert (label.text, number.text) == ("Sô:", "358/TLKS-BS")


@pytest.mark.parametrize("text", ["Số:", "Số:....", "358/TLKS-BS", "SỞ", "Số:/QĐ-UBND"])
def test_any_other_word_stays_as_it_is(text: str) -> None:
    word = Word(text, 0.9, BOX, 0, 0)
    assert apart_from_label(word) == (word,)


def test_a_written_number_read_as_other_signs_is_set_apart_too() -> None:
    label, rest = apart_from_label(Word("Số:†0X/QĐ-TTg", 0.2, BOX, 0, 0))
    assert (label.text, rest.text) == ("Số:", "†0X/QĐ-TTg")
