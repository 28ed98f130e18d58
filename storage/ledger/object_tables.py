"""Signatures on versions of documents, and the objects in the store."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id, Sha256, index_of_some


class Signature(Base):
    """A signature on a version: the agency's, the operator's, or one that came with the file."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("version_id", "field"),)

    id: Mapped[Id]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("document_version.id"))
    role: Mapped[Code]
    """agency (its archive timestamps too), operator, foreign."""
    field: Mapped[str]
    signer: Mapped[str]
    certificate_sha256: Mapped[Sha256]
    level: Mapped[Code]
    signed_at: Mapped[datetime | None]
    timestamp_at: Mapped[datetime | None]
    verdict: Mapped[Code]
    is_trusted: Mapped[bool]
    is_test: Mapped[bool]
    checked_at: Mapped[datetime]


class StoredObject(Base):
    """One object in the store, as it was read back."""

    __tablename__ = "stored_object"
    __table_args__ = (
        index_of_some("ix_stored_object_bad", "checked_at", where="NOT check_ok", on_sqlite="check_ok = 0"),
        Index("ix_stored_object_checked", "checked_at", "id"),
    )

    id: Mapped[Id]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("document_version.id"), index=True)
    kind: Mapped[Code]
    """archival, earlier (renewed since), original, text, words."""
    key: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[Sha256]
    size: Mapped[int] = mapped_column(BigInteger)
    store: Mapped[str]
    store_version_id: Mapped[str | None]
    retention_until: Mapped[datetime | None]
    replica_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_object.id"))
    """Never filled; second copies are rows of `object_copy`."""
    stored_at: Mapped[datetime]
    checked_at: Mapped[datetime]
    check_ok: Mapped[bool]


class ObjectCopy(Base):
    """The second copy of an object, in a replica named by `store`, as it was read back there."""

    __tablename__ = "object_copy"
    __table_args__ = (
        UniqueConstraint("object_id", "store"),
        Index("ix_object_copy_checked", "store", "checked_at", "id"),
        index_of_some("ix_object_copy_bad", "checked_at", where="NOT check_ok", on_sqlite="check_ok = 0"),
    )

    id: Mapped[Id]
    object_id: Mapped[UUID] = mapped_column(ForeignKey("stored_object.id"))
    store: Mapped[str]
    store_version_id: Mapped[str | None]
    retention_until: Mapped[datetime | None]
    stored_at: Mapped[datetime]
    checked_at: Mapped[datetime]
    check_ok: Mapped[bool]
