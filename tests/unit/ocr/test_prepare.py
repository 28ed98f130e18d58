import cv2
import numpy as np
import pytest

from ocr.images import Image
from ocr.levers import Levers
from ocr.model import Box, PageQuality
from ocr.prepare import PagePlan, plan_image, prepare, pulled, turned, unstraightened
from ocr.prepare_light import flatten, is_uneven, without_red
from tests.integration.ocr.drawn_pages import draw_page


def drawn(rotation: int, skew_deg: float = 0.0) -> Image:
    return np.asarray(draw_page(rotation=rotation, skew_deg=skew_deg).image, np.uint8)


def measured(grey: Image) -> PageQuality:
    height, width = grey.shape
    return PageQuality(1, width, height, 150, 8, 1, 0, 0, 0, is_blank=False, has_colour=False, has_seal=False)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_all_four_ways_up_are_told_without_reading(rotation: int) -> None:
    page = drawn(rotation, skew_deg=1.0)
    plan = plan_image(page, measured(page))
    assert plan.rotation == rotation
    assert plan.skew_deg == pytest.approx(1.0, abs=0.2)


def test_a_landscape_page_is_not_turned() -> None:
    page = np.asarray(draw_page(size=(1754, 1240)).image, np.uint8)
    assert plan_image(page, measured(page)).rotation == 0


def test_turning_is_clockwise() -> None:
    page = np.zeros((2, 3), np.uint8)
    page[0, 0] = 9
    assert turned(page, 90)[0, -1] == 9
    assert turned(page, 180)[-1, -1] == 9


def test_boxes_come_back_to_the_skewed_page() -> None:
    page = np.full((1000, 800), 255, np.uint8)
    page[700:720, 600:640] = 0
    straight = prepare(page, None, PagePlan(1, 0, 2.0, flatten=False, remove_seal=False), 100)
    rows, columns = np.nonzero(straight < 128)
    found = Box(float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
    box = unstraightened(found, 2.0, 800, 1000)
    assert (box.left + box.right) / 2 == pytest.approx(620, abs=1.5)
    assert (box.top + box.bottom) / 2 == pytest.approx(710, abs=1.5)


def test_shadowed_paper_becomes_white_and_ink_stays_dark() -> None:
    shade = np.tile(np.linspace(250, 120, 800).astype(np.uint8), (1000, 1))
    page = shade.copy()
    page[300:310, ::20] = shade[300:310, ::20] // 4
    assert is_uneven(page)
    flat = flatten(page)
    assert np.percentile(flat, 10) > 235
    assert flat[305, 400] < 110


def test_a_red_seal_goes_and_the_print_under_it_stays() -> None:
    colour = np.full((400, 400, 3), 255, np.uint8)
    cv2.circle(colour, (200, 200), 120, (70, 60, 205), 12)
    colour[190:200, 40:360] = (30, 30, 30)
    colour = np.asarray(cv2.GaussianBlur(colour, (0, 0), 1.0), np.uint8)
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), np.uint8)
    cleaned = without_red(grey, colour, 300)
    assert grey[80, 200] < 150
    assert cleaned[80, 200] > 225
    assert cleaned[195, 50:350].max() < 90


def test_away_from_the_seal_nothing_changes() -> None:
    colour = np.full((400, 400, 3), 255, np.uint8)
    cv2.circle(colour, (300, 300), 60, (70, 60, 205), 8)
    colour[50:54, 50:150] = (90, 60, 30)
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), np.uint8)
    assert (without_red(grey, colour, 300)[:200, :200] == grey[:200, :200]).all()


def test_a_lever_switched_off_leaves_its_step_out() -> None:
    page = np.tile(np.linspace(250, 120, 800).astype(np.uint8), (1000, 1))
    plan = PagePlan(1, 0, 2.0, flatten=True, remove_seal=True)
    assert not np.array_equal(prepare(page, None, plan, 100), page)
    off = Levers(flatten=False, lift_seal=False, deskew=False)
    assert np.array_equal(prepare(page, None, plan, 100, off), page)
    assert pulled(plan, off) == PagePlan(1, 0, 0.0, flatten=False, remove_seal=False)
