"""Flow `backfill`: missing and stale work redone, one backfill after the other, below new work."""

from prefect import State, flow, task, unmapped
from prefect.cache_policies import NO_CACHE

from flows.ending import batch_of, ended_batch, ended_document, ended_run
from flows.opening import context_for, opened
from flows.politeness import be_polite
from flows.threads import threads
from pipeline.backfill import PlannedWork, redo, work_off, work_off_waiting
from pipeline.backfill.redoing import StillDue
from pipeline.context import SCHEDULE, Context
from pipeline.outcome import Outcome, RunSummary


@task(name="redo", task_run_name="redo-{item.document_id}", retries=0, cache_policy=NO_CACHE)
def redo_one(item: PlannedWork, ctx: Context, is_still_due: StillDue) -> State[Outcome | None]:
    """Redo one document's planned work, in a thread that lets others go first."""
    be_polite()
    return ended_document(redo(ctx, item, is_still_due))


@flow(name="backfill")
def backfill(home: str, actor: str = SCHEDULE, number: int | None = None) -> State[RunSummary]:
    """Work one backfill off, or all that wait."""
    ctx = context_for(home, actor)

    @flow(name="backfill-batch", task_runner=threads(ctx), validate_parameters=False)
    def backfill_batch(documents: list[str]) -> State[list[Outcome | None]]:
        acting, is_still_due, items = in_hand[tuple(documents)]
        tasks = redo_one.map(items, unmapped(acting), unmapped(is_still_due))
        return ended_batch(tasks.result(raise_on_failure=False), len(items))

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
