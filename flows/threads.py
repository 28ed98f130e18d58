"""How many documents a flow works on at a time: threads of one process, since recognition releases the GIL.

No more are read at once than the settings say; the further threads wait for authorities, whose answers take long.
"""

from typing import Any

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from pipeline.context import Context


def threads(ctx: Context) -> TaskRunner[PrefectFuture[Any]]:
    """Give a task runner with as many threads as may read, and as many as may wait for a timestamp."""
    signing = ctx.settings.signing
    waiting = 0 if signing.timestamp == "local" else signing.timestamps_at_once
    runner: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=ctx.settings.run.workers + waiting)
    return runner
