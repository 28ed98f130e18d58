"""Setting words: levels, gaps, sizes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.assemble.textlayer import Frame, number
from ocr.assemble.typeset import clean_text, clusters, typeset
from ocr.model import Box, PageText, Word


def _page(*words: Word, skew_deg: float = 0.0) -> PageText:
    return PageText(1, 2480, 3508, 300, 0, skew_deg, words, "made")


def test_words_of_a_line_share_one_level_and_size() -> None:
    words = [("Hội", 100, 160), ("nghị", 110, 170), ("xem", 120, 160), ("-", 140, 146)]
    boxes = [
        Word(text, 0.9, Box(200 * at, top, 200 * at + 150, bottom), 0, 0)
        for at, (text, top, bottom) in enumerate(words)
    ]
    (line,) = typeset(_page(*boxes), 595.2, 841.92)
    assert len({round(word.y, 3) for word in line.words[:3]}) == 1
    assert abs(line.words[3].y - line.words[0].y) < line.size / 2


def test_a_word_keeps_its_box() -> None:
    (line,) = typeset(_page(Word("Hạnh", 0.9, Box(250, 500, 480, 570), 0, 0)), 2480, 3508)
    (word,) = line.words
    assert (word.x, word.length) == (250, 230)
    assert word.y + word.ascent / 5 * line.size == pytest.approx(3508 - 500, abs=line.size / 9)
    assert word.y - word.descent / 5 * line.size == pytest.approx(3508 - 570, abs=line.size / 9)


def test_overlapping_words_are_pulled_apart() -> None:
    (line,) = typeset(
        _page(Word("lập", 0.9, Box(1018, 237, 1091, 273), 0, 0), Word("-", 0.9, Box(1077, 232, 1093, 280), 0, 0)),
        600,
        849,
    )
    first, second = line.words
    assert second.x - (first.x + first.length) >= 0.15 * line.size


def test_control_characters_and_spaces_never_reach_the_file() -> None:
    assert clean_text("a\u0323 b\x00\n\ufeffc\ue000") == "ạbc"
    assert typeset(_page(Word(" \n", 0.9, Box(0, 0, 9, 9), 0, 0)), 595, 842) == ()


@given(st.text())
def test_clusters_rejoin_to_the_text(text: str) -> None:
    parts = list(clusters(text))
    assert "".join(parts) == text
    assert not any(unicodedata.combining(part[0]) for part in parts[1:])


@given(st.floats(-1e5, 1e5))
def test_numbers_are_written_without_exponent(value: float) -> None:
    written = number(value)
    assert "e" not in written
    assert float(written) == pytest.approx(value, abs=0.006)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_frame_maps_the_upright_page_onto_the_box(rotation: int) -> None:
    frame = Frame(10, 20, 110, 220, rotation)
    a, b, c, d, e, f = frame.matrix()
    corners = {
        (round(a * x + c * y + e), round(b * x + d * y + f)) for x in (0, frame.width) for y in (0, frame.height)
    }
    assert corners == {(10, 20), (110, 20), (10, 220), (110, 220)}
