"""The application that our own Prefect server runs: Prefect's, made to schedule under SQLAlchemy 2.1.

Prefect 3.8 inserts scheduled runs with a key `state` beside the columns. SQLAlchemy 2.0 passes over it; 2.1 refuses it,
since `state` is a hybrid attribute that says nothing about bulk inserts. It is told here to pass over it again.
"""

from collections.abc import MutableMapping
from typing import Any

from prefect.server.api.server import create_app as create_prefect_app
from prefect.server.database.orm_models import FlowRun


def create_app() -> Any:
    """Give the server's application."""
    FlowRun.__dict__["state"].bulk_dml_setter = _pass_over
    return create_prefect_app()


def _pass_over(_model: type, _row: MutableMapping[str, Any], _state: object) -> None:
    """Leave the row as it is: its state is written as a row of its own."""
