"""What runs by schedule, when, and what becomes of runs that come due while one is at work; who runs it is another's.

A process that serves alone (serving.py) and the workers of a site (working.py) have the same.
"""

import inspect
from collections.abc import Coroutine
from typing import Any, TypeVar

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron

from config.clock import VIETNAM
from config.settings import Settings
from flows.backfill import backfill
from flows.backup import backup
from flows.digitize import digitize
from flows.fixity import fixity
from flows.renew import renew
from flows.report import report

T = TypeVar("T")


def drains(settings: Settings, name: str, **how: Any) -> RunnerDeployment:
    """Give the deployment of the flow that each machine has for itself, under a name."""
    return _deployment(digitize, name, settings.run.digitize_cron, **how)


def done_once(settings: Settings, **how: Any) -> list[RunnerDeployment]:
    """Give the deployments of what is done once for all machines."""
    run = settings.run
    return [
        _deployment(report, report.name, run.report_cron, **how),
        _deployment(renew, renew.name, run.renew_cron, **how),
        _deployment(backup, backup.name, settings.backup.cron, **how),
        _deployment(fixity, fixity.name, run.fixity_cron, **how),
        # It may work for days: what comes due meanwhile is dropped and does not pile up.
        _deployment(backfill, backfill.name, run.backfill_cron, ConcurrencyLimitStrategy.CANCEL_NEW, **how),
    ]


def _deployment(
    flow: Flow[..., Any],
    name: str,
    cron: str,
    surplus: ConcurrencyLimitStrategy = ConcurrencyLimitStrategy.ENQUEUE,
    **how: Any,
) -> RunnerDeployment:
    return known(
        flow.to_deployment(
            name,
            schedule=Cron(cron, timezone=VIETNAM.key),
            concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=surplus),
            **how,
        )
    )


def known(made: T | Coroutine[Any, Any, T]) -> T:
    """Give what Prefect made; inside an event loop it would give a promise of it."""
    if inspect.isawaitable(made):
        raise TypeError("deployments are made outside an event loop")
    return made
