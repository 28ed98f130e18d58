"""Flow `backfill`: missing and stale work redone, one backfill after the other, below new work."""

from collections.abc import Iterable

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE

from flows.ending import batch_of, ended_batch, ended_run, ended_task
from flows.opening import context_for, opened
from flows.politeness import be_polite
from flows.threads import piles, threads
from pipeline.backfill import PlannedWork, redo, work_off, work_off_waiting
from pipeline.backfill.redoing import StillDue
from pipeline.context import SCHEDULE, Context
from pipeline.outcome import Outcome, RunSummary


@task(name="redo", retries=0, cache_policy=NO_CACHE)
def redo_some(
    items: Iterable[PlannedWork], ctx: Context, is_still_due: StillDue
) -> State[dict[PlannedWork, Outcome | None]]:
    """Redo the planned work of documents, in a thread that lets others go first."""
    be_polite()
    return ended_task({item: redo(ctx, item, is_still_due) for item in items})


@flow(name="backfill")
def backfill(home: str, actor: str = SCHEDULE, number: int | None = None) -> State[RunSummary]:
    """Work one backfill off, or all that wait."""
    ctx = context_for(home, actor)

    @flow(name="backfill-batch", task_runner=threads(ctx), validate_parameters=False)
    def backfill_batch(documents: list[str]) -> State[list[Outcome | None]]:
        acting, is_still_due, items = in_hand[tuple(documents)]
        tasks = [redo_some.submit(pile, acting, is_still_due) for pile in piles(ctx, items)]
        return ended_batch([task.result(raise_on_failure=False) for task in tasks], items)

    in_hand: dict[tuple[str, ...], tuple[Context, StillDue, list[PlannedWork]]] = {}

    def redo_many(acting: Context, items: list[PlannedWork], is_still_due: StillDue) -> list[Outcome | None]:
        # A batch's parameters, which Prefect keeps, are ids; what the work is stays here.
        documents = [str(item.document_id) for item in items]
        in_hand.clear()
        in_hand[tuple(documents)] = (acting, is_still_due, items)
        return batch_of(backfill_batch(documents, return_state=True), items)

    def redone() -> RunSummary:
        with opened(ctx):
            return work_off_waiting(ctx, redo_many) if number is None else work_off(ctx, number, redo_many)

    return ended_run(redone, "backfill")
