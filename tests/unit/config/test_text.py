import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from config.text import accentless, fold_space, nfc


def test_text_of_old_keyboards_and_macs_comes_out_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "Ủy ban nhân dân tỉnh Nghệ An")
    assert nfc(decomposed) == "Ủy ban nhân dân tỉnh Nghệ An"


def test_old_and_new_tone_placement_and_no_accents_meet() -> None:
    assert accentless("Hoà Bình") == accentless("Hòa  Bình") == accentless("hoa binh") == "hoa binh"
    assert accentless("Đường Đê") == "duong de"


@given(st.text())
def test_composing_twice_changes_nothing(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)


@given(st.text())
def test_folded_text_has_no_edges_and_no_double_spaces(text: str) -> None:
    folded = fold_space(text)
    assert folded == folded.strip()
    assert "  " not in folded
    assert "\n" not in folded
    assert fold_space(folded) == folded


@given(st.text(alphabet="aàáảãạăâbcdđeêghiklmnoôơpqrstuưvxyAĐÊỞ ỹ"))
def test_a_key_does_not_depend_on_the_normal_form(text: str) -> None:
    assert accentless(unicodedata.normalize("NFD", text)) == accentless(text)
