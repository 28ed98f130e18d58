from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from signing.appearance import (
    BLOCK_HEIGHT_PT,
    BLOCK_WIDTH_PT,
    FONT_SIZE_PT,
    LEAST_FONT_SIZE_PT,
    lay_out,
    place,
    visible_box,
)
from signing.appearance_font import font_for

AT = datetime(2026, 3, 5, 2, 41, 7, 999_999, tzinfo=UTC)


def _page(media: list[float] | None, rotate: object = 0, crop: list[float] | None = None) -> generic.DictionaryObject:
    page = generic.DictionaryObject({pdf_name("/Rotate"): rotate})
    for key, box in (("/MediaBox", media), ("/CropBox", crop)):
        if box is not None:
            page[pdf_name(key)] = generic.ArrayObject([generic.FloatObject(str(number)) for number in box])
    return page


def test_lines_are_form_agency_and_vietnamese_time() -> None:
    block = lay_out("SAO Y", "Sở Nội vụ", AT, is_test=False)
    assert block.lines == ("SAO Y", "Sở Nội vụ", "2026-03-05T09:41:07+07:00")
    assert (block.size_pt, block.height_pt) == (FONT_SIZE_PT, BLOCK_HEIGHT_PT)


def test_test_keys_are_named_as_such() -> None:
    assert lay_out("SAO Y", "Sở Nội vụ", AT, is_test=True).lines[0] == "SAO Y (TEST)"
    assert lay_out("", "Sở Nội vụ", AT, is_test=True).lines[0] == "(TEST)"


def test_without_a_form_two_lines_remain() -> None:
    assert len(lay_out("", "Sở Nội vụ", AT, is_test=False).lines) == 2


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aăâđêôơưẤỆỮ MNg.,-", min_size=1, max_size=300))
def test_no_line_is_wider_than_the_block_and_no_letter_is_lost(name: str) -> None:
    block = lay_out("SAO LỤC", name, AT, is_test=True)
    assert all(block.font.width(line, block.size_pt) <= BLOCK_WIDTH_PT for line in block.lines)
    assert block.size_pt >= LEAST_FONT_SIZE_PT
    assert block.height_pt >= len(block.lines) * block.size_pt - 0.001
    printed = "".join(block.lines).replace(" ", "")
    assert "".join(name.split()) in printed


@settings(max_examples=100, deadline=None)
@given(
    st.floats(-500, 500),
    st.floats(-500, 500),
    st.floats(30, 5000),
    st.floats(30, 5000),
    st.sampled_from([0, 90, 180, 270, -90, 450]),
)
def test_block_lies_inside_any_page(x: float, y: float, width: float, height: float, rotate: int) -> None:
    page = _page([x, y, x + width, y + height], generic.NumberObject(rotate))
    where = place(page, 60)
    left, bottom, right, top = where.rect
    assert x - 0.01 <= left < right <= x + width + 0.01
    assert y - 0.01 <= bottom < top <= y + height + 0.01
    assert where.rotation == rotate % 360


@pytest.mark.parametrize(
    ("page", "box"),
    [
        (_page([0, 0, 100, 200]), (0, 0, 100, 200)),
        (_page([100, 200, 0, 0]), (0, 0, 100, 200)),
        (_page([0, 0, 100, 200], crop=[10, 20, 90, 180]), (10, 20, 90, 180)),
        (_page([0, 0, 100, 200], crop=[-10, -20, 90, 900]), (0, 0, 90, 200)),
        (_page([0, 0, 100, 200], crop=[500, 500, 600, 600]), (0, 0, 100, 200)),
        (_page([0, 0, 100]), (0, 0, 595.28, 841.89)),
        (_page(None), (0, 0, 595.28, 841.89)),
    ],
)
def test_visible_box_is_what_a_viewer_shows(page: generic.DictionaryObject, box: tuple[float, ...]) -> None:
    assert visible_box(page) == pytest.approx(box)


def test_strange_rotation_counts_as_none() -> None:
    assert place(_page([0, 0, 595, 842], pdf_name("/Odd")), 30).rotation == 0


def test_font_carries_only_the_letters_asked_for() -> None:
    font = font_for("Cát Ngạn")
    assert set(font.glyphs) == set("Cát Ngạn")
    assert len(font.program) < 6000
    assert font.width("Cát", 10) == pytest.approx((667 + 444 + 278) / 100)


def test_letter_the_font_lacks_is_shown_as_a_box() -> None:
    assert font_for("漢").glyphs == {"漢": 0}
