"""Same key, no work; and one document is only ever one worker's."""

import os
import signal
import subprocess
import sys
import time
from copy import copy
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

import pipeline.heartbeat
import pipeline.runner
from config.errors import LostClaimError
from pipeline.context import Context
from pipeline.job import Job, claim, free_dead_claims, let_go
from pipeline.line import run_line
from pipeline.objects import put_object
from pipeline.outcome import Outcome
from pipeline.runner import WORKABLE, process, workable
from pipeline.stages import DELIVER, PREPARE, Stage, assemble, do_stage
from storage.ledger.models import Document, Event, StageRun
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")
ROOT = Path(__file__).parents[3]


@pytest.fixture
def read_house(house: House) -> House:
    """One document whose stages are done and which waits for its release."""
    page(house.record / "a.png")
    house.run()
    house.settle_questions()
    return house


def test_the_same_key_twice_is_no_work(read_house: House) -> None:
    before = runs(read_house)
    process(read_house.ctx, read_house.document().id)
    assert runs(read_house) == before
    assert set(before) == {"deliver", "prepare", "recognize", "assemble", "extract"}


def test_a_changed_version_redoes_that_stage_and_what_builds_on_its_output(
    read_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = runs(read_house)
    monkeypatch.setattr(assemble, "ASSEMBLE_VERSION", "next")
    process(read_house.ctx, read_house.document().id)
    assert redone(before, runs(read_house)) == {"assemble"}


def test_a_changed_setting_redoes_the_stage_it_matters_to(read_house: House) -> None:
    before = runs(read_house)
    read_house.open(review={"wrong_share": 0.0005})
    process(read_house.ctx, read_house.document().id)
    assert redone(before, runs(read_house)) == {"extract"}


def test_a_work_file_that_was_changed_or_lost_is_made_again(read_house: House) -> None:
    document = read_house.document()
    work = read_house.home / "work" / str(document.id) / "v1"
    whole = (work / "assembled.pdf").read_bytes()
    (work / "assembled.pdf").write_bytes(whole[:-50])
    (work / "prepare.json").unlink()
    process(read_house.ctx, document.id)
    assert (work / "assembled.pdf").read_bytes() == whole
    assert (work / "prepare.json").exists()


def test_originals_that_were_lost_come_back_from_the_store(read_house: House) -> None:
    document = read_house.document()
    (staged,) = (read_house.home / "staging" / str(document.id) / "v1").iterdir()
    staged.write_bytes(b"not what came in")
    (read_house.home / "work" / str(document.id) / "v1" / "delivered.pdf").unlink()
    assert process(read_house.ctx, document.id) == Outcome(DocumentState.WAITING_RELEASE)


def test_originals_lost_before_they_were_stored_are_said_to_be_and_taken_again_when_asked(house: House) -> None:
    page(house.record / "a.png")
    house.drain()
    (staged,) = (house.home / "staging" / str(house.document().id) / "v1").iterdir()
    staged.unlink()
    house.run()
    assert (house.document().state, house.document().reason_code) == (DocumentState.REFUSED, "originals_lost")
    pipeline.inbox_ledger.reconsider_refused(house.ctx)
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED]


def test_a_worker_whose_claim_was_taken_over_writes_nothing(read_house: House) -> None:
    document_id = read_house.document().id
    paused = claim(read_house.ctx, document_id, (DocumentState.IN_WORK,))
    assert paused is not None
    with read_house.ctx.ledger.session() as session:
        session.execute(update(Document).values(claim_until=read_house.ctx.clock().replace(year=2020)))
    other = Context(read_house.ctx.settings, actor="other")
    taken_over = claim(other, document_id, (DocumentState.IN_WORK,))
    assert taken_over is not None
    assert taken_over.fence == paused.fence + 1
    events, work = count_events(read_house), read_house.home / "work" / str(document_id) / "v1"
    kept = sorted((read_house.home / "store").rglob("*"))
    (work / "delivered.pdf").unlink()
    with pytest.raises(LostClaimError):
        do_stage(paused, DELIVER)
    with pytest.raises(LostClaimError):
        put_object(paused, "archival", "pdf", work / "assembled.pdf", "0" * 64)
    with pytest.raises(LostClaimError), paused.commit():
        pass
    assert not (work / "delivered.pdf").exists()
    assert count_events(read_house) == events
    assert sorted((read_house.home / "store").rglob("*")) == kept
    let_go(paused)
    assert claim(read_house.ctx, document_id, (DocumentState.IN_WORK,)) is None, "letting go frees only one's own"


WORKER = """
import sys, time
from pathlib import Path
from uuid import UUID
from config.settings import load_settings
from pipeline.context import Context
from pipeline.job import claim
from pipeline.runner import WORKABLE, workable
settings = load_settings(Path(sys.argv[1]), ledger={"url": sys.argv[2]})
ctx = Context(settings, actor="worker")
won = [id_ for id_ in workable(ctx) if claim(ctx, id_, WORKABLE)]
print(len(won), flush=True)
time.sleep(float(sys.argv[3]))
"""


def start_worker(house: House, stay_s: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WORKER, str(house.home), house.ctx.settings.ledger_url, str(stay_s)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_two_processes_never_claim_one_document_twice(any_house: House) -> None:
    for seed in range(12):
        page(any_house.record / f"{seed}.png", size=(200, 100), seed=seed)
    any_house.drain()
    workers = [start_worker(any_house, 1.0) for _ in range(2)]
    won = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    assert sum(won) == 12


def test_a_dead_workers_claims_are_free_at_once_a_living_ones_are_not(any_house: House) -> None:
    page(any_house.record / "a.png", size=(200, 100))
    any_house.drain()
    worker = start_worker(any_house, 60)
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "1"
    assert free_dead_claims(any_house.ctx) == 0
    assert workable(any_house.ctx) == []
    os.kill(worker.pid, signal.SIGKILL)
    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)  # Not waited for to the end: a zombie is dead too.
    assert free_dead_claims(any_house.ctx) == 1
    assert len(workable(any_house.ctx)) == 1
    worker.wait()


def leave_behind(house: House, document_id: UUID) -> None:
    """Claim a document as a worker that then ends without a word, before this machine was last started."""
    gone = copy(house.ctx)
    gone.worker = f"{gone.worker.split(':')[0]}:earlier:1:1"
    assert claim(gone, document_id, WORKABLE) is not None
    assert free_dead_claims(house.ctx) == 1


def test_a_document_that_ends_its_workers_is_tried_last_and_alone_and_at_last_left_to_a_person(house: House) -> None:
    for number in range(3):
        page(house.record / f"{number}.png", size=(200, 100), seed=number)
    house.drain()
    first, *others = [document.id for document in house.documents()]
    rounds: list[list[UUID]] = []

    def work(ids: list[UUID]) -> list[Outcome | None]:
        rounds.append(ids)
        return [process(house.ctx, id_) if ids == [first] else None for id_ in ids]

    for _ in range(3):
        leave_behind(house, first)
    run_line(house.ctx, work)
    assert rounds == [others, [first]]
    document = next(document for document in house.documents() if document.id == first)
    assert (document.state, document.reason_code) == (DocumentState.STUCK, "workers_ended")


def test_a_claim_that_ran_out_is_a_try_too(house: House) -> None:
    page(house.record / "a.png", size=(200, 100))
    house.drain()
    assert claim(house.ctx, house.document().id, WORKABLE) is not None
    now = house.ctx.clock()
    house.ctx.clock = lambda: now + timedelta(hours=1)
    assert claim(house.ctx, house.document().id, WORKABLE) is not None
    assert house.document().tries == 1


def test_a_document_goes_the_whole_way_on_either_ledger(any_house: House) -> None:
    page(any_house.record / "a.png")
    assert not any_house.archive_all().has_failures
    assert any_house.states() == [DocumentState.ARCHIVED]
    assert any_house.document().lane == "straight"
    assert any_house.in_inbox() == []
    assert not [path for path in (any_house.home / "work").rglob("*") if path.is_file()]


def test_a_fault_of_the_program_sticks_after_three_tries_and_spares_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in (1, 2):
        page(house.record / f"{seed}.png", seed=seed)
    house.drain()
    first = house.documents()[0].id
    real = do_stage

    def faulty(job: Job, which: Stage) -> object:
        if job.facts.document_id == first and which is PREPARE:
            raise ZeroDivisionError
        return real(job, which)

    monkeypatch.setattr(pipeline.runner, "do_stage", faulty)
    for _ in range(3):
        assert house.run().has_failures
    by_id = {document.id: document for document in house.documents()}
    assert by_id.pop(first).state == DocumentState.STUCK
    assert [document.state for document in by_id.values()] == [DocumentState.WAITING_REVIEW]


def slow_stage(house: House, monkeypatch: pytest.MonkeyPatch, stay_s: float) -> list[object]:
    """Let one stage take longer than the claim lasts; give what another worker's claim comes to right then."""
    run = house.ctx.settings.run.model_copy(update={"claim_s": 1})
    house.ctx.settings = house.ctx.settings.model_copy(update={"run": run})
    other, real = Context(house.ctx.settings, actor="other"), do_stage
    found: list[object] = []

    def slow(job: Job, which: Stage) -> object:
        if which is PREPARE:
            time.sleep(stay_s)
            found.append(claim(other, job.facts.document_id, (DocumentState.IN_WORK,)))
        return real(job, which)

    monkeypatch.setattr(pipeline.runner, "do_stage", slow)
    return found


def test_a_stage_may_take_longer_than_the_claim_lasts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    page(house.record / "a.png")
    house.drain()
    found = slow_stage(house, monkeypatch, 2.0)
    assert process(house.ctx, house.document().id) == Outcome(DocumentState.WAITING_REVIEW)
    assert found == [None]
    with house.ctx.ledger.reading() as session:
        assert session.scalars(select(Document.claim_fence)).all() == [1]


def test_work_that_hangs_loses_its_claim_at_last(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    page(house.record / "a.png")
    house.drain()
    monkeypatch.setattr(pipeline.heartbeat, "PAGE_S", 0)
    found = slow_stage(house, monkeypatch, 3.5)
    assert process(house.ctx, house.document().id) is None
    assert isinstance(found[0], Job)


def runs(house: House) -> dict[str, tuple[str, object]]:
    with house.ctx.ledger.reading() as session:
        rows = session.scalars(select(StageRun).order_by(StageRun.ended_at))
        return {run.stage: (run.key, run.ended_at) for run in rows}


def redone(before: dict[str, tuple[str, object]], after: dict[str, tuple[str, object]]) -> set[str]:
    return {name for name, run in after.items() if before.get(name) != run}


def count_events(house: House) -> int:
    with house.ctx.ledger.reading() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0
