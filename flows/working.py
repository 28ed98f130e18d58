"""A worker of the site's pool on this machine: takes its own `digitize` runs, and whatever is for any machine.

Every machine has a deployment `digitize-HOST` with a queue of its own, so that all drain and work at each due time and
none waits for another: who does which documents is divided in the ledger (pipeline/chunks.py). `report`, `renew`,
`backup`, `fixity` and `backfill` are done once, by whichever worker takes them.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from flows.asking import asked_scheduler
from flows.digitize import digitize
from flows.restart import forget_deployments, settle_earlier_runs, settle_runs_of
from flows.schedules import done_once, drains, known
from pipeline.context import Context
from pipeline.machines import at_work_lately
from pipeline.worker import machine_of

ANYWHERE = "default"
"""The queue of what is done once, on whichever machine."""


def work_in_pool(ctx: Context, ready: Callable[[], None]) -> None:
    """Work until stopped; `ready` is called once this machine's deployments are known to the server.

    Raise SchedulerUnreachableError or SchedulerRefusedError where it is not to be had.
    """
    host, pool = machine_of(ctx.worker), ctx.settings.scheduler.pool
    os.environ["SOHOA_HOME"] = str(ctx.settings.home)
    _ensure_pool(pool)
    own, *shared = [_register(made, pool) for made in deployments(ctx, host)]
    settle_earlier_runs([own])
    settle_runs_of(host, shared)
    forget_deployments(digitize.name, {f"{digitize.name}-{name}" for name in at_work_lately(ctx)})
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_work(ProcessWorker(work_pool_name=pool, work_queues=[host, ANYWHERE], name=host), ready))


async def _work(worker: ProcessWorker, ready: Callable[[], None]) -> None:
    """Work until stopped, by SIGTERM as by Ctrl-C."""
    working, loop = asyncio.current_task(), asyncio.get_running_loop()

    def stop(*_args: object) -> None:
        if working is not None and not working.done():
            loop.call_soon_threadsafe(working.cancel)

    signal.signal(signal.SIGTERM, stop)
    ready()
    await worker.start(printer=lambda _text: None)


def deployments(ctx: Context, host: str) -> list[RunnerDeployment]:
    """Give this machine's deployment, then those of the site; no parameter names a folder, as homes may differ."""
    how = {"parameters": {"home": ""}, "entrypoint_type": EntrypointType.MODULE_PATH}
    own = drains(ctx.settings, f"{digitize.name}-{host}", work_queue_name=host, **how)
    return [own, *done_once(ctx.settings, work_queue_name=ANYWHERE, **how)]


def _register(made: RunnerDeployment, pool: str) -> UUID:
    return known(made.apply(work_pool_name=pool))


def _ensure_pool(pool: str) -> None:
    template = ProcessWorker.get_default_base_job_template()
    with asked_scheduler() as client, suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=pool, type=ProcessWorker.type, base_job_template=template))
