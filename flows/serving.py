"""Deployments served by this process by schedule: `digitize`, `report`, `renew`, `backup`, `fixity`, `backfill`."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner

from flows.digitize import digitize
from flows.restart import settle_earlier_runs
from flows.schedules import done_once, drains, known
from pipeline.context import Context


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
    home = {"parameters": {"home": str(ctx.settings.home)}}
    return [drains(ctx.settings, digitize.name, **home), *done_once(ctx.settings, **home)]
