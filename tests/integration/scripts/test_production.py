"""A production installation that was just set up: it reads, says what it still needs, and seals nothing meanwhile."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import ExitCode
from pipeline import release
from pipeline.failures import MOST_TRIES
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import AGENCIES, SHEET, House, page
from tests.integration.scripts.desk import Desk, Told
from tests.prefect_home import GivePrefect

pytestmark = [pytest.mark.needs("tesseract", "poppler", "ghostscript"), pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def desk(tmp_path: Path, give_prefect: GivePrefect) -> Desk:
    """A desk at which a production installation was set up, with nothing else entered."""
    (tmp_path / "agencies.toml").write_text(AGENCIES, "utf-8")
    give_prefect(tmp_path / "home")
    at = Desk(tmp_path / "home", tmp_path)
    assert at("init", "--production", "--agencies", str(tmp_path / "agencies.toml"), as_step="init").code == 0
    return at


def lay_a_paper(home: Path) -> House:
    house = House(home)
    (house.inbox / "lo.toml").write_text(SHEET, "utf-8")
    page(house.record / "a.png")
    return house


def run_apart(home: Path, **variables: str) -> Told:
    """Run the command in a process of its own, where everything that others print is seen too."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "SOHOA_"))}
    done = subprocess.run(
        [sys.executable, "-m", "scripts.sohoa", "--home", str(home), "--actor", "lan", "run", "--json"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=200,
        env={**clean, "SOHOA_INBOX__STABLE_AFTER_S": "0", **variables},
    )
    return Told(done.returncode, done.stdout, done.stderr)


def test_init_and_doctor_name_the_settings_that_production_still_needs(desk: Desk) -> None:
    for told in (desk.told["init"].out, desk("doctor").out):
        for key in ("signing.key", "signing.timestamp", "agency"):
            assert key in told
    assert desk("init", "--json").result["unset"] == ["signing.key", "signing.timestamp", "agency"]


def test_papers_are_taken_in_and_read_before_production_has_its_key(desk: Desk) -> None:
    house = lay_a_paper(desk.home)
    told = run_apart(desk.home)
    assert told.result["intake"]["taken"] == 1
    assert told.code == ExitCode.FINISHED_WITH_FAILURES, "the head of the event log is not sealed"
    assert told.result["trouble"] == "wrong_environment"
    assert "Traceback" not in told.err
    assert house.states() == [DocumentState.WAITING_REVIEW]


def test_what_is_released_waits_for_the_key_of_production_however_often_it_is_tried(desk: Desk) -> None:
    house = lay_a_paper(desk.home)
    house.run()
    house.settle_questions()
    house.run()
    house.check_samples()
    (batch,) = release.waiting_batches(house.ctx)
    release.approve(house.ctx, batch.batch_id)
    for _try in range(MOST_TRIES + 1):
        house.run()
    waiting = house.document()
    assert (waiting.state, waiting.tries) == (DocumentState.WAITING_RELEASE, 0)
    assert waiting.reason_code == "wrong_environment"


def test_what_keeps_a_run_from_starting_is_told_once_and_without_a_traceback(desk: Desk) -> None:
    lay_a_paper(desk.home)
    told = run_apart(desk.home, SOHOA_STORE__KIND="s3", SOHOA_STORE__ACCESS_KEY="env:NOT_THERE")
    assert told.code == ExitCode.SETTINGS
    assert "store.access_key" in told.err
    assert "Traceback" not in told.err
    assert json.dumps("intake") not in told.out
