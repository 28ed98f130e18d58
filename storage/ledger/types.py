"""Column types of the ledger: instants that refuse to be naive, time-ordered ids, canonical JSON."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.types import TypeDecorator
from uuid6 import uuid7


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC. Raise ValueError for a naive value, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values, write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the ledger takes no instant without a time zone")
        instant = value.astimezone(UTC)
        return instant if dialect.name != "sqlite" else instant.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Give aware instants back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JsonObject = dict[str, Any]
JsonColumn = JSON(none_as_null=True)


def new_id() -> UUID:
    """Give a new UUIDv7: unique, and ordered by time."""
    return UUID(bytes=uuid7().bytes)
