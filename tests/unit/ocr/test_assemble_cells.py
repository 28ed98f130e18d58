"""Room for blocks: sizes and edges that keep them apart."""

import pytest

from ocr.assemble.cells import Block, rooms


def _cell(left: float, top: float, lines: int = 3) -> Block:
    return Block(left, top, left + 100, top + 14 * lines - 4, 12.0, 14.0 if lines > 1 else 0.0)


def test_blocks_with_none_beside_them_are_left_alone() -> None:
    assert rooms({0: _cell(50, 100), 1: _cell(50, 150), 2: _cell(50, 400)}) == {}


def test_close_blocks_are_set_so_small_that_the_gap_is_a_column_and_lines_still_hold_together() -> None:
    found = rooms({0: _cell(50, 100), 1: _cell(157, 100)})
    for room in found.values():
        assert found[1].left - found[0].right >= room.size
        assert room.size * 1.5 >= 14


def test_no_edge_gives_way_by_more_than_it_may() -> None:
    found = rooms({0: _cell(50, 100), 1: _cell(151, 100)})
    assert found[0].right >= 150 - 2.2
    assert found[1].left <= 151 + 2.2


def test_blocks_right_below_each_other_get_different_sizes() -> None:
    found = rooms({key: _cell(50 + 130 * (key % 2), 100 + 42 * (key // 2)) for key in range(8)})
    for key in range(6):
        assert found[key].size != pytest.approx(found[key + 2].size, rel=0.05)


def test_far_blocks_keep_the_size_they_are_printed_in() -> None:
    found = rooms({0: _cell(50, 100), 1: _cell(400, 100)})
    assert found[0].size == found[1].size == 12.0
