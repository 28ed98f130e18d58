"""Several machines on one ledger: the work is divided, clocks may differ, and what one alone has waits for it."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from config.clock import Clock
from config.errors import NotFoundError
from pipeline.chunks import chunk_of, chunk_size, sharded
from pipeline.context import Context
from pipeline.founding import found
from pipeline.inbox_turns import drain_in_turn
from pipeline.job import Job, claim, staging_folder
from pipeline.lease_clock import ClockSkewError, clock_skew
from pipeline.leases import leased
from pipeline.line import run_line
from pipeline.machines import MachineAtWorkError, come_to_work, give_up, list_machines
from pipeline.outcome import Outcome
from pipeline.release import approve, waiting_batches
from pipeline.resting import rest
from pipeline.runner import WORKABLE, process, sweep, workable, workload
from pipeline.sealing import SealedBytesLostError
from pipeline.worker import machine_of
from storage.ledger import events
from storage.ledger.models import Document, Event, InboxItem, Machine, Record, WorkLease
from storage.ledger.states import DocumentState, Environment
from tests.integration.pipeline.house import House, copy_of, page

ELSEWHERE = "may-2:00000000:1:1"
POSTGRES = pytest.mark.needs("postgres")
LINE = pytest.mark.needs("postgres", "tesseract", "poppler")


@pytest.fixture
def pair(template_home: Path, tmp_path: Path, postgres_url: str) -> Iterator[tuple[House, House]]:
    """Two machines with one ledger and one store, each with a home folder and an inbox of its own."""
    shared = {"ledger": {"url": postgres_url}, "store": {"folder": tmp_path / "store"}}
    one, two = (copy_of(template_home, tmp_path / name, **shared) for name in ("may-1", "may-2"))
    found(one.ctx, Environment.TEST, template_home.with_name("agencies.toml"))
    shutil.copytree(one.ctx.settings.keys_folder, two.ctx.settings.keys_folder, dirs_exist_ok=True)
    two.ctx.worker = ELSEWHERE
    yield one, two
    one.ctx.ledger.close()
    two.ctx.ledger.close()


def expire(house: House) -> None:
    """Let the silence of all machines and the age of all leases and claims pass."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    with house.ctx.ledger.session() as session:
        session.execute(update(Machine).values(seen_at=long_ago))
        session.execute(update(WorkLease).values(until=long_ago))
        session.execute(update(Document).where(Document.claim_until.is_not(None)).values(claim_until=long_ago))


def clock_off(minutes: int) -> Clock:
    return lambda: datetime.now(UTC) + timedelta(minutes=minutes)


def small_pages(house: House, count: int) -> None:
    for seed in range(count):
        page(house.record / f"{seed}.png", size=(200, 100), seed=seed)


def test_two_machines_have_no_document_in_common_and_none_is_left_out(any_house: House) -> None:
    small_pages(any_house, 6)
    any_house.drain()
    ctx, other = any_house.ctx, Context(any_house.ctx.settings, actor="other")
    other.worker = ELSEWHERE
    come_to_work(ctx)
    come_to_work(other)
    with chunk_of(ctx, workload(ctx)) as first, chunk_of(other, workload(other)) as second:
        # In SQLite there is one machine, which takes all there is.
        assert (len(first), len(second)) == ((6, 0) if ctx.place is None else (2, 2))
        assert not set(first) & set(second)
        left = workable(ctx)
        assert sorted([*first, *second, *left]) == sorted(document.id for document in any_house.documents())
    assert len(workable(other)) == 6


def test_the_chunk_of_a_silent_owner_is_free_when_its_lease_has_run_out(any_house: House) -> None:
    small_pages(any_house, 2)
    any_house.drain()
    ctx, other = any_house.ctx, Context(any_house.ctx.settings, actor="other")
    other.worker = ELSEWHERE
    with chunk_of(other, workload(other)) as lost:
        assert len(lost) == 2
        assert workable(ctx) == []
        expire(any_house)
        with chunk_of(ctx, workload(ctx)) as taken_over:
            assert taken_over == lost


def test_chunks_leave_the_others_their_share() -> None:
    assert chunk_size(300, machines=1, workers=2, most=100) == 100
    assert chunk_size(300, machines=3, workers=2, most=100) == 50
    assert chunk_size(9000, machines=3, workers=2, most=100) == 100
    assert chunk_size(3, machines=3, workers=2, most=100) == 2


def test_agencies_that_nobody_is_busy_with_come_first() -> None:
    ids = [UUID(int=number) for number in range(4)]
    agencies = dict(zip(ids, ("H41.1", "H41.2", "H41.1", "H41.3"), strict=True))
    assert sharded(agencies, set()) == [ids[0], ids[2], ids[1], ids[3]]
    assert sharded(agencies, {"H41.1"}) == [ids[1], ids[3], ids[0], ids[2]]


def test_one_process_at_a_time_is_at_an_inbox(any_house: House) -> None:
    small_pages(any_house, 1)
    other = Context(any_house.ctx.settings, actor="other")
    other.worker = ELSEWHERE
    drain_in_turn(any_house.ctx)
    page(any_house.record / "new.png", size=(200, 100), seed=9)
    with any_house.ctx.ledger.reading() as session:
        marks = set(session.scalars(select(InboxItem.inbox)))
    with leased(other, f"inbox:{marks.pop()}") as lease:
        assert lease is not None
        assert drain_in_turn(any_house.ctx).taken == 0
    assert drain_in_turn(any_house.ctx).taken == 1


@POSTGRES
def test_claims_run_by_the_databases_clock_and_a_wrong_clock_takes_no_work(pair: tuple[House, House]) -> None:
    one, _two = pair
    small_pages(one, 1)
    one.drain()
    document_id = one.document().id
    behind, ahead = (Context(one.ctx.settings, actor="other", clock=clock_off(minutes)) for minutes in (-4, 20))
    behind_settings = one.ctx.settings.run.model_copy(update={"claim_s": 60})
    behind.settings = one.ctx.settings.model_copy(update={"run": behind_settings})
    assert -241 < clock_skew(behind).total_seconds() < -239
    job = claim(behind, document_id, WORKABLE)
    assert job is not None
    assert claim(one.ctx, document_id, WORKABLE) is None, "by the clock of who took it, it would have run out"
    with pytest.raises(ClockSkewError):
        claim(ahead, document_id, WORKABLE)
    with pytest.raises(ClockSkewError):
        run_line(ahead, lambda ids: [process(ahead, id_) for id_ in ids])
    outcome = process(ahead, document_id)
    assert outcome is not None
    assert outcome.failure == "clock_skew"


@POSTGRES
def test_inboxes_of_two_machines_are_told_apart(pair: tuple[House, House]) -> None:
    one, two = pair
    for house in pair:
        page(house.record / "scan.png", size=(200, 100))
    two.record.rename(two.record.with_name("H41.99-260311-0002"))
    assert drain_in_turn(one.ctx).taken == 1
    assert drain_in_turn(two.ctx).taken == 1
    assert drain_in_turn(one.ctx).known == drain_in_turn(two.ctx).known == 1
    with one.ctx.ledger.reading() as session:
        assert session.scalars(select(InboxItem.outcome)).all() == ["taken", "taken"]
        places = set(session.scalars(select(Document.place)))
    assert places == {one.ctx.place, two.ctx.place}
    assert len(workable(one.ctx)) == len(workable(two.ctx)) == 1


@LINE
def test_what_is_stored_is_taken_over_from_a_silent_machine_and_the_rest_waits(pair: tuple[House, House]) -> None:
    one, two = pair
    page(one.record / "stored.png", seed=1)
    one.run()
    one.settle_questions()
    page(one.record / "only-there.png", seed=2)
    one.drain()
    come_to_work(two.ctx)
    assert len(workable(one.ctx)) == 2
    assert workable(two.ctx) == [], "its machine is at work"
    expire(one)
    (taken_over,) = workable(two.ctx)
    held = {view.name: (view.documents, view.only_there, view.is_silent) for view in list_machines(two.ctx)}
    assert held == {machine_of(one.ctx.worker): (2, 1, True), "may-2": (0, 0, True)}
    assert process(two.ctx, taken_over) is not None
    documents = {document.id: document.place for document in two.documents()}
    assert documents.pop(taken_over) == two.ctx.place
    assert list(documents.values()) == [one.ctx.place]


@LINE
def test_a_seal_that_only_a_lost_machine_had_is_made_anew_once_it_is_given_up(
    pair: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair
    page(one.record / "scan.png")
    one.run()
    one.settle_questions()
    one.run()
    for batch in waiting_batches(one.ctx):
        approve(one.ctx, batch.batch_id, is_test=True)
    with monkeypatch.context() as cut_off:
        cut_off.setattr("pipeline.runner.archive_document", lambda _job: DocumentState.SEALED)
        one.run()
    assert one.states() == [DocumentState.SEALED]
    expire(one)
    assert two.run().states == {}, "its signed bytes are on the other's disk"
    come_to_work(one.ctx)
    machine = machine_of(one.ctx.worker)
    with pytest.raises(MachineAtWorkError):
        give_up(two.ctx, machine)
    with pytest.raises(NotFoundError):
        give_up(two.ctx, "nobody")
    expire(one)
    assert give_up(two.ctx, machine) == [one.document().id]
    assert two.run().failures[0].code == SealedBytesLostError.code
    two.backfill()
    two.run(release=True)
    assert two.states() == [DocumentState.ARCHIVED]
    with two.ctx.ledger.reading() as session:
        kinds = list(session.scalars(select(Event.kind).order_by(Event.seq)))
    assert kinds.count("document.sealed") == 2
    assert "machine.given_up" in kinds


def test_a_run_that_looks_only_so_far_ahead_comes_to_every_document_once(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pages(any_house, 6)
    any_house.open(run={"batch_size": 1}, ledger=any_house.ctx.settings.ledger.model_dump())
    monkeypatch.setattr("pipeline.line.MOST_KNOWN", 2)
    tried: list[UUID] = []

    def in_vain(ids: list[UUID]) -> list[Outcome | None]:
        tried.extend(ids)
        return [Outcome(DocumentState.IN_WORK, "store_unreachable") for _id in ids]

    summary = run_line(any_house.ctx, in_vain)
    assert sorted(tried) == sorted(document.id for document in any_house.documents())
    assert [failed.documents for failed in summary.failures] == [6]


def test_the_folder_of_an_archived_document_goes_though_whoever_held_it_never_let_go(any_house: House) -> None:
    small_pages(any_house, 1)
    any_house.drain()
    ctx, document = any_house.ctx, any_house.document()
    with ctx.ledger.session() as session:
        session.execute(update(Document).values(state=DocumentState.REFUSED, claim_owner=ELSEWHERE))
    folder = staging_folder(ctx, document.id)
    for since, is_left in ((ctx.clock() + timedelta(hours=1), True), (datetime(2026, 1, 1, tzinfo=UTC), False)):
        with ctx.ledger.session() as session:
            session.execute(update(Document).values(claim_until=since))
        sweep(ctx)
        assert folder.exists() is is_left


@POSTGRES
def test_archiving_a_document_does_not_wait_for_an_intake_into_its_record_that_waits_for_it(
    pair: tuple[House, House],
) -> None:
    one, _two = pair
    small_pages(one, 1)
    one.drain()
    document = one.document()
    with one.ctx.ledger.session() as session:
        for state in (DocumentState.WAITING_RELEASE, DocumentState.SEALED):
            session.execute(update(Document).values(state=state))
    job = claim(one.ctx, document.id, WORKABLE)
    assert job is not None
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(1) as elsewhere:
        with one.ctx.ledger.session() as intake:
            intake.get_one(Record, document.record_id, with_for_update=True)
            archiving = elsewhere.submit(archive, job)
            while not intake.scalar(waits):
                time.sleep(0.05)
            events.append(
                intake,
                kind="record.open",
                actor="tester",
                subject_type="record",
                subject_id=str(document.record_id),
                at=one.ctx.clock(),
                payload={"documents": 1},
            )
        archiving.result(timeout=30)
    assert one.states() == [DocumentState.ARCHIVED]


def archive(job: Job) -> None:
    with job.commit() as session:
        rest(session, job, DocumentState.ARCHIVED)
