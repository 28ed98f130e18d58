"""Our own Prefect server: Prefect's application, made to schedule under SQLAlchemy 2.1, gone when its owner is gone.

    python -m flows.server_app PORT

Prefect 3.8 inserts scheduled runs with a key `state` beside the columns. SQLAlchemy 2.0 passes over it; 2.1 refuses it,
since `state` is a hybrid attribute that says nothing about bulk inserts. It is told here to pass over it again.
"""

import signal
import sys
from collections.abc import MutableMapping
from typing import Any

import uvicorn
from prefect.server.api.server import create_app as create_prefect_app
from prefect.server.database.orm_models import FlowRun

from flows.owner import end_with_owner

HOST = "127.0.0.1"
OWNER = "SOHOA_SERVER_OWNER"
"""The process that started this one."""
_GRACE_S = 2


def serve_shared(host: str, port: int) -> None:
    """Serve the machines of a site, with pages, until stopped; Prefect has read its settings when this is loaded."""
    uvicorn.run(
        create_app(), host=host, port=port, log_level="warning", lifespan="on", timeout_graceful_shutdown=_GRACE_S
    )


def main() -> None:
    """Serve on the port named until stopped, or until the owner ends, however it ends."""
    if not end_with_owner(OWNER, signal.SIGTERM):
        return
    uvicorn.run(
        create_app(),
        host=HOST,
        port=int(sys.argv[1]),
        log_level="error",
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_S,
    )


def create_app() -> Any:
    """Give the server's application."""
    FlowRun.__dict__["state"].bulk_dml_setter = _pass_over
    return create_prefect_app()


def _pass_over(_model: type, _row: MutableMapping[str, Any], _state: object) -> None:
    """Leave the row as it is: its state is written as a row of its own."""


if __name__ == "__main__":
    main()
