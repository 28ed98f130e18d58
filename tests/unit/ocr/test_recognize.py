"""Reading with a drawn-up engine: what is done with an engine's words, not what an engine makes of ink."""

from collections.abc import Sequence

import numpy as np
import pytest

from ocr.engines import EngineWord, Layout
from ocr.engines.detector import FoundLine
from ocr.images import Image
from ocr.layout_lines import Coverage
from ocr.layout_order import in_reading_order
from ocr.layout_tables import find_tables
from ocr.model import Box, PageText, Word
from ocr.prepare_lines import letter_ink
from ocr.recognize import is_poor
from ocr.recognize_image import without_junk
from ocr.recognize_lines import bounds, cut_out
from ocr.recognize_missed import believed, read_missed, with_missed
from ocr.second import Sign
from ocr.unread import pieces, unread_ink


def line(top: float, *words: tuple[str, float, float], sure: float = 0.95) -> list[Word]:
    return [Word(text, sure, Box(left, top, right, top + 24), 0, 0) for text, left, right in words]


class Told:
    """An engine that reads what it is told, whatever the image."""

    name = version = model = identity = "told"
    second = None

    def __init__(self, words: list[EngineWord]) -> None:
        self.words = words

    def read(self, images: Sequence[Image], _dpi: float, _layout: Layout) -> list[list[EngineWord]]:
        return [self.words for _ in images]


class Second:
    """A recognizer that reads the same in each line."""

    identity = "told"
    signs = frozenset("ỦTƯỚNGXYH")

    def __init__(self, text: str, sure: float = 0.99) -> None:
        self.text = text
        self.sure = sure

    def read_lines(self, _image: Image, boxes: Sequence[Box]) -> list[list[Sign]]:
        return [[Sign(ch, self.sure) for ch in self.text] for _ in boxes]


def rows(words: list[Word]) -> list[str]:
    return PageText(1, 1654, 2339, 200, 0, 0, tuple(words), "-").text().split("\n")


def test_a_two_column_heading_is_read_column_by_column() -> None:
    body = [
        line(100, ("ỦY", 150, 190), ("BAN", 200, 300), ("CỘNG", 800, 900), ("HÒA", 910, 990)),
        line(140, ("XÃ", 150, 190), ("MẪU", 200, 300), ("Độc", 820, 880), ("lập", 890, 960)),
        line(300, ("Căn", 150, 220), ("cứ", 230, 270), ("Luật", 280, 900), ("này", 910, 1200)),
    ]
    assert rows(in_reading_order(body, [])) == ["ỦY BAN", "XÃ MẪU", "", "CỘNG HÒA", "Độc lập", "", "Căn cứ Luật này"]


def test_a_blank_left_for_handwriting_does_not_part_a_line() -> None:
    body = [
        line(100, ("Độc", 600, 700), ("lập", 710, 800), ("-", 810, 820), ("Tự", 830, 900), ("do", 910, 1000)),
        line(140, ("ngày", 600, 680), ("tháng", 780, 860), ("năm", 960, 1010)),
    ]
    assert "ngày tháng năm" in rows(in_reading_order(body, []))


def test_a_table_is_read_cell_by_cell_where_it_stands() -> None:
    before, after = line(100, ("Trước", 100, 200)), line(900, ("Sau", 100, 200))
    cells = [line(300, ("Một", 100, 200)), line(300, ("Hai", 500, 600))]
    cells = [[Word(w.text, w.confidence, w.box, number, 0) for w in cell] for number, cell in enumerate(cells)]
    words = in_reading_order([after, before], [(Box(90, 280, 700, 500), cells)])
    assert [word.text for word in words] == ["Trước", "Một", "Hai", "Sau"]
    assert [word.line for word in words] == [0, 1, 2, 3]


def test_each_line_belongs_to_one_block() -> None:
    body = [line(100 + 40 * n, ("một", 100, 200), ("hai", 210, 300)) for n in range(5)]
    words = in_reading_order(body, [])
    homes = {word.line: word.block for word in words}
    assert all(homes[word.line] == word.block for word in words)
    assert len(homes) == 5


def test_cells_of_a_ruled_table_are_found_row_by_row() -> None:
    page = np.full((1654, 2339), 255, np.uint8)
    for y in (300, 400, 600):
        page[y : y + 2, 200:1800] = 0
    for x in (200, 700, 1800):
        page[300:602, x : x + 2] = 0
    (table,) = find_tables(page, 200)
    assert [(round(cell.box.left, -2), round(cell.box.top, -2)) for cell in table.cells] == [
        (200, 300),
        (700, 300),
        (200, 400),
        (700, 400),
    ]


def test_the_frame_of_a_stamp_is_no_table() -> None:
    page = np.full((2339, 1654), 255, np.uint8)
    page[400:402, 900:1400] = page[520:522, 900:1400] = 0
    page[400:522, 900:902] = page[400:522, 1400:1402] = 0
    assert find_tables(page, 200) == []


def test_crumbs_of_seals_go_and_doubtful_text_stays() -> None:
    crumbs = line(100, ("~ư", 10, 30), ("›", 40, 50), sure=0.2)
    text = [*line(200, ("Nguyễn", 10, 100)), *line(200, ("Văn", 110, 160), ("“", 170, 180), sure=0.4)]
    assert [[word.text for word in kept] for kept in without_junk([crumbs, text])] == [["Nguyễn", "Văn"]]


def test_ink_that_no_word_covers_is_found_and_read_ink_is_not() -> None:
    page = np.full((1000, 1600), 255, np.uint8)
    for top in (200, 400):
        for x in range(300, 700, 24):
            page[top : top + 26, x : x + 5] = 0
            page[top + 21 : top + 26, x : x + 16] = 0
    read = line(198, ("mộtdòng", 296, 702))
    (place,) = unread_ink(letter_ink(page, 200), [read], [])
    assert place.top == pytest.approx(400, abs=6)
    assert unread_ink(letter_ink(page, 200), [read], [Box(290, 390, 710, 440)]) == []


def test_a_short_word_alone_on_its_row_is_looked_at_too() -> None:
    page = np.full((1000, 1600), 255, np.uint8)
    for x in (500, 516, 532):
        page[400:426, x : x + 5] = 0
        page[421:426, x : x + 12] = 0
    above = line(340, ("mộtdòngbêntrên", 296, 702))
    assert len(pieces(unread_ink(letter_ink(page, 200), [above], []))) == 1


def test_letters_without_a_word_are_told_and_specks_and_rules_are_not() -> None:
    page = np.full((1000, 1600), 255, np.uint8)
    page[400:424, 800:812] = 0  # a letter
    page[400:404, 300:304] = 0  # a speck
    page[500:503, 300:380] = 0  # a short rule
    (place,) = unread_ink(letter_ink(page, 200), [line(398, ("mộtdòng", 296, 702))], [])
    assert (round(place.left), round(place.top)) == (800, 400)
    assert unread_ink(letter_ink(page, 200), [line(398, ("mộtdòng", 296, 702), ("x", 796, 816))], []) == []


def test_scraps_of_a_seal_do_not_hide_a_clean_line_beside_it() -> None:
    image = np.full((400, 1200), 255, np.uint8)
    for left in range(700, 900, 20):
        image[200:222, left : left + 8] = 0
    scraps = line(198, ("my", 700, 780), ("can", 790, 900), sure=0.3)
    across = [*line(200, ("Bà", 100, 130), ("Ngô", 140, 200)), *scraps]
    found = unread_ink(letter_ink(image, 200), [across], [])
    assert [(round(box.left / 100), round(box.right / 100)) for box in found] == [(7, 9)]
    assert [word.text for word in believed([across])] == ["Bà", "Ngô"]
    kept = with_missed([across], [line(200, ("CHỦ", 700, 780), ("TỊCH", 800, 890))])
    assert [[word.text for word in part] for part in kept] == [["Bà", "Ngô"], ["CHỦ", "TỊCH"]]
    assert with_missed([across], []) == [across]


@pytest.mark.parametrize(
    ("second", "taken"),
    [(Second("THỦ TƯỚNG"), ["THỦ", "TƯỚNG"]), (Second("XX YYYYY", 0.62), []), (None, [])],
    ids=["the same", "something else, unsure", "not asked"],
)
def test_a_missed_line_of_weak_words_is_kept_where_the_second_recognizer_reads_the_same(
    second: Second | None, taken: list[str]
) -> None:
    found = FoundLine(Box(100, 100, 400, 130), 1.0)
    weak = [EngineWord("THỦ", 0.3, 16, 16, 140, 46, 0, 0), EngineWord("TƯỚNG", 0.3, 150, 16, 300, 46, 0, 0)]
    coverage = [Coverage(found, ((100.0, 400.0),))]
    image = np.full((300, 600), 255, np.uint8)
    missed = read_missed(image, coverage, 200, Told(weak), second)
    assert [word.text for line in missed for word in line] == taken


def test_a_cut_out_reaches_over_the_edge_of_the_image() -> None:
    page = np.zeros((50, 50), np.uint8)
    cut = cut_out(page, Box(0, 0, 10, 10), 4, 3)
    assert cut.shape == (24 - 3 - 3 + 6, 24 - 3 - 3 + 6)
    assert cut[7 + 1, 7 + 1] == 0
    assert cut[0, 0] == 255


def test_a_turned_page_reads_poorly_and_an_empty_one_does_not() -> None:
    def page(*words: Word) -> PageText:
        return PageText(1, 100, 100, 200, 0, 0, words, "-")

    assert is_poor(page(*line(0, ("ıɐɥu ʇôɯ uɐq", 0, 90), sure=0.3)))
    assert not is_poor(page(*line(0, ("một bản in rõ", 0, 90))))
    assert not is_poor(page())


def test_the_bounds_of_a_line_hold_all_words() -> None:
    assert bounds(line(10, ("a", 5, 9), ("b", 20, 30))) == Box(5, 10, 30, 34)
