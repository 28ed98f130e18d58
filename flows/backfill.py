"""Flow `backfill`: missing and stale work redone, by unit, period and stage."""

from datetime import date
from uuid import UUID

from prefect import flow, task, unmapped
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.digitize import digitize_batch
from flows.opening import context_for, opened
from flows.threads import threads
from pipeline.backfill import BackfillScope, PlannedWork, redo, run_backfill
from pipeline.context import Context
from pipeline.outcome import Outcome, RunSummary


@task(name="redo", retries=0, cache_policy=NO_CACHE)
def redo_one(item: PlannedWork, ctx: Context) -> Outcome | None:
    """Redo one document's planned work."""
    return redo(ctx, item)


@flow(name="backfill")
def backfill(
    home: str,
    actor: str = "schedule",
    agency: str | None = None,
    level: str | None = None,
    first_day: str | None = None,
    last_day: str | None = None,
    stage: str | None = None,
) -> RunSummary:
    """Redo what is missing or stale in a scope."""
    ctx = context_for(home, actor)
    scope = BackfillScope(agency, level, _day(first_day), _day(last_day), stage)
    runner = threads(ctx)

    @flow(name="backfill-batch", task_runner=runner, validate_parameters=False)
    def backfill_batch(documents: list[str]) -> list[Outcome | None]:
        items = [planned[id_] for id_ in documents]
        return redo_one.map(items, unmapped(ctx)).result()

    planned: dict[str, PlannedWork] = {}

    def redo_many(items: list[PlannedWork]) -> list[Outcome | None]:
        planned.update({str(item.document_id): item for item in items})
        return backfill_batch([str(item.document_id) for item in items])

    def work(documents: list[UUID]) -> list[Outcome | None]:
        return digitize_batch.with_options(task_runner=runner)([str(id_) for id_ in documents], home, actor)

    # Opened here once; the tasks' threads share them.
    _ = ctx.ledger, ctx.store, ctx.engine, ctx.trust, ctx.sealer
    with opened(ctx):
        summary = run_backfill(ctx, scope, work, redo_many)
    create_table_artifact(
        key="backfill", table=[{"state": state, "documents": count} for state, count in summary.states.items()]
    )
    return summary


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
