"""Backfills as an administrator handles them: planned, paused, resumed, interrupted, cancelled, after new work."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from pipeline.backfill import BackfillScope, PlannedWork, plan_backfill, run_backfill, work_off, work_off_waiting
from pipeline.backfill import giving_way as giving_way_module
from pipeline.backfill.desk import take
from pipeline.backfill.giving_way import give_way, new_work
from pipeline.backfill.pace import HERE, SHIPPED, estimate
from pipeline.backfill.plans import (
    Asked,
    BackfillBusyError,
    BackfillEndedError,
    BackfillPausedError,
    BackfillView,
    Priority,
    UnknownBackfillError,
    cancel_plan,
    find_plan,
    keep_plan,
    list_plans,
    pause_plan,
    resume_plan,
    waiting_plans,
)
from pipeline.backfill.redoing import StillDue
from pipeline.backfill.types import UnknownTypeError, type_named
from pipeline.backfill.wording import progress_text, state_text
from pipeline.context import Context
from pipeline.outcome import Outcome
from pipeline.stages import extract, recognize
from storage.ledger.models import Backfill, Document, Event, StageRun
from storage.ledger.states import BackfillState, DocumentState
from tests.integration.pipeline.house import AGENCY, OTHER_AGENCY, OWN_TYPE, House, copy_of, redo_each

pytestmark = pytest.mark.needs("tesseract", "poppler")


@pytest.fixture
def house(stock_home: Path, tmp_path: Path) -> Iterator[House]:
    one = copy_of(stock_home, tmp_path / "home")
    yield one
    one.ctx.ledger.close()


@pytest.fixture
def stale(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The fields of all three documents would be extracted otherwise today."""
    monkeypatch.setattr(extract, "EXTRACT_VERSION", "next")
    return house


def ask(house: House, scope: BackfillScope | None = None, **more: Any) -> BackfillView:
    scope = scope or BackfillScope()
    plan = plan_backfill(house.ctx, scope)
    return keep_plan(house.ctx, Asked(scope, plan, estimate(house.ctx, plan), **more))


def due(house: House, **scope: Any) -> dict[str, int]:
    return dict(plan_backfill(house.ctx, BackfillScope(**scope)).by_stage)


def extractions(house: House) -> int:
    """How often fields were extracted, as the log has it."""
    with house.ctx.ledger.reading() as session:
        return session.scalar(select(func.count()).where(Event.kind == "stage.extract")) or 0


# What makes what stale ------------------------------------------------------------------------------------------


def test_another_model_makes_every_reading_stale_and_all_that_builds_on_it(house: House) -> None:
    engine = house.ctx.engine
    house.ctx.__dict__["engine"] = type("Other", (), {"identity": engine.identity + "-next"})()
    assert due(house) == {"recognize": 3, "assemble": 1, "extract": 3}
    assert due(house, stage="extract") == {}, "the rules for fields are the same"


def test_a_changed_template_makes_the_documents_of_its_type_stale_alone(house: House) -> None:
    (house.home / "document_types" / "tieng_cuoi.toml").write_text(OWN_TYPE.replace("Số tiếng", "Số lần"), "utf-8")
    assert due(house) == {"extract": 1}
    assert due(house, unit=OTHER_AGENCY) == {"extract": 1}
    assert due(house, unit=AGENCY) == {}


@pytest.mark.parametrize(
    ("settings", "stages"),
    [
        ({"review": {"wrong_share": 0.01}}, {"extract": 3}),
        ({"ocr": {"drop_blank_pages": True}}, {"assemble": 1}),
        ({"ocr": {"lane": "careful"}}, {"assemble": 1}),
        ({"ocr": {"engine": "pytesseract"}}, {"recognize": 3, "assemble": 1, "extract": 3}),
        ({"ocr": {"page_timeout_s": 60.0}}, {}),
        ({"run": {"workers": 1, "batch_size": 7}}, {}),
        ({"review": {"sample_least": 9}}, {}),
        ({"inbox": {"stable_after_s": 0, "max_pages": 3}}, {}),
        ({"signing": {"renew_days": 10}}, {}),
    ],
    ids=["wrong share", "blank pages", "lane", "engine", "time-out", "workers", "sample", "inbox", "signing"],
)
def test_a_setting_makes_stale_what_depends_on_it_and_nothing_else(
    house: House, settings: dict[str, Any], stages: dict[str, int]
) -> None:
    house.open(**settings)
    assert due(house) == stages


def test_a_run_cut_off_between_reading_and_fields_is_found_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognize, "READ_VERSION", "next")
    with monkeypatch.context() as cut:
        cut.setattr("pipeline.backfill.redoing.EXTRACT", None)
        assert house.backfill(BackfillScope(unit=AGENCY, limit=1)).has_failures
    with house.ctx.ledger.session() as session:
        # As if the words had come out otherwise, which they may.
        session.execute(update(StageRun).where(StageRun.stage_version == "next").values(output_sha256="0" * 64))
    assert due(house, unit=AGENCY) == {"recognize": 1, "extract": 2}


# The scope -------------------------------------------------------------------------------------------------------


def test_a_unit_is_an_agency_with_those_under_it(stale: House) -> None:
    assert due(stale, unit="H41.90") == {"extract": 2}


def test_a_type_is_named_by_key_or_name_in_any_spelling(stale: House) -> None:
    for typed in ("TB", "thông báo", "THONG BAO", "Notice"):
        assert due(stale, type_code=type_named(stale.ctx, typed)) == {"extract": 2}
    with pytest.raises(UnknownTypeError, match=r"Thông báo|Notice"):
        type_named(stale.ctx, "Thông báoo")


def test_stale_only_leaves_what_is_missing_and_what_got_stuck(stale: House) -> None:
    with stale.ctx.ledger.session() as session:
        session.execute(update(Document).where(Document.agency_code == OTHER_AGENCY).values(state=DocumentState.STUCK))
        session.execute(delete(StageRun).where(StageRun.stage == "extract"))
    assert due(stale) == {"extract": 3}
    assert due(stale, stale_only=True) == {}


def test_no_more_than_the_limit_is_planned_and_redone(stale: House) -> None:
    assert plan_backfill(stale.ctx, BackfillScope(limit=2)).documents == 2
    stale.backfill(BackfillScope(limit=2))
    assert due(stale) == {"extract": 1}


# Planned, done, idempotent ----------------------------------------------------------------------------------------


def test_what_was_done_is_written_down_and_a_second_run_finds_nothing(stale: House) -> None:
    stale.backfill()
    (view,) = list_plans(stale.ctx, with_ended=True)
    assert (view.state, view.done, view.failed, view.pages_done) == (BackfillState.DONE, 3, 0, 3)
    assert list_plans(stale.ctx) == []
    before = extractions(stale)
    stale.backfill()
    assert extractions(stale) == before
    assert len(list_plans(stale.ctx, with_ended=True)) == 1
    with stale.ctx.ledger.reading() as session:
        told = session.execute(
            select(Event.kind, Event.payload).where(Event.subject_type == "backfill").order_by(Event.seq)
        ).all()
    assert [row.kind for row in told] == ["backfill.planned", "backfill.done"]
    assert told[-1].payload == {"number": 1, "documents": 3, "done": 3, "failed": 0}


def test_a_backfill_that_was_killed_goes_on_where_it_stopped(stale: House) -> None:
    ask(stale)
    stale.open(run={"batch_size": 1})

    class KilledError(BaseException):
        """The process is gone."""

    def killed(ctx: Context, items: list[PlannedWork], is_still_due: StillDue) -> list[Outcome | None]:
        if find_plan(ctx, 1).done:
            raise KilledError
        return redo_each(ctx, items, is_still_due)

    with pytest.raises(KilledError):
        work_off(stale.ctx, 1, killed)
    with stale.ctx.ledger.session() as session:
        # The process itself could tidy up; one that is killed leaves its claim behind.
        session.execute(
            update(Backfill).values(claim_owner="elsewhere:x:1:1", claim_until=stale.ctx.clock() - timedelta(seconds=1))
        )
    left = find_plan(stale.ctx, 1)
    assert (left.state, left.done, left.is_interrupted) == (BackfillState.RUNNING, 1, True)
    assert waiting_plans(stale.ctx) == [1]
    before = extractions(stale)
    assert sum(work_off_waiting(stale.ctx, redo_each).states.values()) == 2
    assert extractions(stale) == before + 2
    assert (find_plan(stale.ctx, 1).done, find_plan(stale.ctx, 1).state) == (3, BackfillState.DONE)


def test_the_same_scope_asked_for_again_is_the_same_backfill(stale: House) -> None:
    assert ask(stale).number == ask(stale).number == 1
    assert ask(stale, BackfillScope(limit=1)).number == 2
    pause_plan(stale.ctx, 1)
    with pytest.raises(BackfillPausedError):
        ask(stale)


def test_a_paused_backfill_stops_after_the_documents_in_hand_and_goes_on_when_resumed(stale: House) -> None:
    stale.open(run={"batch_size": 1})
    ask(stale)

    def pausing(ctx: Context, items: list[PlannedWork], is_still_due: StillDue) -> list[Outcome | None]:
        pause_plan(ctx, 1)
        assert "dở tay" in state_text(find_plan(ctx, 1)) or "in hand" in state_text(find_plan(ctx, 1))
        return redo_each(ctx, items, is_still_due)

    work_off(stale.ctx, 1, pausing)
    view = find_plan(stale.ctx, 1)
    assert (view.state, view.done, view.is_at_work) == (BackfillState.PAUSED, 1, False)
    assert waiting_plans(stale.ctx) == []
    with pytest.raises(BackfillPausedError):
        work_off(stale.ctx, 1, redo_each)
    resume_plan(stale.ctx, 1)
    work_off(stale.ctx, 1, redo_each)
    assert (find_plan(stale.ctx, 1).state, find_plan(stale.ctx, 1).done) == (BackfillState.DONE, 3)


def test_a_cancelled_backfill_is_over_and_what_it_did_stays(stale: House) -> None:
    stale.open(run={"batch_size": 1})
    ask(stale)

    def cancelling(ctx: Context, items: list[PlannedWork], is_still_due: StillDue) -> list[Outcome | None]:
        cancel_plan(ctx, 1)
        return redo_each(ctx, items, is_still_due)

    work_off(stale.ctx, 1, cancelling)
    assert find_plan(stale.ctx, 1).state is BackfillState.CANCELLED
    assert due(stale) == {"extract": 2}
    for change in (pause_plan, resume_plan, cancel_plan):
        with pytest.raises(BackfillEndedError):
            change(stale.ctx, 1)
    with pytest.raises(UnknownBackfillError):
        find_plan(stale.ctx, 2)


# Two at once --------------------------------------------------------------------------------------------------------


def test_two_backfills_of_the_same_documents_do_the_work_once(stale: House) -> None:
    before = extractions(stale)
    others: list[int] = []

    def with_another(ctx: Context, items: list[PlannedWork], is_still_due: StillDue) -> list[Outcome | None]:
        others.append(sum(run_backfill(stale.ctx, BackfillScope(level="commune"), redo_each).states.values()))
        return redo_each(ctx, items, is_still_due)

    run_backfill(stale.ctx, BackfillScope(), with_another)
    assert others == [2]
    assert extractions(stale) == before + 3


def test_one_process_at_a_time_works_on_a_backfill(stale: House) -> None:
    ask(stale)
    desk = take(stale.ctx, 1)
    with pytest.raises(BackfillBusyError):
        take(stale.ctx, 1)
    assert desk.may_go_on()
    with stale.ctx.ledger.session() as session:
        session.execute(update(Backfill).values(claim_until=stale.ctx.clock() - timedelta(seconds=1)))
    later = take(stale.ctx, 1)
    assert not desk.may_go_on(), "what was taken over is not gone on with"
    assert later.may_go_on()


def test_what_other_work_holds_to_the_end_is_counted_as_left(stale: House) -> None:
    with stale.ctx.ledger.session() as session:
        session.execute(
            update(Document)
            .where(Document.agency_code == OTHER_AGENCY)
            .values(claim_owner="elsewhere:x:1:1", claim_until=stale.ctx.clock() + timedelta(hours=1))
        )
    ask(stale, priority=Priority.NORMAL)
    work_off(stale.ctx, 1, redo_each)
    view = find_plan(stale.ctx, 1)
    assert (view.done, view.busy, view.state) == (2, 1, BackfillState.DONE)
    assert due(stale) == {"extract": 1}


# New work first -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("priority", list(Priority), ids=str)
def test_a_backfill_stands_aside_while_new_documents_are_worked_on_unless_it_is_to_go_beside(
    stale: House, priority: Priority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving_way_module, "QUIET_FOR", timedelta(seconds=15))
    ask(stale, priority=priority)
    desk = take(stale.ctx, 1)
    moments = iter(range(1000))
    start = stale.ctx.clock()
    stale.ctx.clock = lambda: start + timedelta(seconds=next(moments))
    hold(stale, "elsewhere:x:1:1")
    assert new_work(stale.ctx) == 1
    waits: list[str] = []

    def wait(_seconds: float) -> None:
        waits.append(progress_text(find_plan(stale.ctx, 1)))
        if len(waits) == 2:
            hold(stale, None)

    assert give_way(stale.ctx, desk, wait)
    if priority is Priority.NORMAL:
        assert waits == []
    else:
        assert len(waits) > 2, "a breath between two batches is not the end of new work"
        assert all("nhường" in one or "new documents" in one for one in waits)
    assert find_plan(stale.ctx, 1).aside_since is None


def hold(house: House, owner: str | None) -> None:
    until = house.ctx.clock() + timedelta(hours=1) if owner else None
    with house.ctx.ledger.session() as session:
        session.execute(
            update(Document).where(Document.agency_code == OTHER_AGENCY).values(claim_owner=owner, claim_until=until)
        )


# What it takes --------------------------------------------------------------------------------------------------------


def test_an_estimate_says_what_it_rests_on_and_what_it_costs(stale: House) -> None:
    plan = plan_backfill(stale.ctx, BackfillScope())
    shipped = estimate(stale.ctx, plan)
    assert (shipped.basis, shipped.money) == (SHIPPED, None)
    assert shipped.cpu_s > 0
    with stale.ctx.ledger.session() as session:
        session.execute(update(Document).values(page_count=10))
        session.execute(update(StageRun).values(cpu_s=5.0))
    stale.open(run={"workers": 4, "cpu_hour_price": 3600.0, "page_price": 2.0})
    plan = plan_backfill(stale.ctx, BackfillScope())
    here = estimate(stale.ctx, plan)
    # Half a second a page at one stage, and at two more for what is sealed.
    assert (here.basis, here.cpu_s, here.measured_pages) == (HERE, 0.5 * 30 + 2 * 0.5 * 20, 30)
    assert here.money == 30 * 2 + 35


def test_a_scope_is_kept_as_it_was_asked_for() -> None:
    given = {"unit": "17005", "level": "commune", "type_code": "TB", "stage": "extract", "stale_only": True, "limit": 3}
    scope = BackfillScope(**given)  # type: ignore[arg-type]
    assert BackfillScope.from_json(scope.as_json()) == scope
    assert {field.name for field in dataclasses.fields(scope)} >= set(given)
