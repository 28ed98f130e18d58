"""What is missing of the archival metadata, shown and filled by command."""

from pathlib import Path

import pytest

from config.errors import ExitCode
from config.settings import load_settings
from pipeline.context import Context
from pipeline.intake import drain
from tests.integration.pipeline.house import RECORD, House, page
from tests.integration.scripts.desk import Desk

pytestmark = pytest.mark.usefixtures("vietnamese_and_nothing_set")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk at an installation into which one paper was taken."""
    at = Desk(tmp_path / "home", tmp_path)
    assert at("init").code == ExitCode.DONE
    page(House(at.home).record / "a.png")
    ctx = Context(load_settings(at.home, inbox={"stable_after_s": 0}), actor="lan")
    assert drain(ctx, lambda _path, _cause: None).taken == 1
    ctx.ledger.close()
    return at


def test_what_show_says_is_missing_goes_when_its_remedy_is_followed(desk: Desk) -> None:
    told = desk("show", RECORD)
    assert f"sohoa review set {RECORD} title" in told.out
    assert f"sohoa review set {RECORD}.1 maintenance" in told.out
    assert "sohoa init --agencies" in told.out
    set_ = desk("review", "set", f"{RECORD}.1", "maintenance", "02")
    assert "70 năm" in set_.out
    assert desk("review", "set", RECORD, "paper_file_code", "HS-12", "--json").result["value"] == "HS-12"
    (record,) = desk("show", RECORD, "--json").result
    assert "maintenance" not in record["documents"][0]["missing_metadata"]
    assert {"maintenance", "paper_file_code"}.isdisjoint(record["metadata"]["missing"])
    assert "total_papers" in record["metadata"]["missing"]


def test_a_code_that_is_none_is_refused_with_those_that_are(desk: Desk) -> None:
    told = desk("review", "set", f"{RECORD}.1", "maintenance", "70")
    assert told.code == ExitCode.USAGE
    assert "02 70 năm" in told.err


def test_a_name_that_is_nearly_a_datum_is_answered_with_it(desk: Desk) -> None:
    told = desk("review", "set", f"{RECORD}.1", "maintenanse", "02")
    assert told.code == ExitCode.USAGE
    assert "maintenance" in told.err
