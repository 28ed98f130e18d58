import cv2
import numpy as np
import pytest

from ocr.images import Image
from ocr.prepare_lines import find_skew, letter_ink
from ocr.quality import blur, border_ratio, colours, is_bare, is_even
from ocr.unread import unread_ink

DPI = 200.0


def lettered_page(paper: int = 255) -> Image:
    """A page of strokes the size of letters, in lines."""
    page = np.full((2339, 1654), paper, np.uint8)
    for y in range(300, 1900, 60):
        for x in range(200, 1400, 26):
            page[y : y + 24, x : x + 5] = 20
            page[y + 19 : y + 24, x : x + 16] = 20
    return page


def skewed(page: Image, degrees: float) -> Image:
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=(255.0,)), np.uint8)


@pytest.mark.parametrize("degrees", [-4.0, -1.3, 0.0, 0.7, 3.0])
def test_skew_is_measured_to_a_fifth_of_a_degree(degrees: float) -> None:
    assert find_skew(letter_ink(skewed(lettered_page(), degrees), DPI)) == pytest.approx(degrees, abs=0.2)


def test_a_blurrier_page_measures_blurrier() -> None:
    page = lettered_page()
    measured = [blur(np.asarray(cv2.GaussianBlur(page, (0, 0), sigma), np.uint8), DPI) for sigma in (0.3, 1.5, 3.0)]
    assert measured == sorted(measured)
    assert measured[0] < 0.1
    assert measured[-1] > 0.6


def test_black_scanner_border_is_measured_and_text_is_not() -> None:
    page = lettered_page()
    assert border_ratio(page, DPI) == 0
    page[-117:] = 0
    assert border_ratio(page, DPI) == pytest.approx(0.05, abs=0.005)


def test_dust_and_a_border_do_not_make_a_blank_page_written() -> None:
    page = np.full((2339, 1654), 250, np.uint8)
    page[-100:] = 0
    page[500:504, 500:504] = page[900:903, 100:104] = 0
    assert is_bare(letter_ink(page, DPI))
    assert is_even(page)
    assert not is_bare(letter_ink(lettered_page(), DPI))


def test_a_page_smeared_beyond_reading_is_not_blank() -> None:
    smeared = np.asarray(cv2.GaussianBlur(lettered_page(), (0, 0), 60), np.uint8)
    smeared[1100:1400] = smeared[1100:1400] // 2
    assert is_bare(letter_ink(smeared, DPI))
    assert not is_even(smeared)


def test_a_red_ring_is_a_seal_and_yellowed_paper_is_no_colour() -> None:
    paper = np.full((800, 566, 3), (200, 235, 245), np.uint8)
    assert colours(paper, 8.27) == (False, False)
    cv2.circle(paper, (350, 550), 45, (60, 50, 210), 4)
    assert colours(paper, 8.27) == (True, True)


def test_a_blue_signature_is_colour_but_no_seal() -> None:
    paper = np.full((800, 566, 3), 255, np.uint8)
    cv2.line(paper, (300, 500), (420, 540), (200, 60, 30), 3)
    assert colours(paper, 8.27) == (True, False)


def test_ink_of_letters_knows_the_heights_of_its_pieces_and_is_left_as_it_was() -> None:
    letters = letter_ink(lettered_page(), DPI)
    _, _, stats, _ = cv2.connectedComponentsWithStats(letters.pixels, connectivity=8)
    assert sorted(letters.heights) == sorted(stats[1:, cv2.CC_STAT_HEIGHT])
    before = letters.pixels.copy()
    unread_ink(letters, [], [])
    assert np.array_equal(letters.pixels, before)


def test_a_strip_of_a_few_pixels_at_an_absurd_resolution_is_measured() -> None:
    assert border_ratio(np.full((2, 3000), 255, np.uint8), 100_000.0) == 0.0
