"""A backfill worked off chunk by chunk, from where the last process stopped."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from pipeline.backfill.desk import AtDesk, Desk, kept, take
from pipeline.backfill.giving_way import give_way
from pipeline.backfill.pace import estimate
from pipeline.backfill.planning import READING, PlannedWork, Search, plan_backfill
from pipeline.backfill.plans import (
    Asked,
    BackfillBusyError,
    BackfillEndedError,
    BackfillPausedError,
    keep_plan,
    waiting_plans,
)
from pipeline.backfill.redoing import StillDue
from pipeline.backfill.scope import BackfillScope
from pipeline.context import Context
from pipeline.event_chain import ensure_not_rolled_back, head_trouble
from pipeline.intake import IntakeCount
from pipeline.job import free_dead_claims
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


def work_off(ctx: Context, number: int, redo_many: RedoMany) -> RunSummary:
    """Work a backfill off until it is done, paused, cancelled or taken over; give what this process did.

    Raise LedgerRolledBackError or ChainBrokenError as `run_line` does, before anything is redone, BackfillBusyError
    when another process has it, BackfillPausedError or BackfillEndedError when it is not to be worked on.
    """
    ensure_not_rolled_back(ctx)
    # What a process that was killed had in hand is free again.
    free_dead_claims(ctx)
    ctx.open_shared()
    desk = take(ctx, number)
    state, busy = None, 0
    try:
        run = _Run(ctx.acting_as(desk.actor), desk, redo_many)
        with kept(ctx, desk):
            state = run.to_the_end()
        busy = len(run.busy)
    finally:
        desk.leave(state, busy)
    ctx.watcher.taken_on({})
    came_to = list(run.came_to.elements())
    return RunSummary(IntakeCount(), count_states(came_to), 0, run.trouble, count_failures(came_to))


def work_off_waiting(ctx: Context, redo_many: RedoMany) -> RunSummary:
    """Work off all backfills that wait, one after the other; give what they came to together. Raise as `work_off`."""
    states: Counter[str] = Counter()
    failures: Counter[tuple[str, str]] = Counter()
    trouble, tried = None, set[int]()
    while waiting := [number for number in waiting_plans(ctx) if number not in tried]:
        tried.add(waiting[0])
        try:
            one = work_off(ctx, waiting[0], redo_many)
        except (BackfillBusyError, BackfillEndedError, BackfillPausedError):
            # Another process was quicker, or a person stopped it just now.
            continue
        states.update(one.states)
        failures.update({(failed.code, failed.state): failed.documents for failed in one.failures})
        trouble = one.trouble or trouble
    told = tuple(FailureCount(code, state, count) for (code, state), count in failures.most_common())
    return RunSummary(IntakeCount(), dict(states), 0, trouble, told)


class _Run:
    """One process's work on a backfill."""

    def __init__(self, ctx: Context, desk: Desk, redo_many: RedoMany) -> None:
        self.came_to: Counter[Outcome] = Counter()
        self.busy: list[UUID] = []
        self.trouble: str | None = None
        self._watch = AtDesk(ctx, desk, ctx.watcher)
        ctx.watcher = self._watch
        self._ctx, self._desk, self._redo_many = ctx, desk, redo_many
        self._search = Search(ctx, desk.scope)
        self._under_no_head: list[UUID] = []

    def to_the_end(self) -> BackfillState | None:
        """Go through the scope once, then to what others held meanwhile; None when it was stopped before."""
        try:
            return self._to_the_end()
        finally:
            self._seal_head()

    def _to_the_end(self) -> BackfillState | None:
        if not self._through(self._chunks(self._search.found(self._desk.reached))):
            return None
        held, self.busy = self.busy, []
        if held and not self._through(self._chunks(self._search.found(None, held))):
            return None
        return BackfillState.DONE

    def _through(self, chunks: Iterator[list[PlannedWork]]) -> bool:
        for chunk in chunks:
            if not give_way(self._ctx, self._desk):
                return False
            self._do(chunk)
        # Stopped at its very end it is stopped all the same.
        return self._desk.may_go_on()

    def _do(self, chunk: list[PlannedWork]) -> None:
        self._ctx.batch_checks.begin_anew()
        self._ctx.watcher.taken_on({item.document_id: item.pages for item in chunk})
        self._watch.begin(chunk)
        began = self._ctx.clock()
        outcomes = list(self._redo_many(self._ctx, chunk, self._is_still_due))
        self._desk.note(chunk, outcomes, (self._ctx.clock() - began).total_seconds())
        self.came_to.update(outcome for outcome in outcomes if outcome is not None)
        self.busy += [item.document_id for item, outcome in zip(chunk, outcomes, strict=True) if outcome is None]
        self._under_no_head += [item.document_id for item in chunk]
        if len(self._under_no_head) >= self._ctx.settings.run.batch_size:
            self._seal_head()

    def _seal_head(self) -> None:
        self.trouble = head_trouble(self._ctx, batches_of(self._ctx, self._under_no_head))
        if self.trouble is None:
            self._under_no_head.clear()

    def _is_still_due(self, item: PlannedWork) -> bool:
        return self._search.due_of(item.document_id) is not None

    def _chunks(self, found: Iterator[PlannedWork]) -> Iterator[list[PlannedWork]]:
        """Cut the work into chunks, each found only when it is come to: others may have done it by then."""
        run = self._ctx.settings.run
        chunk: list[PlannedWork] = []
        pages = 0
        limit = self._desk.scope.limit
        for planned in found:
            item = replace(planned, reissued_by=self._desk.id) if self._desk.scope.reissue else planned
            if limit is not None and self._desk.finished + len(chunk) >= limit:
                break
            chunk.append(item)
            pages += item.pages if READING.intersection(item.stages) else 0
            if len(chunk) >= run.batch_size or pages >= PAGES_A_WORKER * run.workers:
                yield chunk
                chunk, pages = [], 0
        if chunk:
            yield chunk
