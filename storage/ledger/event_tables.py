"""The birth certificate of the ledger and its append-only, hash-chained event log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id, Sha256
from storage.ledger.types import JsonObject


class LedgerBirth(Base):
    """The one row that says what this ledger is: test or production, for good."""

    __tablename__ = "ledger_birth"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    environment: Mapped[Code]
    born_at: Mapped[datetime]
    actor: Mapped[str]


class Event(Base):
    """Who did what to which thing when; each row holds the hash of the one before."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject_id", "subject_id", "seq"), Index("ix_event_kind", "kind", "seq"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3… without a gap."""
    schema_version: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[Code]
    actor: Mapped[str]
    subject_type: Mapped[Code]
    subject_id: Mapped[str]
    input_sha256: Mapped[Sha256 | None]
    output_sha256: Mapped[Sha256 | None]
    payload: Mapped[JsonObject]
    prev_hash: Mapped[Sha256]
    hash: Mapped[Sha256] = mapped_column(unique=True)


class ChainHeadSeal(Base):
    """A head of the chain that was signed and put outside the database."""

    __tablename__ = "chain_head_seal"

    id: Mapped[Id]
    seq: Mapped[int]
    hash: Mapped[Sha256]
    sealed_at: Mapped[datetime]
    object_key: Mapped[str]
    batch_id: Mapped[UUID | None]
    place: Mapped[Code | None]
    """Whose chain folder it was put into the store from, where machines have one each."""
