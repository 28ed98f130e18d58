"""What was seen in the inbox."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id, Sha256
from storage.ledger.types import JsonObject


class InboxItem(Base):
    """A file or folder of pages seen in the inbox, and what became of it: nothing is unaccounted for."""

    __tablename__ = "inbox_item"
    __table_args__ = (UniqueConstraint("inbox", "path"),)

    id: Mapped[Id]
    inbox: Mapped[Code] = mapped_column(default="")
    """Which inbox, where several machines have one each; empty where there is one."""
    path: Mapped[str]
    """Relative to the inbox, NFC."""
    size: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int] = mapped_column(BigInteger)
    first_seen_at: Mapped[datetime]
    stable_since: Mapped[datetime]
    sha256: Mapped[Sha256 | None]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"), index=True)
    stack_id: Mapped[UUID | None] = mapped_column(index=True)
    """Where it was a stack; `document_id` is its first document then."""
    outcome: Mapped[Code]
    """waiting, taken, refused, stored, removed."""
    reason_code: Mapped[Code | None]
    reason_details: Mapped[JsonObject | None]
