"""A backfill worked off chunk by chunk, from where the last process stopped."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from config.errors import SohoaError
from pipeline.backfill.desk import AtDesk, Desk, kept, take
from pipeline.backfill.giving_way import give_way
from pipeline.backfill.pace import estimate
from pipeline.backfill.planning import READING, PlannedWork, Search, plan_backfill
from pipeline.backfill.plans import (
    Asked,
    BackfillBusyError,
    BackfillEndedError,
    BackfillPausedError,
    Priority,
    keep_plan,
    waiting_plans,
)
from pipeline.backfill.redoing import StillDue
from pipeline.backfill.scope import BackfillScope
from pipeline.context import Context
from pipeline.event_chain import ensure_not_rolled_back, head_trouble
from pipeline.failures import is_installations
from pipeline.intake import IntakeCount
from pipeline.job import free_dead_claims
from pipeline.lease_clock import ensure_right_clock
from pipeline.line import batches_of
from pipeline.outcome import FailureCount, Outcome, RunSummary, count_failures, count_states
from storage.ledger.states import BackfillState

PAGES_A_WORKER = 10
"""So many pages to be read make a chunk for each worker: a person who pauses does not wait long."""
RedoMany = Callable[[Context, list[PlannedWork], StillDue], Sequence[Outcome | None]]
"""Redoes a chunk of planned work, several documents at a time."""


def run_backfill(ctx: Context, scope: BackfillScope, redo_many: RedoMany) -> RunSummary:
    """Plan a backfill and work it off here; nothing is kept of one with nothing to do.

    Raise as `plan_backfill` and `work_off`.
    """
    ensure_not_rolled_back(ctx)
    plan = plan_backfill(ctx, scope)
    if not plan.documents:
        return RunSummary(IntakeCount(), {}, 0)
    view = keep_plan(ctx, Asked(scope, plan, estimate(ctx, plan)))
    return work_off(ctx, view.number, redo_many)


def work_off(
    ctx: Context, number: int, redo_many: RedoMany, is_to_step_back: Callable[[], bool] = lambda: False
) -> RunSummary:
    """Work a backfill off until it is done, paused, cancelled or taken over; give what this process did.

    `is_to_step_back`: asked between two chunks of one that comes after new work, whether it is another one's turn.
    Raise ClockSkewError, LedgerRolledBackError or ChainBrokenError as `run_line` does, before anything is redone,
    BackfillBusyError when another process has it, BackfillPausedError or BackfillEndedError when it is not to be
    worked on.
    """
    ensure_right_clock(ctx)
    ensure_not_rolled_back(ctx)
    # What a process that was killed had in hand is free again.
    free_dead_claims(ctx)
    ctx.open_shared()
    desk = take(ctx, number)
    state = None
    try:
        run = _Run(ctx.acting_as(desk.actor), desk, redo_many, is_to_step_back)
        with kept(ctx, desk):
            state = run.to_the_end()
    finally:
        desk.leave(state)
    ctx.watcher.taken_on({})
    came_to = list(run.came_to.elements())
    return RunSummary(IntakeCount(), count_states(came_to), 0, run.trouble, count_failures(came_to))


def work_off_waiting(ctx: Context, redo_many: RedoMany) -> RunSummary:
    """Work off all backfills that wait, one after the other, those beside new work first; give what they came to.

    Raise as `work_off` what kept one from being worked on, once the others are.
    """
    states: Counter[str] = Counter()
    failures: Counter[tuple[str, str]] = Counter()
    trouble, stopped, tried = None, None, set[int]()
    while waiting := [number for number in waiting_plans(ctx) if number not in tried]:
        number = waiting[0]
        tried.add(number)
        has_hurry = partial(_has_hurry, ctx, tried)
        try:
            one = work_off(ctx, number, redo_many, has_hurry)
        except (BackfillBusyError, BackfillEndedError, BackfillPausedError):
            # Another process was quicker, or a person stopped it just now.
            continue
        except SohoaError as cause:
            # One that cannot be worked on, since its unit is no more, say, holds up no other.
            stopped = stopped or cause
            continue
        if has_hurry():
            # It stepped back, or might as well have: its turn comes again.
            tried.discard(number)
        states.update(one.states)
        failures.update({(failed.code, failed.state): failed.documents for failed in one.failures})
        trouble = one.trouble or trouble
    if stopped is not None:
        raise stopped
    told = tuple(FailureCount(code, state, count) for (code, state), count in failures.most_common())
    return RunSummary(IntakeCount(), dict(states), 0, trouble, told)


def _has_hurry(ctx: Context, tried: Collection[int]) -> bool:
    """Tell whether a backfill that is to go beside new work waits behind one that is not."""
    return any(number not in tried for number in waiting_plans(ctx, Priority.NORMAL))


class _Run:
    """One process's work on a backfill."""

    def __init__(self, ctx: Context, desk: Desk, redo_many: RedoMany, is_to_step_back: Callable[[], bool]) -> None:
        self.came_to: Counter[Outcome] = Counter()
        self.trouble: str | None = None
        self._watch = AtDesk(ctx, desk, ctx.watcher)
        ctx.watcher = self._watch
        self._ctx, self._desk, self._redo_many = ctx, desk, redo_many
        self._search = Search(ctx, desk.scope)
        self._is_to_step_back = is_to_step_back
        self._is_last_look = self._stepped_back = False
        self._since_head, self._batches = 0, set[UUID]()

    def to_the_end(self) -> BackfillState | None:
        """Go through the scope once, and again where something was left; give the state it goes to.

        It waits again where it stepped back; None: whoever stopped it has said, or it was stopped by trouble.
        """
        try:
            if self._is_through():
                return BackfillState.DONE
            return BackfillState.PLANNED if self._stepped_back else None
        finally:
            self._seal_head()

    def _is_through(self) -> bool:
        if not self._through(self._search.found(self._desk.reached)):
            return False
        if not self._desk.left:
            return True
        self._desk.begin_again()
        self._is_last_look = True
        self.came_to = Counter({one: count for one, count in self.came_to.items() if one.failure is None})
        return self._through(self._search.found())

    def _through(self, found: Iterator[PlannedWork]) -> bool:
        for chunk in self._chunks(found):
            self._stepped_back = self._desk.priority == Priority.LOW and self._is_to_step_back()
            if self._stepped_back:
                return False
            if not give_way(self._ctx, self._desk) or not self._do(chunk):
                return False
        # Stopped at its very end it is stopped all the same.
        return self._desk.may_go_on()

    def _do(self, chunk: list[PlannedWork]) -> bool:
        """Redo a chunk; tell whether the next may follow: nothing of it could be done where the installation fails."""
        self._ctx.batch_checks.begin_anew()
        self._ctx.watcher.taken_on({item.document_id: item.pages for item in chunk})
        self._watch.begin(chunk)
        began = self._ctx.clock()
        outcomes = list(self._redo_many(self._ctx, chunk, self._is_still_due))
        told = [outcome for outcome in outcomes if outcome is not None]
        hindered = {outcome for outcome in told if is_installations(outcome.failure)}
        if told and hindered.issuperset(told):
            # Else it would run through a million documents in no time, and count them all as failed.
            self.came_to.update(told)
            return False
        if not self._is_last_look:
            outcomes = [None if outcome in hindered else outcome for outcome in outcomes]
        self._desk.note(chunk, outcomes, (self._ctx.clock() - began).total_seconds())
        self.came_to.update(outcome for outcome in outcomes if outcome is not None)
        self._batches.update(batches_of(self._ctx, [item.document_id for item in chunk]))
        self._since_head += len(chunk)
        if self._since_head >= self._ctx.settings.run.batch_size:
            self._seal_head()
        return True

    def _seal_head(self) -> None:
        self.trouble = head_trouble(self._ctx, sorted(self._batches))
        self._since_head = 0
        if self.trouble is None:
            self._batches.clear()

    def _is_still_due(self, item: PlannedWork) -> bool:
        return self._search.due_of(item.document_id) is not None

    def _chunks(self, found: Iterator[PlannedWork]) -> Iterator[list[PlannedWork]]:
        """Cut the work into chunks, each found only when it is come to: others may have done it by then.

        What has ended whoever worked on it goes by itself, as it may end all beside it.
        """
        run = self._ctx.settings.run
        chunk: list[PlannedWork] = []
        pages = 0
        limit = self._desk.scope.limit
        for planned in found:
            item = replace(planned, reissued_by=self._desk.id) if self._desk.scope.reissue else planned
            if limit is not None and self._desk.finished + len(chunk) >= limit:
                break
            if item.has_troubled and chunk:
                yield chunk
                chunk, pages = [], 0
            chunk.append(item)
            pages += item.pages if READING.intersection(item.stages) else 0
            is_full = len(chunk) >= run.batch_size or pages >= PAGES_A_WORKER * run.workers
            if is_full or item.has_troubled:
                yield chunk
                chunk, pages = [], 0
        if chunk:
            yield chunk
