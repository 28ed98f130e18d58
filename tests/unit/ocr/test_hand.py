import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from config.errors import ReferenceDataError
from ocr.hand import figures
from ocr.hand.ink import atoms_of
from ocr.hand.lattice import read_atoms
from ocr.hand.reading import read_blanks
from ocr.images import image_of
from ocr.kinds import mark_kinds
from ocr.model import Blank, Box, Word, WordKind
from tests.unit.ocr.written_page import WrittenPage, headed


def blanks(page: WrittenPage) -> dict[str, Blank]:
    words = mark_kinds(page.image, page.words)
    return {blank.label: blank for blank in read_blanks(page.image, None, words, 200.0)}


def best(blank: Blank) -> str:
    return blank.guesses[0].text if blank.guesses else ""


@pytest.mark.parametrize(("number", "day"), [("707", "22"), ("1435", "08"), ("26", "13"), ("952", "30")])
def test_number_and_day_are_read_between_the_printed_words(number: str, day: str) -> None:
    found = blanks(headed(number, day))
    assert {label: best(blank) for label, blank in found.items()} == {"number": number, "day": day}
    assert all(0.5 < blank.guesses[0].probability < 1.0 for blank in found.values())


def test_a_page_read_twice_gives_the_same() -> None:
    page = headed("1435", "08")
    assert blanks(page) == blanks(page)


def test_printed_figures_are_no_blanks() -> None:
    page = WrittenPage()
    page.print_line(240, 700, "Căn cứ Luật ngày 18 tháng 02 năm 2025; số 34567 và 9018 của 46 xã")
    page.print_line(250, 260, "Số: 3722/VPCP-CN")
    page.print_line(850, 260, "Hà Nội, ngày 28 tháng 4 năm 2026")
    assert blanks(page) == {}


def test_an_empty_blank_is_none() -> None:
    page = WrittenPage()
    page.print_line(250, 260, "Số:")
    page.leader(320, 460, 296)
    page.print_line(470, 260, "/QĐ-UBND")
    assert blanks(page) == {}


@pytest.mark.parametrize("kind", ["leader", "rule"])
def test_what_is_written_on_a_line_is_read_without_it(kind: str) -> None:
    page = headed("1435", "08")
    getattr(page, kind)(316, 474, 294)
    assert best(blanks(page)["number"]) == "1435"


def test_the_box_of_a_blank_is_its_ink() -> None:
    page = WrittenPage()
    page.print_line(250, 260, "Số:")
    ink = page.hand(330, 258, "26")
    page.print_line(480, 260, "/QĐ-BCT")
    box = blanks(page)["number"].box
    assert max(abs(box.left - ink.left), abs(box.top - ink.top), abs(box.right - ink.right)) <= 3


def test_figures_that_the_engine_took_with_the_words_beside_them_are_found() -> None:
    page = headed("707", "22")
    start = next(at for at, word in enumerate(page.words) if word.text == "ngày" and word.box.top < 400)
    end = next(at for at, word in enumerate(page.words) if word.text == "tháng" and word.box.top < 400)
    box = page.words[start].box.union(page.words[end].box)
    fused = Word("ngày82tháng", 0.8, box, page.words[start].block, page.words[start].line)
    page.words[start : end + 1] = [fused]
    symbol = next(at for at, word in enumerate(page.words) if word.text == "/QĐ-BCT")
    right = page.words[symbol].box
    page.words[symbol] = Word("†0X/QĐ-BCT", 0.1, Box(325, right.top, right.right, right.bottom), 9, 9)
    found = blanks(page)
    assert (best(found["number"]), best(found["day"])) == ("707", "22")


def test_what_is_no_figure_is_not_read_as_one() -> None:
    page = WrittenPage()
    page.print_line(250, 260, "Số:")
    page.print_line(330, 260, "AV")
    page.words[-1:] = [Word("4", 0.9, page.words[-1].box, 9, 9, WordKind.HANDWRITING)]
    page.print_line(480, 260, "/QĐ-BCT")
    found = blanks(page)["number"]
    assert not found.guesses or found.guesses[0].probability < 0.5


def test_touching_figures_are_cut_apart() -> None:
    page = WrittenPage()
    first = page.hand(100, 100, "2", seed=5)
    page.hand(int(first.right) - 3, 100, "3", seed=6)
    atoms = atoms_of(page.image, Box(90, 98, 200, 140), 36.0)
    assert len(atoms.boxes) >= 2
    assert read_atoms(atoms)[0].text == "23"


def test_a_damaged_network_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copyfile(figures.MODEL_FILE, tmp_path / "digits.onnx")
    with (tmp_path / "digits.onnx").open("ab") as file:
        file.write(b"\0")
    monkeypatch.setattr(figures, "MODEL_FILE", tmp_path / "digits.onnx")
    figures._session.cache_clear()
    try:
        with pytest.raises(ReferenceDataError, match="sha256"):
            blanks(headed("26", "13"))
    finally:
        figures._session.cache_clear()


def test_the_network_is_small_and_says_where_it_comes_from() -> None:
    facts = figures.FACTS_FILE.read_text("utf-8")
    assert figures.MODEL_FILE.stat().st_size < 300_000
    assert all(key in facts for key in ("sha256 =", "made_by =", "data =", "data_from =", "sureness ="))


def test_a_label_that_the_engine_read_with_its_leader_ends_where_its_letters_end() -> None:
    page = headed("1435", "08")
    for text, leader in (("Số:", "Số:........"), ("ngày", "ngày......")):
        at = next(at for at, word in enumerate(page.words) if word.text == text and word.box.top < 400)
        box = page.words[at].box
        page.words[at] = Word(leader, 0.8, Box(box.left, box.top, box.right + 70, box.bottom), 9, 9)
    found = blanks(page)
    assert (best(found["number"]), best(found["day"])) == ("1435", "08")


def test_a_written_figure_that_was_read_as_a_slash_does_not_end_the_number() -> None:
    page = headed("11", "09")
    page.words.append(Word("/ƒ", 0.6, Box(345, 258, 375, 300), 9, 9))
    assert best(blanks(page)["number"]) == "11"


def test_a_red_seal_over_a_written_number_is_lifted() -> None:
    page = headed("1435", "08")
    colour = cv2.cvtColor(page.image, cv2.COLOR_GRAY2BGR)
    ring = np.zeros(page.image.shape, np.uint8)
    cv2.circle(ring, (360, 330), 60, (255,), 5)
    # Red ink leaves black strokes black.
    colour[(ring > 0) & (page.image > 128)] = (60, 50, 220)
    grey = image_of(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY))
    found = {blank.label: blank for blank in read_blanks(grey, image_of(colour), page.words, 200.0)}
    assert best(found["number"]) == "1435"
