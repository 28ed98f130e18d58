"""Flow `digitize`: the inbox drained once. One flow run a batch, one thread task a document."""

from uuid import UUID

from prefect import flow, task, unmapped
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.opening import context_for, opened
from flows.threads import threads
from pipeline.context import Context
from pipeline.line import run_line
from pipeline.outcome import Outcome, RunSummary
from pipeline.runner import process


@task(name="document", retries=0, cache_policy=NO_CACHE)
def work_on(document_id: UUID, ctx: Context) -> Outcome | None:
    """Bring one document as far as it goes."""
    return process(ctx, document_id)


@flow(name="digitize-batch", validate_parameters=False)
def digitize_batch(documents: list[str], home: str, actor: str) -> list[Outcome | None]:
    """Work on one batch of documents, several at a time."""
    ctx = context_for(home, actor)
    return work_on.map([UUID(id_) for id_ in documents], unmapped(ctx)).result()


@flow(name="digitize")
def digitize(
    home: str, actor: str = "schedule", agency: str | None = None, release_as_test: bool = False
) -> RunSummary:
    """Drain the inbox once and work off everything that can be worked on."""
    ctx = context_for(home, actor)
    # Opened here once; the tasks' threads share them.
    _ = ctx.ledger, ctx.store, ctx.engine, ctx.trust, ctx.sealer
    batch_flow = digitize_batch.with_options(task_runner=threads(ctx))

    def work(documents: list[UUID]) -> list[Outcome | None]:
        return batch_flow([str(id_) for id_ in documents], home, actor)

    with opened(ctx):
        summary = run_line(ctx, work, agency=agency, release_as_test=release_as_test)
    create_table_artifact(
        key="digitize", table=[{"state": state, "documents": count} for state, count in summary.states.items()]
    )
    return summary
