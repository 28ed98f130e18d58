"""The Prefect server that the machines of a site share: on PostgreSQL, with pages, asking for a password."""

import os

from sqlalchemy import make_url

from config.errors import ExitCode, SohoaError
from config.i18n import mark as _
from config.secret_values import secret
from config.settings import Settings
from pipeline.context import Context

DRIVER = "postgresql+asyncpg"


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


def serve_scheduler(ctx: Context, host: str, port: int) -> None:
    """Serve until stopped. Raise SchedulerDatabaseError, SchedulerOpenError, SecretMissingError."""
    settings = ctx.settings
    auth = secret("scheduler.auth", settings.scheduler.auth)
    if auth is None and host not in {"127.0.0.1", "localhost", "::1"}:
        raise SchedulerOpenError(host=host)
    os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = _database(settings)
    if auth is not None:
        os.environ["PREFECT_SERVER_API_AUTH_STRING"] = auth
    # The pages ask the server under the address that people open.
    os.environ.setdefault("PREFECT_UI_API_URL", "/api")
    os.environ["PREFECT_HOME"] = str(settings.home / "prefect")
    # Else it would write its pages beside its program, where this user may not write.
    os.environ.setdefault("PREFECT_UI_STATIC_DIRECTORY", str(settings.home / "prefect" / "pages"))
    from flows.server_app import serve_shared  # noqa: PLC0415 - Prefect reads its settings when it is imported

    serve_shared(host, port)


def _database(settings: Settings) -> str:
    named, ledger = settings.scheduler.database, settings.ledger_url
    if not named.startswith("postgresql") or make_url(named).set(drivername="") == make_url(ledger).set(drivername=""):
        raise SchedulerDatabaseError
    password = secret("scheduler.database_password", settings.scheduler.database_password)
    address = make_url(named).set(drivername=DRIVER)
    return (address.set(password=password) if password else address).render_as_string(hide_password=False)
