from pathlib import Path

import pytest

from config.errors import ExitCode
from ocr.source import open_delivered
from pipeline.separators import Separator, separators_in
from scripts.application import run

pytestmark = pytest.mark.needs("poppler")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], Separator()),
        (["--paper"], Separator(role="paper")),
        (["--record", "000.00.99.H41-260311-0012"], Separator("H41.99-260311-0012")),
    ],
    ids=["plain", "paper", "record"],
)
def test_printed_sheets_are_known_as_separators(tmp_path: Path, asked: list[str], said: Separator) -> None:
    out = tmp_path / "to.pdf"
    assert run(["sheets", "--out", str(out), "--count", "2", *asked]) == 0
    with open_delivered(out) as sheets:
        assert separators_in(sheets) == {1: said, 2: said}


def test_a_sheet_says_one_thing(tmp_path: Path) -> None:
    asked = ["--record", "H41.99-260311-0012", "--paper"]
    assert run(["sheets", "--out", str(tmp_path / "to.pdf"), *asked]) == ExitCode.USAGE
    assert not list(tmp_path.iterdir())


def test_a_sheet_for_what_is_no_record_code_is_refused(tmp_path: Path) -> None:
    assert run(["sheets", "--out", str(tmp_path / "to.pdf"), "--record", "abc"]) != 0
    assert not list(tmp_path.iterdir())
