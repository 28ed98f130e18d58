"""The mark's words and look come from data."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from ocr.assemble.copymark import TEMPLATE_FILE, CopyMark, load_mark_template

AT = datetime(2026, 3, 5, 2, 41, 7, tzinfo=UTC)


def test_the_mark_names_converter_and_time_in_vietnam() -> None:
    mark = CopyMark("  Nguyễn  Thị Hường ", AT)
    assert "Nguyễn Thị Hường" in mark.statement
    assert "2026-03-05T09:41:07+07:00" in mark.statement
    assert "số hóa" in mark.statement.lower()
    assert "2026-03-05T09:41:07+07:00" in mark.lines[0]


def test_a_mark_that_is_not_visible_prints_no_line() -> None:
    assert CopyMark("A", AT, visible=False).lines == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("font_size_pt", "font_size_px"),
        ('margin = "bottom"', 'margin = "left"'),
        ("{converter}", "{operator}"),
        ("[mark]", "[mark"),
    ],
)
def test_a_wrong_template_is_refused_by_name(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "copy_mark.toml"
    file.write_text(TEMPLATE_FILE.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(ReferenceDataError) as refused:
        load_mark_template(file)
    assert "copy_mark.toml" in str(refused.value)
