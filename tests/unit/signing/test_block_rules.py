from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from signing.block_rules import RULES_FILE, block_rules


def test_block_is_what_was_measured_on_issued_copies() -> None:
    rules = block_rules()
    assert (rules.width_pt, rules.height_pt, rules.margin_pt, rules.font_size_pt) == (170, 30, 8, 10)


def test_block_fits_its_corner_and_two_corners_fit_a_page() -> None:
    rules = block_rules()
    assert rules.margin_pt + rules.width_pt <= rules.corner_width_pt
    assert rules.margin_pt + rules.height_pt <= rules.corner_height_pt
    assert 2 * rules.corner_width_pt < 595


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("width_pt = 170.0\n", "", "block"),
        ("clearance_pt = 1.0", "clearance_pt = -1.0", "corner.clearance_pt"),
        ("height_mm = 30.0", 'height_mm = "30"', "corner.height_mm"),
        ("height_mm = 30.0", "height_mm = true", "corner.height_mm"),
        ("margin_pt = 8.0", "margin = 8.0", "block"),
    ],
)
def test_what_is_wrong_is_told_by_its_place(tmp_path: Path, before: str, after: str, place: str) -> None:
    path = tmp_path / "signature_block.toml"
    text = RULES_FILE.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        block_rules(path)
    assert caught.value.details["place"] == place
