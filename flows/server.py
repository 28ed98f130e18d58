"""A Prefect server of our own while flows run, where no other is named; on this machine only, without pages.

The one that Prefect starts by itself has no scheduler, dies of the Ctrl-C that is meant for us, and outlives us when we
are killed.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from urllib.error import URLError
from urllib.request import urlopen

from config.errors import ToolFailedError
from config.i18n import mark as _
from config.secret_values import secret
from config.settings import Settings
from pipeline.context import Context

HOST = "127.0.0.1"
START_S = 180.0
STOP_S = 10.0
_LOOK_EVERY_S = 0.1


@contextmanager
def prefect_server(ctx: Context, *, schedules: bool = False) -> Iterator[None]:
    """Let a server run in this block, unless Prefect's settings name one; its files lie in the installation's folder.

    Only with `schedules` does it start runs that come due. Raise ToolFailedError when it does not come up.
    """
    os.environ.setdefault("PREFECT_HOME", str(ctx.settings.home / "prefect"))
    name_shared_server(ctx.settings)
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415 - reads its home on import

    if PREFECT_API_URL.value():
        yield
        return
    port = _free_port()
    # A session of its own: Ctrl-C is for us, and the server must outlive our own tidying up.
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", "flows.server_app", str(port)], env=_surroundings(schedules), start_new_session=True
    )
    try:
        _wait_until_healthy(process, port)
        with temporary_settings({PREFECT_API_URL: f"http://{HOST}:{port}/api"}):
            try:
                yield
            finally:
                _hand_in_events()
    finally:
        _stop(process)


def name_shared_server(settings: Settings) -> None:
    """Let Prefect's settings name the server of the site, where ours do; before Prefect is imported."""
    scheduler = settings.scheduler
    if scheduler.url:
        os.environ.setdefault("PREFECT_API_URL", f"{scheduler.url}/api")
        auth = secret("scheduler.auth", scheduler.auth)
        if auth:
            os.environ.setdefault("PREFECT_API_AUTH_STRING", auth)


def _hand_in_events() -> None:
    """Let Prefect's reporters finish while the server still answers.

    They would hold on to this server's address, and a later flow of this process would wait for it in vain.
    """
    from prefect.events.worker import EventsWorker  # noqa: PLC0415 - Prefect reads its home on import
    from prefect.logging.handlers import APILogWorker  # noqa: PLC0415 - as above

    for reporter in (EventsWorker, APILogWorker):
        reporter.drain_all(timeout=STOP_S, at_exit=False)


def _surroundings(schedules: bool) -> dict[str, str]:
    ours = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_FINAL": "1", "SOHOA_SERVER_OWNER": str(os.getpid())}
    if not schedules:
        ours["PREFECT__SERVER_EPHEMERAL"] = "1"
    return {**os.environ, **ours}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ToolFailedError(tool="Prefect", file="-", cause=_("its server ended while it was starting"))
        try:
            with urlopen(f"http://{HOST}:{port}/api/health", timeout=5) as answer:
                if answer.status == HTTPStatus.OK:
                    return
        except (URLError, OSError):
            pass
        time.sleep(_LOOK_EVERY_S)
    raise ToolFailedError(tool="Prefect", file="-", cause=_("its server did not come up in time"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
