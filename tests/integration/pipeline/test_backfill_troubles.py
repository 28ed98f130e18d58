"""Backfills on hard days: the installation fails, a page kills its reader, others hold documents, more wait in line."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from config.errors import LedgerBusyError, NotFoundError, StoreUnreachableError
from pipeline.backfill import BackfillScope, PlannedWork, plan_backfill, work_off, work_off_waiting
from pipeline.backfill.desk import Desk, take
from pipeline.backfill.pace import estimate
from pipeline.backfill.plans import Asked, Priority, find_plan, keep_plan, pause_plan, resume_plan
from pipeline.backfill.redoing import StillDue
from pipeline.context import Context
from pipeline.failures import MOST_TRIES, WorkersEndedError
from pipeline.outcome import Outcome
from pipeline.stages import extract
from storage.ledger.models import Backfill, Document
from storage.ledger.states import BackfillState, DocumentState
from tests.integration.pipeline.house import House, copy_of, redo_each

pytestmark = pytest.mark.needs("tesseract", "poppler")
UNREACHABLE = Outcome(DocumentState.ARCHIVED, StoreUnreachableError.code)


@pytest.fixture
def stale(stock_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """The fields of all three documents would be extracted otherwise today; each is a chunk of its own."""
    monkeypatch.setattr(extract, "EXTRACT_VERSION", "next")
    house = copy_of(stock_home, tmp_path / "home")
    house.open(run={"batch_size": 1})
    yield house
    house.ctx.ledger.close()


def ask(house: House, scope: BackfillScope | None = None, priority: Priority = Priority.NORMAL) -> int:
    scope = scope or BackfillScope()
    plan = plan_backfill(house.ctx, scope)
    return keep_plan(house.ctx, Asked(scope, plan, estimate(house.ctx, plan), priority)).number


def counts(house: House, number: int = 1) -> tuple[BackfillState, int, int, int]:
    """Give where a backfill stands: its state, and how many are done, failed and left."""
    view = find_plan(house.ctx, number)
    return view.state, view.done, view.failed, view.busy


def first_of(house: House) -> UUID:
    with house.ctx.ledger.reading() as session:
        return session.scalars(select(Document.id).order_by(Document.id)).first() or UUID(int=0)


class Hindered:
    """Redoes documents but for the first few, which meet a store that does not answer."""

    def __init__(self, times: int) -> None:
        self.times, self.chunks = times, list[list[UUID]]()

    def __call__(self, ctx: Context, items: list[PlannedWork], is_still_due: StillDue) -> Sequence[Outcome | None]:
        self.chunks.append([item.document_id for item in items])
        met = items[: self.times]
        self.times -= len(met)
        return [UNREACHABLE] * len(met) + list(redo_each(ctx, items[len(met) :], is_still_due))


def test_a_backfill_stops_where_the_installation_fails_and_goes_on_from_there(stale: House) -> None:
    ask(stale)
    summary = work_off(stale.ctx, 1, Hindered(1))
    assert [failed.code for failed in summary.failures] == [StoreUnreachableError.code]
    assert counts(stale) == (BackfillState.RUNNING, 0, 0, 0), "the other two were not counted as failed in no time"
    assert find_plan(stale.ctx, 1).is_interrupted
    assert not work_off_waiting(stale.ctx, redo_each).has_failures
    assert counts(stale) == (BackfillState.DONE, 3, 0, 0)


def test_what_met_a_failing_installation_beside_others_is_come_to_again_at_the_end(stale: House) -> None:
    stale.open(run={"batch_size": 3})
    ask(stale)
    hindered = Hindered(1)
    assert not work_off(stale.ctx, 1, hindered).has_failures
    assert [len(chunk) for chunk in hindered.chunks] == [3, 1]
    assert counts(stale) == (BackfillState.DONE, 3, 0, 0)


def test_what_others_held_is_come_to_after_a_pause_too(stale: House) -> None:
    ask(stale)
    hold(stale, "elsewhere:x:1:1")

    def pausing(ctx: Context, items: list[PlannedWork], is_still_due: StillDue) -> list[Outcome | None]:
        pause_plan(ctx, 1)
        return redo_each(ctx, items, is_still_due)

    work_off(stale.ctx, 1, pausing)
    assert counts(stale) == (BackfillState.PAUSED, 0, 0, 1), "it is not forgotten with the process that met it"
    hold(stale, None)
    resume_plan(stale.ctx, 1)
    work_off(stale.ctx, 1, redo_each)
    assert counts(stale) == (BackfillState.DONE, 3, 0, 0)


def hold(house: House, owner: str | None) -> None:
    until = house.ctx.clock() + timedelta(hours=1) if owner else None
    with house.ctx.ledger.session() as session:
        held = update(Document).where(Document.id == first_of(house))
        session.execute(held.values(claim_owner=owner, claim_until=until))


def test_an_archived_document_that_ended_its_workers_is_left_alone_and_tried_anew_by_the_next_backfill(
    stale: House,
) -> None:
    stale.open(run={"batch_size": 3})
    with stale.ctx.ledger.session() as session:
        session.execute(update(Document).where(Document.id == first_of(stale)).values(tries=MOST_TRIES))
    ask(stale)
    chunks = Hindered(0)
    work_off(stale.ctx, 1, chunks)
    assert [len(chunk) for chunk in chunks.chunks] == [1, 2], "what ends its worker goes by itself"
    assert counts(stale) == (BackfillState.DONE, 2, 1, 0)
    assert find_plan(stale.ctx, 1).failures == {WorkersEndedError.code: 1}
    assert not work_off(stale.ctx, ask(stale), redo_each).has_failures
    assert counts(stale, 2) == (BackfillState.DONE, 1, 0, 0)
    assert plan_backfill(stale.ctx, BackfillScope()).documents == 0


def test_a_paused_backfill_is_held_until_the_documents_in_hand_are_done(stale: House) -> None:
    ask(stale)
    desk = take(stale.ctx, 1)
    pause_plan(stale.ctx, 1)
    assert desk.hold_on()
    assert not desk.may_go_on()
    assert find_plan(stale.ctx, 1).is_at_work
    resume_plan(stale.ctx, 1)
    assert desk.hold_on()
    assert desk.may_go_on()
    with stale.ctx.ledger.session() as session:
        session.execute(update(Backfill).values(claim_until=stale.ctx.clock() - timedelta(seconds=1)))
    take(stale.ctx, 1)
    assert not desk.hold_on(), "another process has it"


def test_progress_that_cannot_be_noted_fails_no_document(stale: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise LedgerBusyError(cause="-")

    monkeypatch.setattr(Desk, "note_within", busy)
    monkeypatch.setattr("pipeline.backfill.desk.NOTED_EACH_S", 0.0)
    ask(stale)
    assert not work_off(stale.ctx, 1, redo_each).has_failures
    assert counts(stale) == (BackfillState.DONE, 3, 0, 0)
    assert isinstance(stale.notices.causes["1"], LedgerBusyError)


def test_a_backfill_that_cannot_be_worked_on_holds_up_no_other(stale: House) -> None:
    ask(stale, BackfillScope(limit=1))
    with stale.ctx.ledger.session() as session:
        session.execute(update(Backfill).values(scope={"unit": "H41.77"}))
    ask(stale)
    with pytest.raises(NotFoundError):
        work_off_waiting(stale.ctx, redo_each)
    assert counts(stale, 2) == (BackfillState.DONE, 3, 0, 0)


def test_a_backfill_after_new_work_steps_back_for_one_that_is_to_go_beside_it(stale: House) -> None:
    ask(stale, priority=Priority.LOW)
    order: list[int] = []

    def asking_for_another(ctx: Context, items: list[PlannedWork], is_still_due: StillDue) -> list[Outcome | None]:
        if not order:
            ask(stale, BackfillScope(limit=1), Priority.NORMAL)
        order.append(next(n for n in (1, 2) if find_plan(ctx, n).is_at_work))
        return redo_each(ctx, items, is_still_due)

    work_off_waiting(stale.ctx, asking_for_another)
    assert order == [1, 2, 1]
    assert counts(stale, 1) == (BackfillState.DONE, 2, 0, 0)
    assert counts(stale, 2) == (BackfillState.DONE, 1, 0, 0)
