from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import vietnam_iso
from signing.appearance import lay_out
from signing.appearance_font import font_for
from signing.block_rules import block_rules

TIME = vietnam_iso(datetime(2026, 3, 5, 2, 41, 7, 999_999, tzinfo=UTC))
RULES = block_rules()


def test_each_text_begins_a_line() -> None:
    block = lay_out(("SAO Y", "Sở Nội vụ", TIME), is_test=False)
    assert block.lines == ("SAO Y", "Sở Nội vụ", "2026-03-05T09:41:07+07:00")
    assert (block.size_pt, block.height_pt) == (RULES.font_size_pt, RULES.height_pt)


def test_test_keys_are_named_as_such() -> None:
    assert lay_out(("SAO Y", "Sở Nội vụ", TIME), is_test=True).lines[0] == "SAO Y (TEST)"
    assert lay_out(("", "Sở Nội vụ", TIME), is_test=True).lines[0] == "(TEST)"


def test_an_empty_text_takes_no_line() -> None:
    assert len(lay_out(("", "Sở Nội vụ", TIME), is_test=False).lines) == 2


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aăâđêôơưẤỆỮ MNg.,-", min_size=1, max_size=300))
def test_no_line_is_wider_than_the_block_and_no_letter_is_lost(name: str) -> None:
    block = lay_out(("SAO LỤC", name, TIME), is_test=True)
    assert all(block.font.width(line, block.size_pt) <= RULES.width_pt for line in block.lines)
    assert block.size_pt >= RULES.least_font_size_pt
    assert block.height_pt >= len(block.lines) * block.size_pt - 0.001
    printed = "".join(block.lines).replace(" ", "")
    assert "".join(name.split()) in printed


def test_font_carries_only_the_letters_asked_for() -> None:
    font = font_for("Cát Ngạn")
    assert set(font.glyphs) == set("Cát Ngạn")
    assert len(font.program) < 6000
    assert font.width("Cát", 10) == pytest.approx((667 + 444 + 278) / 100)


def test_letter_the_font_lacks_is_shown_as_a_box() -> None:
    assert font_for("漢").glyphs == {"漢": 0}
