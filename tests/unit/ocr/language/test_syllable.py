import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.language.model import vietnamese
from ocr.language.syllable import TONES, key, one_spelling, with_tone, without_tone


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("hoá", "hóa"),
        ("Thuỷ", "thủy"),
        ("uỷ", "ủy"),
        ("quý", "quý"),
        ("gì", "gì"),
        ("giếng", "giếng"),
        ("TOÀN", "toàn"),
    ],
)
def test_one_syllable_has_one_spelling(written: str, spelled: str) -> None:
    assert one_spelling(written) == spelled


def test_every_counted_syllable_is_spelled_so() -> None:
    model = vietnamese()
    for bare in ("hoa", "thuy", "quyet", "dieu", "nghiep", "khuyu"):
        assert model.alike(bare)
        assert all(one_spelling(syllable) == syllable and key(syllable) == bare for syllable in model.alike(bare))


@given(st.sampled_from(["hoa", "thuy", "quyêt", "điêu", "nghiêp", "ươc", "giêng", "ia"]), st.sampled_from([*TONES]))
def test_a_tone_comes_off_as_it_was_put_on(bare: str, tone: str) -> None:
    assert without_tone(with_tone(bare, tone)) == (bare, tone)
