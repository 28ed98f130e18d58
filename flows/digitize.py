"""Flow `digitize`: the inbox drained once. One flow run a batch, in it one task a thread."""

from collections.abc import Iterable
from uuid import UUID

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE

from flows.ending import batch_of, ended_batch, ended_run, ended_task
from flows.opening import context_for, opened, shared_context
from flows.task_runners import loads, task_runner
from pipeline.context import SCHEDULE
from pipeline.line import run_line
from pipeline.outcome import Outcome, RunSummary
from pipeline.runner import process


@task(name="documents", retries=0, cache_policy=NO_CACHE)
def work_on(documents: Iterable[UUID], home: str, actor: str) -> State[dict[UUID, Outcome | None]]:
    """Bring documents as far as they go; in this process, or in one that has to open the installation first."""
    ctx = shared_context(home, actor)
    return ended_task({document: process(ctx, document) for document in documents})


@flow(name="digitize-batch", validate_parameters=False)
def digitize_batch(documents: list[str], home: str, actor: str) -> State[list[Outcome | None]]:
    """Work on one batch of documents, several at a time."""
    ids = [UUID(id_) for id_ in documents]
    tasks = [work_on.submit(load, home, actor) for load in loads(context_for(home, actor), ids)]
    return ended_batch([task.result(raise_on_failure=False) for task in tasks], ids)


@flow(name="digitize")
def digitize(
    home: str, actor: str = SCHEDULE, agency: str | None = None, release_as_test: bool = False
) -> State[RunSummary]:
    """Drain the inbox once and work off everything that can be worked on."""
    ctx = context_for(home, actor)

    def work(documents: list[UUID]) -> list[Outcome | None]:
        batch_flow = digitize_batch.with_options(task_runner=task_runner(ctx))
        return batch_of(batch_flow([str(id_) for id_ in documents], home, actor, return_state=True), documents)

    def drained() -> RunSummary:
        ctx.open_shared()
        with opened(ctx):
            return run_line(ctx, work, agency=agency, release_as_test=release_as_test)

    return ended_run(drained, "digitize")
