"""How many documents a flow works on at a time: threads of one process, since recognition releases the GIL."""

from typing import Any

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from pipeline.context import Context


def threads(ctx: Context) -> TaskRunner[PrefectFuture[Any]]:
    """Give a task runner with as many threads as the settings say."""
    runner: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=ctx.settings.run.workers)
    return runner
