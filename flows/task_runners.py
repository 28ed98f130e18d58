"""Where the documents of a flow are worked on: in threads of its process, or by Dask workers on several machines."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner

from flows.threads import piles, threads
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


def loads(ctx: Context, documents: Sequence[UUID]) -> list[Iterable[UUID]]:
    """Give what each task works off; to a Dask worker, which shares no pile with others, documents are sent singly."""
    if ctx.settings.scheduler.dask:
        return [[document] for document in documents]
    return piles(ctx, documents)
