"""Where the documents of a flow are worked on: in threads of its process, or by Dask workers on several machines."""

from typing import Any

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner

from flows.threads import threads
from pipeline.context import Context


def task_runner(ctx: Context) -> TaskRunner[PrefectFuture[Any]]:
    """Give what runs a flow's tasks: threads, unless the settings name a Dask scheduler."""
    address = ctx.settings.scheduler.dask
    if not address:
        return threads(ctx)
    # It takes a second to load, and few sites need it.
    from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415

    runner: TaskRunner[Any] = DaskTaskRunner(address=address)
    return runner
