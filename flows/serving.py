"""Deployments served by this process by schedule: `digitize`, `report`, `renew`, `backup`, `fixity`, `backfill`."""

import asyncio
import inspect
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron

from config.clock import VIETNAM
from flows.backfill import backfill
from flows.backup import backup
from flows.digitize import digitize
from flows.fixity import fixity
from flows.renew import renew
from flows.report import report
from flows.restart import settle_earlier_runs
from pipeline.context import Context

T = TypeVar("T")


class _Runner(Runner):
    """Prefect's runner, which stops by SIGTERM as it does by Ctrl-C: its own way of it leaves work half undone.

    Not by way of SIGINT: a shell that starts a program in its background has it ignored, and then nothing would stop.
    """

    _serving: asyncio.Task[Any] | None = None

    async def serve(self, ready: Callable[[], None]) -> None:
        """Serve until stopped."""
        self._serving = asyncio.current_task()
        # Prefect sets it too, but only after it has imported much.
        signal.signal(signal.SIGTERM, self.handle_sigterm)
        ready()
        await self.start()

    def handle_sigterm(self, *_args: object, **_kwargs: object) -> None:
        """Stop in order; what is stopping already is left to it."""
        if self._serving is not None and not self._serving.done():
            self._serving.get_loop().call_soon_threadsafe(self._serving.cancel)


def serve_deployments(ctx: Context, ready: Callable[[], None]) -> None:
    """Serve the deployments until stopped; `ready` is called once they are known to the server.

    One run of a kind at a time: surplus runs wait, those of backfills are dropped.
    """
    # Schedules stay active when serving ends, so that what comes due until it goes on is made up for then.
    runner = _Runner(pause_on_shutdown=False)
    settle_earlier_runs([known(runner.add_deployment(made)) for made in deployments(ctx)])
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(runner.serve(ready))


def deployments(ctx: Context) -> list[RunnerDeployment]:
    """Give the deployments of this installation with their schedules."""
    run, home = ctx.settings.run, str(ctx.settings.home)
    return [
        _deployment(digitize, home, run.digitize_cron),
        _deployment(report, home, run.report_cron),
        _deployment(renew, home, run.renew_cron),
        _deployment(backup, home, ctx.settings.backup.cron),
        _deployment(fixity, home, run.fixity_cron),
        # It may work for days: what comes due meanwhile is dropped and does not pile up.
        _deployment(backfill, home, run.backfill_cron, ConcurrencyLimitStrategy.CANCEL_NEW),
    ]


def _deployment(
    flow: Flow[..., Any],
    home: str,
    cron: str,
    surplus: ConcurrencyLimitStrategy = ConcurrencyLimitStrategy.ENQUEUE,
) -> RunnerDeployment:
    return known(
        flow.to_deployment(
            flow.name,
            schedule=Cron(cron, timezone=VIETNAM.key),
            parameters={"home": home},
            concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=surplus),
        )
    )


def known(made: T | Coroutine[Any, Any, T]) -> T:
    """Give what Prefect made; inside an event loop it would give a promise of it."""
    if inspect.isawaitable(made):
        raise TypeError("deployments are made outside an event loop")
    return made
