"""What persons decide of batches: the releases, and the acceptance samples they stand on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id, Sha256
from storage.ledger.types import JsonObject


class Release(Base):
    """A named person's approval (or rejection) of a batch after its acceptance sample."""

    __tablename__ = "release"

    id: Mapped[Id]
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id"), index=True)
    decision: Mapped[Code]
    """approved, rejected."""
    actor: Mapped[str]
    decided_at: Mapped[datetime]
    is_test: Mapped[bool]
    sample: Mapped[JsonObject]
    """Ids of the documents in the sample and how many errors were found."""


class ReleaseDocument(Base):
    """One document that waited for a decision on its batch, with the PDF it had then: the decision covers no other."""

    __tablename__ = "release_document"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True, index=True)
    assembled_sha256: Mapped[Sha256 | None]


class AcceptanceSample(Base):
    """One checked acceptance sample of a batch: by which plan it was drawn, of what, and what it showed."""

    __tablename__ = "acceptance_sample"
    __table_args__ = (UniqueConstraint("batch_id", "number"),)

    id: Mapped[Id]
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id"))
    number: Mapped[int]
    seen: Mapped[Code]
    """Short digest of the documents that waited, their files and their fields."""
    documents: Mapped[int]
    """Documents that waited."""
    population: Mapped[int]
    """Their fields that were accepted without a person."""
    checked: Mapped[int]
    allowed: Mapped[int]
    wrong_share: Mapped[float]
    confidence: Mapped[float]
    wrong: Mapped[int]
    """Of the checked fields."""
    lower: Mapped[float]
    upper: Mapped[float]
    """Bounds of the share of wrong fields in the batch, each at the confidence."""
    verdict: Mapped[Code]
    """passed, failed."""
    actor: Mapped[str]
    recorded_at: Mapped[datetime]


class AcceptanceItem(Base):
    """One thing that was checked: a field of a document, or, with an empty name, a document as a whole."""

    __tablename__ = "acceptance_item"

    sample_id: Mapped[UUID] = mapped_column(ForeignKey("acceptance_sample.id"), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True, index=True)
    field_name: Mapped[Code] = mapped_column(primary_key=True)
    is_wrong: Mapped[bool]
