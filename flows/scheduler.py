"""The Prefect server that the machines of a site share: on PostgreSQL, with pages, asking for a password."""

import os
from collections.abc import Callable

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from config.errors import ExitCode, LedgerError, SohoaError
from config.i18n import mark as _
from config.listening import ensure_free
from config.secret_values import secret
from config.settings import Settings
from pipeline.context import Context
from storage.ledger import open_ledger

DRIVER = "postgresql+asyncpg"
_PORT = 5432


class SchedulerDatabaseError(SohoaError):
    """The shared server was to start without a database that it can be trusted to keep."""

    code = "scheduler_database"
    exit_code = ExitCode.SETTINGS
    message = _("scheduler.database names no PostgreSQL database, or the ledger's own")
    remedy = _(
        "Make an empty database beside the ledger's and name it: "
        'scheduler.database = "postgresql://sohoa@HOST/prefect" (docs/machines.md).'
    )


class SchedulerOpenError(SohoaError):
    """The shared server was to be reached from other machines without asking for a password."""

    code = "scheduler_open"
    exit_code = ExitCode.SETTINGS
    message = _("{host} can be reached from other machines, and scheduler.auth is not set")
    remedy = _(
        "Write NAME:PASSWORD into a file that only this user reads, and name it in scheduler.auth on every machine: "
        "who may talk to the scheduler may run programs on the workers."
    )


class SchedulerDatabaseDownError(SohoaError):
    """The shared server's database does not answer, or is not there."""

    code = "scheduler_database_down"
    exit_code = ExitCode.LEDGER
    retry_helps = True
    message = _("the scheduler's database {database} cannot be used: {cause}")
    remedy = _(
        "Check that PostgreSQL runs, that the database was made (createdb), and the settings scheduler.database and "
        "scheduler.database_password."
    )


def serve_scheduler(ctx: Context, host: str, port: int, ready: Callable[[], None]) -> None:
    """Serve until stopped; `ready` is called before, once nothing is in the way.

    Raise SchedulerDatabaseError, SchedulerDatabaseDownError, SchedulerOpenError, AddressTakenError, SecretMissingError.
    """
    settings = ctx.settings
    auth = secret("scheduler.auth", settings.scheduler.auth)
    if auth is None and host not in {"127.0.0.1", "localhost", "::1"}:
        raise SchedulerOpenError(host=host)
    database = _database(settings)
    os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database.render_as_string(hide_password=False)
    # Both would be told by the server too, in pages of its own words.
    _ensure_answers(database)
    ensure_free(host, port)
    if auth is not None:
        os.environ["PREFECT_SERVER_API_AUTH_STRING"] = auth
    # The pages ask the server under the address that people open.
    os.environ.setdefault("PREFECT_UI_API_URL", "/api")
    os.environ["PREFECT_HOME"] = str(settings.home / "prefect")
    # Else it would write its pages beside its program, where this user may not write.
    os.environ.setdefault("PREFECT_UI_STATIC_DIRECTORY", str(settings.home / "prefect" / "pages"))
    from flows.server_app import serve_shared  # noqa: PLC0415 - Prefect reads its settings when it is imported

    ready()
    serve_shared(host, port)


def _database(settings: Settings) -> URL:
    try:
        named, ledger = make_url(settings.scheduler.database), make_url(settings.ledger_url)
    except ArgumentError:
        # It may hold a password: it is not repeated.
        raise SchedulerDatabaseError from None
    if named.get_backend_name() != "postgresql" or _lies_at(named) == _lies_at(ledger):
        raise SchedulerDatabaseError
    password = secret("scheduler.database_password", settings.scheduler.database_password)
    address = named.set(drivername=DRIVER)
    return address.set(password=password) if password else address


def _lies_at(url: URL) -> tuple[str | None, int, str | None]:
    return url.host, url.port or _PORT, url.database


def _ensure_answers(database: URL) -> None:
    store = open_ledger(database.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        store.revision()
    except LedgerError as err:
        cause = err.details.get("cause", err)
        raise SchedulerDatabaseDownError(database=database.render_as_string(), cause=cause) from err
    finally:
        store.close()
