from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from signing.block_rules import block_rules
from signing.placement import A4_LONG_PT, A4_SHORT_PT, Corner, InkMask, Place, Rect, Standing, place, visible_box

RULES = block_rules()
TURNS = [0, 90, 180, 270, -90, 450]


def a_page(media: list[float] | None, rotate: object = 0, crop: list[float] | None = None) -> generic.DictionaryObject:
    turn = generic.NumberObject(rotate) if isinstance(rotate, int) else rotate
    page = generic.DictionaryObject({pdf_name("/Rotate"): turn})
    for key, box in (("/MediaBox", media), ("/CropBox", crop)):
        if box is not None:
            page[pdf_name(key)] = generic.ArrayObject([generic.FloatObject(str(number)) for number in box])
    return page


def with_field(page: generic.DictionaryObject, rect: Rect) -> None:
    field = generic.DictionaryObject({pdf_name("/Subtype"): pdf_name("/Widget")})
    field[pdf_name("/Rect")] = generic.ArrayObject([generic.FloatObject(str(side)) for side in rect])
    page[pdf_name("/Annots")] = generic.ArrayObject([field])


@dataclass(frozen=True)
class Sheet:
    """A page as PDF says it, and how a viewer shows it, found another way than the code under test does."""

    page: generic.DictionaryObject
    box: Rect
    turn: int

    @property
    def size(self) -> tuple[float, float]:
        width, height = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return (height, width) if self.turn % 180 else (width, height)

    @property
    def scale(self) -> float:
        short, long = sorted(self.size)
        return min(short / A4_SHORT_PT, long / A4_LONG_PT)

    def shown(self, rect: Rect) -> Rect:
        """The displayed rectangle, from the top left, by turning the page quarter by quarter."""
        x0, y0 = rect[0] - self.box[0], rect[1] - self.box[1]
        x1, y1 = rect[2] - self.box[0], rect[3] - self.box[1]
        width, height = self.box[2] - self.box[0], self.box[3] - self.box[1]
        for _ in range(self.turn // 90 % 4):
            # A quarter clockwise: up becomes right.
            x0, y0, x1, y1 = y0, width - x1, y1, width - x0
            width, height = height, width
        return x0, height - y1, x1, height - y0

    def under(self, where: Place, ink: InkMask) -> bool:
        """Whether any pixel of the ink has its middle under a block."""
        left, top, right, bottom = self.shown(where.rect)
        rows, columns = ink.shape
        y = (np.arange(rows) + 0.5) * self.size[1] / rows
        x = (np.arange(columns) + 0.5) * self.size[0] / columns
        return bool(ink[np.ix_((y > top) & (y < bottom), (x > left) & (x < right))].any())


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    x, y = draw(st.floats(-500, 500)), draw(st.floats(-500, 500))
    width, height = draw(st.floats(100, 2000)), draw(st.floats(100, 2000))
    turn = draw(st.sampled_from(TURNS))
    media = [x, y, x + width, y + height]
    crop = None
    box: Rect = (media[0], media[1], media[2], media[3])
    if draw(st.booleans()):
        cut = [draw(st.floats(-0.3, 0.3)) for _ in range(4)]
        crop = [x + cut[0] * width, y + cut[1] * height, x + width * (1 - cut[2]), y + height * (1 - cut[3])]
        box = (max(box[0], crop[0]), max(box[1], crop[1]), min(box[2], crop[2]), min(box[3], crop[3]))
    return Sheet(a_page(media, generic.NumberObject(turn), crop), box, turn)


@st.composite
def inked_sheets(draw: st.DrawFn) -> tuple[Sheet, InkMask]:
    """A page with blots of any number and size in its upper corners, seen at some resolution."""
    sheet = draw(sheets())
    density = draw(st.sampled_from([0.4, 1.0, 1.7]))
    columns, rows = (ceil(side / sheet.scale * density) for side in sheet.size)
    ink = np.zeros((rows, columns), dtype=bool)
    for _ in range(draw(st.integers(0, 6))):
        from_side, top = draw(st.integers(0, 250)), draw(st.integers(0, 100))
        width, height = draw(st.integers(1, 120)), draw(st.integers(1, 60))
        left = draw(st.sampled_from([from_side, columns / density - from_side - width]))
        ink[
            int(top * density) : ceil((top + height) * density), int(left * density) : ceil((left + width) * density)
        ] = 1
    return sheet, ink


def is_within(where: Place, box: Rect) -> bool:
    left, bottom, right, top = where.rect
    near = 0.01
    return box[0] - near <= left < right <= box[2] + near and box[1] - near <= bottom < top <= box[3] + near


@settings(max_examples=100, deadline=None)
@given(inked_sheets(), st.sampled_from([30.0, 60.0]), st.sampled_from(Corner), st.booleans())
def test_block_lies_inside_any_visible_page(
    inked: tuple[Sheet, InkMask], height: float, corner: Corner, is_seen: bool
) -> None:
    sheet, ink = inked[0], inked[1] if is_seen else None
    where = place(sheet.page, height, corner, ink)
    assert is_within(where, sheet.box)
    assert where.rotation == sheet.turn % 360
    left, top, right, bottom = (side / sheet.scale for side in sheet.shown(where.rect))
    assert right - left == pytest.approx(RULES.width_pt, rel=1e-6)
    assert bottom - top == pytest.approx(height, rel=1e-6)
    inward = left if corner is Corner.TOP_LEFT else sheet.size[0] / sheet.scale - right
    assert RULES.margin_pt - 0.01 <= inward <= RULES.corner_width_pt - RULES.width_pt + 0.01
    assert RULES.margin_pt - 0.01 <= top
    assert bottom <= max(RULES.corner_height_pt, RULES.margin_pt + height) + 0.01


def places_of(sheet: Sheet, height: float, corner: Corner) -> list[Place]:
    """Every place of the corner a point apart."""
    width = sheet.size[0] / sheet.scale
    found = []
    for down in range(int(RULES.corner_height_pt - RULES.margin_pt - height) + 1):
        for inward in range(int(RULES.corner_width_pt - RULES.margin_pt - RULES.width_pt) + 1):
            left = RULES.margin_pt + inward
            x = left if corner is Corner.TOP_LEFT else width - left - RULES.width_pt
            y = RULES.margin_pt + down
            shown = (x, y, x + RULES.width_pt, y + height)
            found.append(Place(unshown(sheet, shown), sheet.turn % 360, sheet.scale))
    return found


def unshown(sheet: Sheet, shown: Rect) -> Rect:
    """The page's own rectangle of a displayed one, given in points on A4, by turning the page back."""
    left, top, right, bottom = (side * sheet.scale for side in shown)
    width, height = sheet.size
    x0, y0, x1, y1 = left, height - bottom, right, height - top
    for _ in range(sheet.turn // 90 % 4):
        x0, y0, x1, y1 = height - y1, x0, height - y0, x1
        width, height = height, width
    return x0 + sheet.box[0], y0 + sheet.box[1], x1 + sheet.box[0], y1 + sheet.box[1]


@settings(max_examples=100, deadline=None)
@given(inked_sheets(), st.sampled_from([30.0, 60.0]), st.sampled_from(Corner))
def test_block_is_over_ink_only_where_its_corner_has_no_free_place(
    inked: tuple[Sheet, InkMask], height: float, corner: Corner
) -> None:
    sheet, ink = inked
    where = place(sheet.page, height, corner, ink)
    if where.standing is not Standing.OVER_INK:
        assert not sheet.under(where, ink)
        return
    # A place counts as free where ink keeps its distance too, a pixel and the clearance; grow the ink by both.
    rows, columns = ink.shape
    by = 2 + int(RULES.clearance_pt * max(columns / sheet.size[0], rows / sheet.size[1]) * sheet.scale)
    grown = cv2.dilate(ink.astype(np.uint8), np.ones((2 * by + 1, 2 * by + 1), np.uint8)).astype(bool)
    assert all(sheet.under(other, grown) for other in places_of(sheet, height, corner))


@settings(max_examples=50, deadline=None)
@given(inked_sheets(), st.booleans())
def test_blocks_of_both_corners_never_meet(inked: tuple[Sheet, InkMask], is_seen: bool) -> None:
    sheet, ink = inked
    later = ink if is_seen else None
    left = sheet.shown(place(sheet.page, 60, Corner.TOP_LEFT, ink).rect)
    right = sheet.shown(place(sheet.page, 60, Corner.TOP_RIGHT, later).rect)
    assert left[2] < right[0]


@settings(max_examples=50, deadline=None)
@given(inked_sheets(), st.booleans())
def test_block_keeps_off_another_signature_even_where_there_is_ink(inked: tuple[Sheet, InkMask], is_seen: bool) -> None:
    sheet, ink = inked[0], inked[1] if is_seen else None
    taken = place(sheet.page, 30).rect
    with_field(sheet.page, taken)
    where = place(sheet.page, 30, ink=ink).rect
    assert where[2] <= taken[0] or where[0] >= taken[2] or where[3] <= taken[1] or where[1] >= taken[3]


def test_block_moves_no_further_than_it_must() -> None:
    page = a_page([0, 0, A4_SHORT_PT, A4_LONG_PT])
    ink = np.zeros((842, 595), dtype=bool)
    assert place(page, 30, ink=ink).standing is Standing.AS_PRESCRIBED
    ink[5:20, 450:460] = True
    where = place(page, 30, ink=ink)
    prescribed = place(page, 30)
    assert where.standing is Standing.MOVED
    assert prescribed.rect[3] - where.rect[3] == pytest.approx(13, abs=1.1)
    assert where.rect[0] == pytest.approx(prescribed.rect[0])


def test_block_moves_sideways_where_that_is_nearer() -> None:
    page = a_page([0, 0, A4_SHORT_PT, A4_LONG_PT])
    ink = np.zeros((842, 595), dtype=bool)
    ink[0:200, 575:595] = True
    where = place(page, 30, ink=ink)
    assert where.rect[2] == pytest.approx(574, abs=1.1)
    assert where.rect[3] == pytest.approx(A4_LONG_PT - RULES.margin_pt)


def test_full_corner_leaves_the_block_where_the_law_says() -> None:
    page = a_page([0, 0, A4_SHORT_PT, A4_LONG_PT])
    where = place(page, 30, ink=np.ones((842, 595), dtype=bool))
    assert where.standing is Standing.OVER_INK
    assert where.rect == place(page, 30).rect


@pytest.mark.parametrize(
    ("page", "box"),
    [
        (a_page([0, 0, 100, 200]), (0, 0, 100, 200)),
        (a_page([100, 200, 0, 0]), (0, 0, 100, 200)),
        (a_page([0, 0, 100, 200], crop=[10, 20, 90, 180]), (10, 20, 90, 180)),
        (a_page([0, 0, 100, 200], crop=[-10, -20, 90, 900]), (0, 0, 90, 200)),
        (a_page([0, 0, 100, 200], crop=[500, 500, 600, 600]), (0, 0, 100, 200)),
        (a_page([0, 0, 100]), (0, 0, 595.28, 841.89)),
        (a_page(None), (0, 0, 595.28, 841.89)),
    ],
)
def test_visible_box_is_what_a_viewer_shows(page: generic.DictionaryObject, box: tuple[float, ...]) -> None:
    assert visible_box(page) == pytest.approx(box)


def test_strange_rotation_counts_as_none() -> None:
    assert place(a_page([0, 0, 595, 842], pdf_name("/Odd")), 30).rotation == 0
