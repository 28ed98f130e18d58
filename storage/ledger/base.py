"""The declarative base of the ledger's tables, with stable constraint names."""

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, MetaData, String, Uuid, text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from storage.ledger.types import JsonColumn, JsonObject, UtcDateTime, new_id

Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Sha256 = Annotated[str, mapped_column(String(64))]
Code = Annotated[str, mapped_column(String(64))]
"""A machine's short word: a state, a reason, a scheme."""


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        UUID: Uuid(),
        JsonObject: JsonColumn,
    }


def index_of_some(name: str, *columns: str, where: str, on_sqlite: str = "") -> Index:
    """Give an index of those rows alone of which a condition holds; `on_sqlite`: as SQLite spells that."""
    return Index(name, *columns, sqlite_where=text(on_sqlite or where), postgresql_where=text(where))
