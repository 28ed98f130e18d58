"""Whose fault it is that a page was not drawn: a file is refused for good, a program is tried again."""

from pathlib import Path

import pytest

from config.errors import DamagedFileError, ToolFailedError
from ocr.source.render import draw_page
from tests import bad_files
from tests.faults.programs import write_programs
from tests.faults.scenario import Harm

pytestmark = pytest.mark.needs("poppler")


@pytest.mark.parametrize("harm", [Harm.CRASH, Harm.RUBBISH], ids=["crashes", "talks rubbish"])
def test_a_page_is_not_blamed_for_a_program_that_fails(
    harm: Harm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = bad_files.pdf(tmp_path / "a.pdf")
    programs = write_programs(tmp_path / "programs", ("pdftoppm",), harm, 1.0)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    with pytest.raises(ToolFailedError, match="pdftoppm"):
        draw_page(scan, 1, 100)


def test_a_page_that_poppler_itself_cannot_open_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError):
        draw_page(bad_files.cut(bad_files.pdf(tmp_path / "a.pdf"), 0.1), 1, 100)
