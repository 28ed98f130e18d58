"""Calls a flow in this process for a command, in the command's own context."""

import os
from collections.abc import Callable

from config.errors import ExitCode, SohoaError
from config.i18n import mark as _
from flows.opening import opened
from flows.owner import serving_alone
from flows.server import name_shared_server, prefect_server
from pipeline.context import Context
from pipeline.line import has_work, run_line
from pipeline.machines import seen_at_work
from pipeline.outcome import RunSummary
from pipeline.runner import process
from pipeline.worker import machine_of


class NoSchedulerError(SohoaError):
    """A worker was to be started and no Prefect server is named."""

    code = "no_scheduler"
    exit_code = ExitCode.SETTINGS
    message = _("scheduler.url names no Prefect server that this machine could take runs from")
    remedy = _("Set scheduler.url to the address of `sohoa serve scheduler`; on one machine `sohoa serve` is enough.")


def digitize_once(ctx: Context, *, agency: str | None = None, release_as_test: bool = False) -> RunSummary:
    """Run the `digitize` flow once in this process; with nothing to work on only tidy up, which needs no flow."""
    if not has_work(ctx, agency=agency, release_as_test=release_as_test):
        # Should something become workable in between, it is worked on all the same.
        return run_line(ctx, lambda batch: [process(ctx, id_) for id_ in batch], agency=agency)
    with prefect_server(ctx), opened(ctx):
        from flows.digitize import digitize  # noqa: PLC0415 - Prefect reads where its home is when it is imported
        from flows.ending import summary_of  # noqa: PLC0415 - as above

        return summary_of(digitize(str(ctx.settings.home), ctx.actor, agency, release_as_test, return_state=True))


def backfill_once(ctx: Context, number: int) -> RunSummary:
    """Run the `backfill` flow once in this process, for one backfill; give what it came to."""
    with prefect_server(ctx), opened(ctx):
        from flows.backfill import backfill  # noqa: PLC0415 - as above
        from flows.ending import summary_of  # noqa: PLC0415 - as above

        return summary_of(backfill(str(ctx.settings.home), ctx.actor, number, return_state=True))


def work_until_stopped(ctx: Context, ready: Callable[[], None]) -> None:
    """Work for the site's pool until Ctrl-C or SIGTERM; `ready` is called when this machine takes runs.

    Raise NoSchedulerError where no Prefect server is named, ServedAlreadyError when another process works here.
    """
    host = machine_of(ctx.worker)
    # Each machine has files of its own there, also where they share the home folder.
    os.environ.setdefault("PREFECT_HOME", str(ctx.settings.home / "prefect" / host))
    name_shared_server(ctx.settings)
    if not os.environ.get("PREFECT_API_URL"):
        raise NoSchedulerError
    with serving_alone(ctx, f"working-{host}.lock"), seen_at_work(ctx):
        from flows.working import work_in_pool  # noqa: PLC0415 - as above

        work_in_pool(ctx, ready)


def serve_until_stopped(ctx: Context, ready: Callable[[], None]) -> None:
    """Serve the deployments with their schedules until Ctrl-C or SIGTERM; `ready` is called when they come due.

    Raise ServedAlreadyError when another process does.
    """
    with serving_alone(ctx), seen_at_work(ctx), prefect_server(ctx, schedules=True):
        from flows.serving import serve_deployments  # noqa: PLC0415 - as above

        serve_deployments(ctx, ready)
