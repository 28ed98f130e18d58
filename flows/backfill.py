"""Flow `backfill`: missing and stale work redone, by unit, period and stage."""

from datetime import date
from uuid import UUID

from prefect import State, flow, task, unmapped
from prefect.cache_policies import NO_CACHE

from flows.digitize import digitize_batch
from flows.ending import batch_of, ended_batch, ended_document, ended_run
from flows.opening import context_for, opened
from flows.threads import threads
from pipeline.backfill import BackfillScope, PlannedWork, redo, run_backfill
from pipeline.context import SCHEDULE, Context
from pipeline.outcome import Outcome, RunSummary


@task(name="redo", task_run_name="redo-{item.document_id}", retries=0, cache_policy=NO_CACHE)
def redo_one(item: PlannedWork, ctx: Context) -> State[Outcome | None]:
    """Redo one document's planned work."""
    return ended_document(redo(ctx, item))


@flow(name="backfill")
def backfill(
    home: str,
    actor: str = SCHEDULE,
    agency: str | None = None,
    level: str | None = None,
    first_day: str | None = None,
    last_day: str | None = None,
    stage: str | None = None,
) -> State[RunSummary]:
    """Redo what is missing or stale in a scope."""
    ctx = context_for(home, actor)
    scope = BackfillScope(agency, level, _day(first_day), _day(last_day), stage)
    runner = threads(ctx)

    @flow(name="backfill-batch", task_runner=runner, validate_parameters=False)
    def backfill_batch(documents: list[str]) -> State[list[Outcome | None]]:
        items = [planned[id_] for id_ in documents]
        return ended_batch(redo_one.map(items, unmapped(ctx)).result(raise_on_failure=False), len(items))

    planned: dict[str, PlannedWork] = {}

    def redo_many(items: list[PlannedWork]) -> list[Outcome | None]:
        planned.update({str(item.document_id): item for item in items})
        return batch_of(backfill_batch([str(item.document_id) for item in items], return_state=True), items)

    def work(documents: list[UUID]) -> list[Outcome | None]:
        batch_flow = digitize_batch.with_options(task_runner=runner)
        return batch_of(batch_flow([str(id_) for id_ in documents], home, actor, return_state=True), documents)

    def redone() -> RunSummary:
        ctx.open_shared()
        with opened(ctx):
            return run_backfill(ctx, scope, work, redo_many)

    return ended_run(redone, "backfill")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
