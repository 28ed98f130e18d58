"""Words: the right ones, in order, once, on their ink; in both lanes, by four readers."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
from pdfminer.high_level import extract_text

from ocr.assemble import assemble
from ocr.model import Box, PageText, Word
from ocr.pdftext import text_of
from tests.integration.ocr.assembling import request, rows, words_on_page
from tests.integration.ocr.drawn_pages import DPI, draw_page, image_pdf, millimetres

pytestmark = pytest.mark.needs("poppler")

Lane = Literal["straight", "careful"]
TURNS = [(rotation, page) for rotation in (0, 90, 180, 270) for page in (0, 90, 180, 270)]


def _worst_mm(found: list[tuple[str, Box]], words: tuple[Word, ...]) -> float:
    assert [text for text, _box in found] == [word.text for word in words]
    return max(
        millimetres(max(abs(a - b) for a, b in zip(_sides(box), _sides(word.box), strict=True)))
        for (_text, box), word in zip(found, words, strict=True)
    )


def _sides(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


@pytest.mark.parametrize(("rotation", "page_rotate"), TURNS)
def test_each_word_lies_on_its_ink_however_the_page_is_turned(tmp_path: Path, rotation: int, page_rotate: int) -> None:
    page = draw_page(rotation=rotation)
    source = image_pdf(tmp_path / "in.pdf", [page.image], page_rotate=page_rotate)
    assemble(request(source, (page.text,), tmp_path / "out.pdf", "straight"))
    assert _worst_mm(words_on_page(tmp_path / "out.pdf", DPI), page.text.words) <= 1.0


@pytest.mark.parametrize("lane", ["straight", "careful"])
@pytest.mark.parametrize(("rotation", "page_rotate", "skew"), [(0, 0, 1.2), (90, 270, -2.3), (180, 90, 3.0)])
def test_skewed_words_lie_on_their_ink_and_lines_stay_lines(
    tmp_path: Path, lane: Lane, rotation: int, page_rotate: int, skew: float
) -> None:
    page = draw_page(rotation=rotation, skew_deg=skew)
    source, out = image_pdf(tmp_path / "in.pdf", [page.image], page_rotate=page_rotate), tmp_path / "out.pdf"
    assemble(request(source, (page.text,), out, lane))
    assert _worst_mm(words_on_page(out, DPI), page.text.words) <= 1.0
    assert rows(text_of(out)[0]) == rows(page.text.text())


@pytest.mark.parametrize("lane", ["straight", "careful"])
def test_four_readers_find_the_same_lines(tmp_path: Path, lane: Lane) -> None:
    page = draw_page(rotation=90)
    source, out = image_pdf(tmp_path / "in.pdf", [page.image]), tmp_path / "out.pdf"
    assemble(request(source, (page.text,), out, lane))
    expected = rows(page.text.text())
    assert rows(text_of(out)[0]) == expected
    assert rows(text_of(out, order="content")[0]) == expected
    assert rows(extract_text(out)) == expected
    document = pypdfium2.PdfDocument(out)
    assert rows(document[0].get_textpage().get_text_range()) == expected
    document.close()


def test_a_viewer_shows_the_turned_page_upright(tmp_path: Path) -> None:
    page = draw_page(rotation=90)
    source, out = image_pdf(tmp_path / "in.pdf", [page.image], page_rotate=180), tmp_path / "out.pdf"
    assemble(request(source, (page.text,), out))
    document = pypdfium2.PdfDocument(out)
    shown = document[0].render(scale=DPI / 72, grayscale=True).to_numpy().astype(int)
    document.close()
    upright = np.asarray(page.image.rotate(-90, expand=True)).astype(int)
    height, width = upright.shape
    assert np.abs(np.subtract(shown.shape, upright.shape)).max() <= 1  # part of a pixel may round up
    assert np.abs(shown[:height, :width] - upright).mean() < 4


VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậ",
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬ",
    "đĐ",
    "eèẻẽéẹêềểễếệ",
    "EÈẺẼÉẸÊỀỂỄẾỆ",
    "iìỉĩíị",
    "IÌỈĨÍỊ",
    "oòỏõóọôồổỗốộơờởỡớợ",
    "OÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢ",
    "uùủũúụưừửữứự",
    "UÙỦŨÚỤƯỪỬỮỨỰ",
    "yỳỷỹýỵ",
    "YỲỶỸÝỴ",
    "QĐ-UBND",
    "12/TTr-SNV",
    "(1.250.000đ)",
    "\\n",
    "\\(",
    "“trích–dẫn”",
    "№",
    "§",
    "50%",
    "m²",
    "g̃",
    "n̂g̃",
    "a\u0323\u0302",
)


@pytest.mark.parametrize("lane", ["straight", "careful"])
def test_all_letters_of_the_language_round_trip_in_nfc(tmp_path: Path, lane: Lane) -> None:
    image = draw_page().image
    words = tuple(
        Word(text, 0.9, Box(100, 100 + 60 * row, 100 + 22 * len(text), 140 + 60 * row), 0, row)
        for row, text in enumerate(VIETNAMESE)
    )
    text = PageText(1, *image.size, DPI, 0, 0.0, words, "made")
    assemble(request(image_pdf(tmp_path / "in.pdf", [image]), (text,), tmp_path / "out.pdf", lane))
    expected = [word if word != VIETNAMESE[-1] else "ậ" for word in VIETNAMESE]
    assert text_of(tmp_path / "out.pdf", order="content")[0].split() == expected


def test_words_whose_boxes_overlap_are_read_apart_and_once(tmp_path: Path) -> None:
    image = draw_page().image
    boxes = [("lập", 100, 173), ("-", 159, 175), ("Tự", 176, 214), ("do", 213, 252)]
    words = tuple(Word(text, 0.9, Box(left, 200, right, 236), 0, 0) for text, left, right in boxes)
    text = PageText(1, *image.size, DPI, 0, 0.0, words, "made")
    out = tmp_path / "out.pdf"
    assemble(request(image_pdf(tmp_path / "in.pdf", [image]), (text,), out))
    for found in (text_of(out), text_of(out, order="content"), [extract_text(out)]):
        assert found[0].split() == ["lập", "-", "Tự", "do"]


def test_a_blank_page_stays_blank(tmp_path: Path) -> None:
    page = draw_page()
    blank = PageText(2, page.text.width_px, page.text.height_px, DPI, 0, 0.0, (), "drawn")
    source = image_pdf(tmp_path / "in.pdf", [page.image, page.image])
    result = assemble(request(source, (page.text, blank), tmp_path / "out.pdf"))
    assert result.pages == 2
    assert text_of(tmp_path / "out.pdf")[1].strip() == ""


def _narrow_table() -> tuple[tuple[Word, ...], list[str]]:
    """Give the words of a table of two rows and three columns, 2 mm between the columns, and the text of each cell."""
    lines = ("Nghiên cứu đề xuất", "sửa đổi quy định về", "trách nhiệm hình sự", "đối với pháp nhân")
    words, cells = [], []
    for cell in range(6):
        column, row = cell % 3, cell // 3
        count = 4 if column != 1 else 2
        cells.append(" ".join(f"{word}{cell}" for line in lines[:count] for word in line.split()))
        for at, line in enumerate(lines[:count]):
            shares = line.split()
            edges = [100 + 340 * column + round(324 * index / len(shares)) for index in range(len(shares) + 1)]
            top = 200 + 160 * row + 28 * at
            words += [
                Word(f"{word}{cell}", 0.9, Box(left, top, right - (8 if right != edges[-1] else 0), top + 20), cell, at)
                for word, left, right in zip(shares, edges, edges[1:], strict=False)
            ]
    numbered = [replace(word, line=4 * word.block + word.line) for word in words]
    return tuple(numbered), cells


@pytest.mark.parametrize("lane", ["straight", "careful"])
def test_the_cells_of_a_narrow_table_are_read_one_by_one(tmp_path: Path, lane: Lane) -> None:
    image = draw_page().image
    words, cells = _narrow_table()
    text = PageText(1, *image.size, DPI, 0, 0.0, words, "made")
    out = tmp_path / "out.pdf"
    assemble(request(image_pdf(tmp_path / "in.pdf", [image]), (text,), out, lane))
    read = " ".join(text_of(out)[0].split())
    assert [cell for cell in cells if cell not in read] == []
    assert text_of(out, order="content")[0].split() == [word.text for word in words]
    assert _worst_mm(sorted(words_on_page(out, DPI), key=lambda found: found[0]), _by_text(words)) <= 1.0


def _by_text(words: tuple[Word, ...]) -> tuple[Word, ...]:
    return tuple(sorted(words, key=lambda word: word.text))
