"""A run killed at any moment and started again ends as an undisturbed one would, but for times, ids and signatures."""

import multiprocessing
import shutil
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.settings import load_settings
from pipeline.context import Context
from pipeline.event_chain import check_event_chain
from pipeline.verification import verify_record
from signing.report import Verdict
from storage.ledger.models import Document, Event, FieldValue, InboxItem, Page, Record, StageRun, StoredObject
from tests.end_to_end.crash_worker import POINTS, main
from tests.integration.pipeline.house import AGENCY, RECORD, House, build_template, page

pytestmark = pytest.mark.needs("tesseract", "poppler")


FORKS = multiprocessing.get_context("forkserver")
# Imported once, before anything runs in it: starting Python for each of the many runs would take most of the time.
FORKS.set_forkserver_preload(["tests.end_to_end.crash_worker"])


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one scan under a batch sheet in its inbox."""
    house = House(build_template(tmp_path_factory.mktemp("laid-out") / "home"))
    page(house.record / "scan.png")
    return house.home


@pytest.fixture(scope="module")
def undisturbed(laid_out: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(laid_out, home)
    assert run(home, "-") == 0
    return outcome(home)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", sorted(POINTS))
def test_run_killed_at_a_point_and_started_again_ends_like_an_undisturbed_one(
    name: str, when: str, laid_out: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(laid_out, home)
    assert run(home, f"{when}:{name}") == -signal.SIGKILL, "the point was never reached"
    assert run(home, "-") == 0
    assert outcome(home) == undisturbed


def run(home: Path, point: str) -> int | None:
    process = FORKS.Process(target=main, args=(home, point))
    process.start()
    process.join(120)
    return process.exitcode


def outcome(home: Path) -> dict[str, Any]:
    """Everything that should be the same: no times, ids, signature bytes."""
    ctx = Context(load_settings(home), actor="looker")
    check_event_chain(ctx)
    assert {proof.verdict for proof in verify_record(ctx, RECORD)} == {Verdict.VALID}
    leftovers = [path for folder in ("work", "staging") for path in (home / folder).rglob("*") if path.is_file()]
    with ctx.ledger.session() as session:
        stored = session.scalars(select(StoredObject)).all()
        assert all(ctx.store.read_back(item.key) == item.sha256 for item in stored)
        kept = {path.name for path in (home / "store" / "test" / AGENCY).rglob("*") if path.is_file()}
        return {
            "documents": session.execute(select(Document.state, Document.stt, Document.page_count)).all(),
            "records": session.execute(select(Record.code, Record.state, Record.next_stt)).all(),
            "inbox": session.execute(select(InboxItem.path, InboxItem.outcome)).all(),
            "stages": sorted(session.scalars(select(StageRun.stage))),
            "pages": session.execute(select(Page.number, Page.text)).all(),
            "fields": sorted(session.execute(select(FieldValue.name, FieldValue.source, FieldValue.value)), key=str),
            "objects": sorted(item.kind for item in stored),
            "files": len(kept),
            "events": Counter(session.scalars(select(Event.kind))),
            "leftovers": leftovers,
        }
