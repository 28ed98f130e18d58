"""A run killed at any moment and started again ends as an undisturbed one would, but for times, ids and signatures."""

import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.settings import load_settings
from pipeline.context import Context
from pipeline.evidence import check_evidence
from pipeline.verification import verify_record
from scripts.specimen.studio import render_specimens
from signing.report import Verdict
from storage.ledger.models import Document, Event, FieldValue, InboxItem, Page, Record, StageRun, StoredObject
from tests.end_to_end.crash_worker import POINTS

pytestmark = pytest.mark.needs("tesseract", "poppler")
RECORD = "H41.99-260311-0001"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inbox with one specimen scan under a batch sheet."""
    folder = tmp_path_factory.mktemp("specimen")
    render_specimens(folder / "specimens", seed=11, layouts="demo", count=1)
    scan = next(path for path in sorted((folder / "specimens" / "inbox").rglob("*")) if path.suffix in {".pdf", ".jpg"})
    home = folder / "home"
    record = home / "inbox" / "H41.99" / RECORD
    record.mkdir(parents=True)
    shutil.copyfile(scan, record / f"scan{scan.suffix}")
    sheet = 'operator = "Nguyễn Văn Mẫu"\nscanned_at = "2026-03-11T08:00:00+07:00"\ndevice = "TEST"\n'
    (home / "inbox" / "lo.toml").write_text(sheet, "utf-8")
    return home


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


def run(home: Path, point: str) -> int:
    command = [sys.executable, "-m", "tests.end_to_end.crash_worker", str(home), point]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=240).returncode


def outcome(home: Path) -> dict[str, Any]:
    """Everything that should be the same: no times, ids, signature bytes."""
    ctx = Context(load_settings(home), actor="looker")
    check_evidence(ctx)
    assert {proof.verdict for proof in verify_record(ctx, RECORD)} == {Verdict.VALID}
    leftovers = [path for folder in ("work", "staging") for path in (home / folder).rglob("*") if path.is_file()]
    with ctx.ledger.session() as session:
        stored = session.scalars(select(StoredObject)).all()
        assert all(ctx.store.read_back(item.key) == item.sha256 for item in stored)
        kept = {path.name for path in (home / "store" / "test" / "H41.99").rglob("*") if path.is_file()}
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
