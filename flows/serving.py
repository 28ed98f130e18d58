"""Deployments with schedules, served by this process: `digitize` and `report`; `backfill` on demand."""

import inspect
from typing import Any

from prefect import Flow, serve
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron

from flows.backfill import backfill
from flows.digitize import digitize
from flows.report import report
from pipeline.context import Context

TIME_ZONE = "Asia/Ho_Chi_Minh"


def serve_deployments(ctx: Context) -> None:
    """Serve the deployments until stopped. One run of a kind at a time: surplus runs wait."""
    serve(*deployments(ctx), print_starting_message=False)


def deployments(ctx: Context) -> list[RunnerDeployment]:
    """Give the deployments of this installation with their schedules."""
    run, home = ctx.settings.run, str(ctx.settings.home)
    return [
        _deployment(digitize, home, run.digitize_cron),
        _deployment(report, home, run.report_cron),
        _deployment(backfill, home, None),
    ]


def _deployment(flow: Flow[..., Any], home: str, cron: str | None) -> RunnerDeployment:
    made = flow.to_deployment(
        flow.name,
        schedule=Cron(cron, timezone=TIME_ZONE) if cron else None,
        parameters={"home": home},
        concurrency_limit=1,
    )
    if inspect.isawaitable(made):
        raise TypeError("deployments are made outside an event loop")
    return made
