"""The process of one host: goes into its namespace under its own name, and works until it is told to stop.

Forked from a process that has everything imported; what it comes to is written to a file, a line of JSON a run.
"""

import ctypes
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.errors import SohoaError
from config.settings import load_settings
from pipeline.context import Context
from pipeline.line import run_line
from pipeline.runner import process

_NEW_UTS, _NEW_NET = 0x04000000, 0x40000000
PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class Orders:
    """What a host is, and what it is to do."""

    name: str
    namespace: str | None
    home: Path
    settings: dict[str, Any]
    secrets: dict[str, str]
    report: Path
    stop: Path
    """It ends when this file is there."""
    skew_s: float = 0
    releases: bool = False


def work(orders: Orders) -> None:
    """Run the line again and again until told to stop."""
    enter(orders)
    os.environ.update(orders.secrets)
    skew = timedelta(seconds=orders.skew_s)
    settings = load_settings(orders.home, **orders.settings)
    ctx = Context(settings, actor="hosts-test", clock=lambda: datetime.now(UTC) + skew)
    if orders.namespace is None:
        ctx.worker = f"{orders.name}:{ctx.worker.partition(':')[2]}"
    say = _reporter(orders)
    while not orders.stop.exists():
        try:
            summary = run_line(ctx, lambda ids: [process(ctx, id_) for id_ in ids], release_as_test=orders.releases)
            say({"states": summary.states, "failures": [f.code for f in summary.failures]})
            say({"put_off": [put.code for put in summary.intake.put_off]})
        except SohoaError as cause:
            say({"failures": [cause.code]})
        time.sleep(PAUSE_S)


def enter(orders: Orders) -> None:
    """Go into the host's namespace, under the host's name."""
    if orders.namespace is None:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    with Path(f"/var/run/netns/{orders.namespace}").open() as namespace:
        _do(libc.setns(namespace.fileno(), _NEW_NET))
    _do(libc.unshare(_NEW_UTS))
    name = orders.name.encode()
    _do(libc.sethostname(name, len(name)))


def _reporter(orders: Orders) -> Callable[[dict[str, Any]], None]:
    def say(what: dict[str, Any]) -> None:
        with orders.report.open("a") as report:
            report.write(json.dumps(what) + "\n")

    return say


def _do(code: int) -> None:
    if code != 0:
        raise OSError(ctypes.get_errno(), "the host could not be entered")
