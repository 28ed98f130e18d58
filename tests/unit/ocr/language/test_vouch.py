from dataclasses import replace
from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from ocr.language.correct import correct
from ocr.language.vouch import load_vouching, vouched
from ocr.model import WordKind
from tests.unit.ocr.language.reading import line


def test_a_word_beside_its_usual_neighbours_is_surer_than_a_strange_one() -> None:
    words = [replace(word, probability=0.97) for word in line("theo giấy phép xây dựng")]
    strange = [replace(word, probability=0.97) for word in line("theo giây phép xây dựng")]
    usual, doubted = vouched(words)[1].probability, vouched(strange)[1].probability
    assert usual is not None
    assert doubted is not None
    assert usual > 0.97 > doubted


def test_only_chances_move_and_only_those_of_words_of_letters() -> None:
    words = [replace(word, probability=0.9) for word in line("theo giây phép 12 45/QĐ-UBND")]
    words += [replace(words[0], probability=None), *line("giây phép", kind=WordKind.STAMP)]
    moved = vouched(words)
    assert [replace(word, probability=None) for word in moved] == [replace(word, probability=None) for word in words]
    assert moved[3:] == tuple(words[3:])


@pytest.mark.parametrize("text", ["ông Trương Việt Dũng", "Lưu: VT, KTTH"])
def test_names_and_abbreviations_keep_their_chance(text: str) -> None:
    words = [replace(word, probability=0.97) for word in line(text)]
    assert vouched(words)[1:] == tuple(words[1:])


def test_what_language_put_right_keeps_the_chance_it_was_given() -> None:
    settled = correct(line("theo giây phép xây dựng", 1))
    assert vouched(settled)[1] == settled[1]


@pytest.mark.parametrize("content", ["", "weight = 1\nsteps = []", "weight = 1\nsteps = [[2, 0.5], [1, 0.6]]"])
def test_damaged_figures_are_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "vouching.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(ReferenceDataError, match=r"vouching\.toml"):
        load_vouching(path)
