"""Bringing a ledger's tables up to date; safe to call at any time, from several processes."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from config.errors import LedgerSchemaError
from storage.ledger.locks import MIGRATION_LOCK, hold
from storage.ledger.opening import Ledger
from storage.ledger.schema import SCHEMA_REVISION

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def migrate(ledger: Ledger) -> None:
    """Create or upgrade the tables, all or nothing. Raise LedgerSchemaError when the ledger is newer than us."""
    _make_folder(ledger)
    with ledger.engine.begin() as connection:
        hold(connection, MIGRATION_LOCK)
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in known_revisions():
            raise LedgerSchemaError(found=found, expected=SCHEMA_REVISION)
        command.upgrade(migration_config(connection), "head")


def migration_config(connection: Connection) -> Config:
    """Give Alembic's configuration for one connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def known_revisions() -> tuple[str, ...]:
    """Give the revisions this program knows, newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def _make_folder(ledger: Ledger) -> None:
    address = ledger.engine.url
    if address.get_backend_name() == "sqlite" and address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
