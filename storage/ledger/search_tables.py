"""What documents are found by: their codes and fields, and the text of their pages, without marks and case.

It follows from other tables and can be made anew. Full-text indexes over it stand beside it (FTS5 on SQLite, GIN on
PostgreSQL); what is erased of a document is gone from here in the same transaction, by triggers.
"""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base

_Number = BigInteger().with_variant(Integer, "sqlite")


class SearchText(Base):
    """The words of one document's current version, in search spelling; only once it has passed the secrecy check."""

    __tablename__ = "search_text"

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), unique=True)
    head: Mapped[str]
    """Codes and fields."""
    body: Mapped[str]
    """The pages."""


class TouchedDocument(Base):
    """A document of which something changed that it is found by; triggers write it, whoever did it."""

    __tablename__ = "touched_document"

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    document_id: Mapped[UUID]
