"""What documents are found by, their codes, fields and the text of their pages; and who searched for what.

The words follow from other tables and can be made anew. Full-text indexes stand beside them (FTS5 on SQLite, GIN on
PostgreSQL); what is erased of a document is gone from here in the same transaction, by triggers.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id

_Number = BigInteger().with_variant(Integer, "sqlite")


class SearchText(Base):
    """The words of one document's current version, in search spelling; only once it has passed the secrecy check."""

    __tablename__ = "search_text"

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), unique=True)
    codes: Mapped[str]
    """What everybody may look for it by: its record's codes, its own, number and symbol."""
    head: Mapped[str]
    """Codes and fields."""
    body: Mapped[str]
    """The pages."""


class TouchedDocument(Base):
    """A document of which something changed that it is found by; triggers write it, whoever did it."""

    __tablename__ = "touched_document"

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    document_id: Mapped[UUID]


class SearchOpening(Base):
    """A user may search names and text for a while, for a reason that was typed."""

    __tablename__ = "search_opening"
    __table_args__ = (Index("ix_search_opening_user", "user_id", "until"),)

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("web_user.id"))
    category: Mapped[Code]
    reason: Mapped[str]
    """As it was typed; the event log has the category alone."""
    opened_at: Mapped[datetime]
    until: Mapped[datetime]


class RecordSearch(Base):
    """One search: who, when, what was looked at, and the words, which the event log does not have."""

    __tablename__ = "record_search"

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("web_user.id"))
    """None: on the command line."""
    opening_id: Mapped[UUID | None] = mapped_column(ForeignKey("search_opening.id"))
    """For which reason names and text were searched; None where none was needed."""
    scope: Mapped[Code]
    """codes, all."""
    words: Mapped[str | None]
    """As they were typed; None once they were deleted."""
