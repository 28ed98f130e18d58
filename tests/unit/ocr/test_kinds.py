import time

import cv2
import numpy as np
import pytest

from ocr.kinds import mark_kinds
from ocr.model import WordKind
from tests.unit.ocr.inked_page import InkedPage

SEVEN = [[(0.0, 0.1), (0.5, 0.0), (0.15, 1.1)], [(0.05, 0.5), (0.45, 0.45)]]
TWO = [[(0.0, 0.3), (0.25, 0.0), (0.5, 0.25), (0.1, 0.8), (0.0, 1.0), (0.3, 0.85), (0.7, 1.05)]]
FOUR = [[(0.3, 0.0), (0.0, 0.6), (0.6, 0.55)], [(0.5, 0.2), (0.35, 1.2)]]


@pytest.fixture
def page() -> InkedPage:
    inked = InkedPage()
    inked.print_line(250, 150, "BỘ CÔNG THƯƠNG")
    inked.print_line(240, 700, "Căn cứ Luật ngày 18 tháng 02 năm 2025; số 34567 và 9018 của 46 xã")
    return inked


def kinds(page: InkedPage) -> dict[str, WordKind]:
    return {word.text: word.kind for word in mark_kinds(page.image, page.words)}


def test_printed_number_and_date_stay_print(page: InkedPage) -> None:
    page.print_line(250, 260, "Số: 3722/VPCP-CN")
    page.print_line(850, 260, "Hà Nội, ngày 28 tháng 4 năm 2026")
    assert set(kinds(page).values()) == {WordKind.PRINT}


def test_a_handwritten_number_is_told_by_its_strokes(page: InkedPage) -> None:
    page.print_line(250, 260, "Số:")
    page.write(330, 262, SEVEN, "7")
    page.print_line(400, 260, "/QĐ-TTg")
    found = kinds(page)
    assert found["7"] is WordKind.HANDWRITING
    assert found["/QĐ-TTg"] is WordKind.PRINT


def test_a_handwritten_day_and_month_are_told(page: InkedPage) -> None:
    page.print_line(850, 260, "Hà Nội, ngày")
    page.write(1080, 262, TWO, "2")
    page.print_line(1130, 260, "tháng")
    page.write(1250, 262, FOUR, "4")
    page.print_line(1310, 260, "năm 2026")
    found = kinds(page)
    assert found["2"] is WordKind.HANDWRITING
    assert found["4"] is WordKind.HANDWRITING
    assert found["2026"] is WordKind.PRINT


def test_a_printed_day_beside_unread_ink_is_not_trusted(page: InkedPage) -> None:
    page.print_line(850, 260, "Hà Nội, ngày")
    page.write(1080, 262, TWO, "2")
    page.words.pop()
    page.print_line(1115, 260, "8 tháng 4 năm 2026")
    assert kinds(page)["8"] is WordKind.HANDWRITING


def test_words_in_a_framed_stamp_are_a_stamp(page: InkedPage) -> None:
    page.frame(1100, 330, 1500, 480)
    page.print_line(1140, 345, "ĐẾN Giờ:")
    page.print_line(1140, 410, "Ngày: 24/4/2026")
    found = kinds(page)
    assert {found[text] for text in ("ĐẾN", "Giờ:", "Ngày:", "24/4/2026")} == {WordKind.STAMP}
    assert found["THƯƠNG"] is WordKind.PRINT


def test_body_text_is_left_alone(page: InkedPage) -> None:
    for row in range(30):
        page.print_line(240, 800 + 48 * row, "Giao các Bộ có ý kiến trước ngày 10 tháng 5 năm 2026 để nghiên cứu")
    assert set(kinds(page).values()) == {WordKind.PRINT}


def test_no_words_give_no_words(page: InkedPage) -> None:
    assert mark_kinds(page.image, ()) == ()


def test_a_page_is_judged_in_a_moment(page: InkedPage) -> None:
    for row in range(30):
        page.print_line(240, 800 + 48 * row, "Giao các Bộ có ý kiến trước ngày 10 tháng 5 năm 2026 để nghiên cứu")
    page.print_line(250, 260, "Số: 3722/VPCP-CN")
    mark_kinds(page.image, page.words)
    start = time.process_time()
    mark_kinds(page.image, page.words)
    assert time.process_time() - start < 0.2


def test_a_date_that_a_stamp_s_frame_touches_is_no_part_of_the_stamp(page: InkedPage) -> None:
    page.print_line(1000, 300, "Hà Nội, ngày 28 tháng 4 năm 2026")
    page.frame(1100, 326, 1500, 480)
    page.print_line(1150, 380, "ĐẾN")
    found = kinds(page)
    assert found["28"] is WordKind.PRINT
    assert found["ĐẾN"] is WordKind.STAMP


def test_blotches_of_grey_paper_are_no_stamps(page: InkedPage) -> None:
    """Grey paper lies near the cut between ink and paper; its blotches must not look like the frame of a stamp."""
    paper = np.full(page.image.shape, 196, np.uint8)
    cv2.rectangle(paper, (230, 120), (650, 240), 186, thickness=24)
    grey = (page.image / 255 * paper).astype(np.uint8)
    assert {word.kind for word in mark_kinds(grey, page.words)} == {WordKind.PRINT}
