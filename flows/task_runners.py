"""Where the documents of a flow are worked on: in threads of its process, or by Dask workers on several machines."""

from typing import Any

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner

from config.errors import ToolMissingError
from config.i18n import mark as _
from flows.threads import threads
from pipeline.context import Context


class DaskMissingError(ToolMissingError):
    """A Dask scheduler is named and the package that talks to it is not installed."""

    code = "dask_missing"
    message = _("scheduler.dask names {address}, and the package prefect-dask is not installed")
    remedy = _(
        "Install prefect-dask on every machine, or clear scheduler.dask: machines share the work without it "
        "(docs/machines.md)."
    )


def task_runner(ctx: Context) -> TaskRunner[PrefectFuture[Any]]:
    """Give what runs a flow's tasks. Raise DaskMissingError."""
    address = ctx.settings.scheduler.dask
    if not address:
        return threads(ctx)
    try:
        # No part of what every installation has.
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415
    except ImportError as err:
        raise DaskMissingError(address=address) from err
    runner: TaskRunner[Any] = DaskTaskRunner(address=address)
    return runner
