"""Locks that make writers in several processes take turns; let go when the transaction ends."""

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

MIGRATION_LOCK = 0x534F_484F_4101
EVENT_LOCK = 0x534F_484F_4102
INBOX_LOCK = 0x534F_484F_4103
PROGRESS_LOCK = 0x534F_484F_4104
SIGN_IN_LOCK = 0x534F_484F_4105
SEARCH_LOCK = 0x534F_484F_4106
LEASE_LOCK = 0x534F_484F_4107
BACKFILL_LOCK = 0x534F_484F_4109


def hold(connection: Connection | Session, lock: int) -> None:
    """Wait for a lock and keep it to the end of the transaction.

    On SQLite a writing transaction is alone from its beginning, so there is nothing to wait for.
    """
    dialect = connection.dialect.name if isinstance(connection, Connection) else connection.get_bind().dialect.name
    if dialect == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
