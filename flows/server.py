"""A Prefect server of our own while flows are served, where no other is named.

The server that Prefect starts by itself for single runs has no scheduler: under it no schedule would ever come due.
This one is a plain process on this machine only; it needs no network and shows no pages.
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

HOST = "127.0.0.1"
API_URL = "PREFECT_API_URL"
START_S = 180.0
STOP_S = 10.0
_LOOK_EVERY_S = 0.25


@contextmanager
def schedule_server() -> Iterator[None]:
    """Let a server with a scheduler run in this block, unless PREFECT_API_URL names one.

    Has to be entered before Prefect is imported. Raise ToolFailedError when the server does not come up.
    """
    if os.environ.get(API_URL):
        yield
        return
    port = _free_port()
    # A session of its own: Ctrl-C is for us, and the server must outlive our own tidying up.
    process = subprocess.Popen(_command(port), env=_surroundings(), start_new_session=True)  # noqa: S603 - our own words
    try:
        _wait_until_healthy(process, port)
        os.environ[API_URL] = f"http://{HOST}:{port}/api"
        yield
    finally:
        os.environ.pop(API_URL, None)
        _stop(process)


def _command(port: int) -> list[str]:
    server = ["--factory", "flows.server_app:create_app", "--lifespan", "on"]
    return [sys.executable, "-m", "uvicorn", *server, "--host", HOST, "--port", str(port), "--log-level", "error"]


def _surroundings() -> dict[str, str]:
    return {**os.environ, "PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_FINAL": "1"}


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
