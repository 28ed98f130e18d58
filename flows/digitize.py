"""Flow `digitize`: the inbox drained once. One flow run a batch, one thread task a document."""

from uuid import UUID

from prefect import State, flow, task, unmapped
from prefect.cache_policies import NO_CACHE

from flows.ending import batch_of, ended_batch, ended_document, ended_run
from flows.opening import context_for, opened, shared_context
from flows.task_runners import task_runner
from pipeline.context import SCHEDULE
from pipeline.line import run_line
from pipeline.outcome import Outcome, RunSummary
from pipeline.runner import process


@task(name="document", task_run_name="document-{document_id}", retries=0, cache_policy=NO_CACHE)
def work_on(document_id: UUID, home: str, actor: str) -> State[Outcome | None]:
    """Bring one document as far as it goes; in this process, or in one that has to open the installation first."""
    return ended_document(process(shared_context(home, actor), document_id))


@flow(name="digitize-batch", validate_parameters=False)
def digitize_batch(documents: list[str], home: str, actor: str) -> State[list[Outcome | None]]:
    """Work on one batch of documents, several at a time."""
    tasks = work_on.map([UUID(id_) for id_ in documents], unmapped(home), unmapped(actor))
    return ended_batch(tasks.result(raise_on_failure=False), len(documents))


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
