"""Which machines work on this ledger, and what is leased to which of them: an inbox, or a chunk of documents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id


class Machine(Base):
    """A machine that has worked here, by its host name."""

    __tablename__ = "machine"

    name: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[Code]
    """Where its files of documents in work lie: the same on machines that share the home folder."""
    seen_at: Mapped[datetime]
    """By the ledger's clock."""
    memory_bytes: Mapped[int | None] = mapped_column(BigInteger)
    """What the documents in work on it may need together."""


class WorkLease(Base):
    """What one process has for itself until it lets go or falls silent; by the ledger's clock."""

    __tablename__ = "work_lease"
    __table_args__ = (UniqueConstraint("subject"),)

    id: Mapped[Id]
    subject: Mapped[Code]
    """`inbox:…` or `chunk:…`."""
    owner: Mapped[str]
    fence: Mapped[int] = mapped_column(default=0)
    """Grows each time it goes to somebody; one that was taken over is not prolonged by who had it before."""
    until: Mapped[datetime | None]


class ChunkDocument(Base):
    """One document of a leased chunk: nobody else begins with it while the lease lasts."""

    __tablename__ = "chunk_document"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    lease_id: Mapped[UUID] = mapped_column(index=True)
