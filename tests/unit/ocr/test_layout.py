"""Layout held against itself: found lines against words, rules against lines, and tables that are not drawn whole."""

import cv2
import numpy as np
import pytest

from ocr.engines.detector import FoundLine
from ocr.images import Image, image_of
from ocr.layout_alarm import ALARMS, FEW_LETTERS, HARDLY_READ, LINES_LOST, alarms, check_layout, is_suspect
from ocr.layout_lines import covered, covered_share, is_on_line
from ocr.layout_tables import find_tables
from ocr.model import Box, PageText, Word
from ocr.recognize_image import without_junk
from ocr.recognize_missed import with_missed

DPI = 200.0
ROWS, COLUMNS = (300, 400, 520, 640), (200, 700, 1200, 1700)


def line(top: float, *words: tuple[str, float, float], sure: float = 0.95) -> list[Word]:
    return [Word(text, sure, Box(left, top, right, top + 24), 0, 0) for text, left, right in words]


def found(top: float, left: float, right: float, sure: float = 0.95) -> FoundLine:
    return FoundLine(Box(left, top - 3, right, top + 27), sure)


def ruled(*, frame: bool = True) -> Image:
    page = np.full((1000, 1900), 255, np.uint8)
    for y in ROWS if frame else ROWS[1:-1]:
        page[y : y + 3, COLUMNS[0] : COLUMNS[-1] + 3] = 0
    for x in COLUMNS if frame else COLUMNS[1:-1]:
        page[ROWS[0] : ROWS[-1] + 3, x : x + 3] = 0
    return page


def places(page: Image) -> list[tuple[int, int]]:
    (table,) = find_tables(page, DPI)
    return [(cell.row, cell.column) for cell in table.cells]


WHOLE = [(row, column) for row in range(3) for column in range(3)]


def test_each_cell_knows_its_row_and_column() -> None:
    assert places(ruled()) == WHOLE


def test_broken_rules_still_close_cells() -> None:
    page = ruled()
    for x in (450, 950, 1500):
        page[:, x : x + 40] = 255
    for y in (440, 560):
        page[y : y + 25, :] = 255
    assert places(page) == WHOLE


def test_a_rule_that_stops_short_of_the_next_is_run_on() -> None:
    page = ruled()
    page[390:410, 200:235] = 255
    page[610:638, 690:710] = 255
    assert places(page) == WHOLE


def test_a_short_piece_between_two_gaps_belongs_to_its_rule() -> None:
    page = ruled()
    for x in (1230, 1330, 1430):
        page[395:405, x : x + 40] = 255
    for y in (330, 380):
        page[y : y + 14, 690:710] = 255
    assert places(page) == WHOLE


def test_a_rule_broken_off_far_from_the_next_is_run_on() -> None:
    page = ruled()
    page[390:410, 200:270] = 255
    page[300:375, 690:710] = 255
    page[300:303, 690:710] = 0
    assert places(page) == WHOLE


def test_a_rule_that_ends_on_another_is_whole_however_near_the_next_stands() -> None:
    page = ruled()
    page[520:523, 703:1797] = 255
    assert places(page) == [*WHOLE[:4], (1, 1), (1, 2), (2, 0)]


def test_a_table_without_an_outer_frame_has_its_outer_cells() -> None:
    assert places(ruled(frame=False)) == WHOLE


@pytest.mark.parametrize("skew_deg", [-0.5, 0.5])
def test_a_slightly_skewed_table_is_found_whole(skew_deg: float) -> None:
    page = ruled()
    turn = cv2.getRotationMatrix2D((950, 500), skew_deg, 1.0)
    assert places(image_of(cv2.warpAffine(page, turn, (1900, 1000), borderValue=(255,)))) == WHOLE


def test_faint_rules_are_rules() -> None:
    page = image_of(cv2.GaussianBlur(ruled(), (0, 0), 2.0))
    assert places(image_of(255 - (255 - page) // 2)) == WHOLE


@pytest.mark.parametrize("skew_deg", [-2.0, 2.0])
def test_pale_hairlines_that_were_turned_and_set_straight_are_rules(skew_deg: float) -> None:
    page = image_of(255 - (255 - ruled()) // 5 * 2)
    for angle in (skew_deg, -skew_deg):
        turn = cv2.getRotationMatrix2D((950, 500), angle, 1.0)
        page = image_of(cv2.warpAffine(page, turn, (1900, 1000), borderValue=(255,)))
    assert places(page) == WHOLE


def test_a_merged_cell_has_the_first_of_its_rows_and_columns() -> None:
    page = ruled()
    page[395:405, 205:695] = 255
    page[525:635, 1195:1205] = 255
    assert places(page) == [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 0), (2, 1)]


def test_squared_paper_is_no_table() -> None:
    page = np.full((1000, 1900), 255, np.uint8)
    page[::60], page[:, ::60] = 0, 0
    assert find_tables(page, DPI) != []
    assert find_tables(page, DPI, [found(100 + 60 * number, 100, 1500) for number in range(10)]) == []


def test_text_lines_within_cells_leave_a_table_a_table() -> None:
    assert len(find_tables(ruled(), DPI, [found(340, 220, 680), found(440, 720, 1180)])) == 1


def test_a_page_gives_its_tables_row_by_row() -> None:
    words = [
        Word("Số", 0.9, Box(0, 0, 1, 1), 0, 0, cell=(0, 0, 0)),
        Word("một", 0.9, Box(0, 0, 1, 1), 0, 0, cell=(0, 1, 1)),
        Word("hai", 0.9, Box(0, 0, 1, 1), 0, 0, cell=(0, 1, 1)),
        Word("ngoài", 0.9, Box(0, 0, 1, 1), 1, 1),
    ]
    assert PageText(1, 9, 9, 200, 0, 0, tuple(words), "-").tables() == [[["Số", ""], ["", "một hai"]]]


def test_what_of_a_found_line_no_word_covers_is_told_and_spaces_are_no_loss() -> None:
    words = line(100, ("Lưu:", 100, 180), ("VT,", 195, 240))
    (whole,) = covered([found(100, 95, 245)], words)
    assert whole.bare == ()
    (part,) = covered([found(100, 95, 400)], words)
    assert [(round(left), round(right)) for left, right in part.bare] == [(252, 400)]
    assert covered_share([part]) == pytest.approx(1 - 148 / 305, abs=0.01)


def test_lines_the_detector_doubts_are_no_loss() -> None:
    assert covered([found(100, 95, 400, sure=0.3)], []) == []


def test_words_of_neighbouring_lines_cover_nothing() -> None:
    (bare,) = covered([found(140, 100, 400)], line(110, ("trên", 100, 400)))
    assert bare.bare == ((100, 400),)


def test_a_missed_end_joins_its_line_and_a_missed_line_stands_alone() -> None:
    lines = [line(100, ("Lưu:", 100, 180), ("VT,", 195, 240)), line(200, ("Xa", 100, 160))]
    joined = with_missed(lines, [line(101, ("ĐTDG", 255, 340)), line(400, ("3", 600, 612))])
    assert [[word.text for word in part] for part in joined] == [["Lưu:", "VT,", "ĐTDG"], ["Xa"], ["3"]]


def test_a_dash_is_kept_however_unsure_and_a_speck_read_as_one_is_not() -> None:
    dash, speck = Word("-", 0.3, Box(100, 111, 112, 116), 0, 0), Word("-", 0.3, Box(130, 111, 134, 114), 0, 0)
    kept = without_junk([[dash, *line(100, ("Lưu", 150, 200)), speck]], [found(100, 95, 205)])
    assert [[word.text for word in part] for part in kept] == [["-", "Lưu"]]


def test_weak_words_outside_any_found_line_are_dropped() -> None:
    lines = [line(100, ("thật", 100, 200)), line(500, ("Ị", 700, 706)), line(600, ("yếu", 700, 760), sure=0.7)]
    lines.append(line(700, ("chắc", 700, 780)))
    kept = without_junk(lines, [found(100, 95, 205)])
    assert [[word.text for word in part] for part in kept] == [["thật"], ["chắc"]]
    assert is_on_line(lines[0][0], [found(100, 95, 205)])


FOUND = [found(100 + 40 * number, 100, 1300) for number in range(10)]


def page_of(lines: int, sure: float = 0.95, words: int = 12) -> list[Word]:
    return [
        word
        for number in range(lines)
        for word in line(
            100 + 40 * number, *(("nghĩa", 100 + 100 * place, 190 + 100 * place) for place in range(words)), sure=sure
        )
    ]


def test_a_page_that_covers_its_lines_raises_no_alarm() -> None:
    check = check_layout(FOUND, page_of(10))
    assert (alarms(check), is_suspect(check)) == ((), False)


def test_a_page_whose_lines_are_lost_is_told() -> None:
    assert alarms(check_layout(FOUND, page_of(4))) == (LINES_LOST, FEW_LETTERS)


def test_an_empty_reading_of_a_full_page_is_every_alarm() -> None:
    assert alarms(check_layout(FOUND, [])) == ALARMS


def test_long_words_of_few_letters_do_not_hide_a_loss() -> None:
    across = [word for number in range(10) for word in line(100 + 40 * number, ("ab", 100, 1300))]
    assert alarms(check_layout(FOUND, across)) == (FEW_LETTERS,)


def test_a_page_read_without_belief_is_told() -> None:
    assert alarms(check_layout(FOUND, page_of(10, sure=0.4))) == (HARDLY_READ,)


def test_a_page_with_hardly_a_line_raises_no_alarm() -> None:
    assert alarms(check_layout(FOUND[:2], [])) == ()


def test_a_page_that_lost_a_tenth_is_read_another_way_before_it_is_told() -> None:
    check = check_layout(FOUND, page_of(8))
    assert (alarms(check), is_suspect(check)) == ((), True)
