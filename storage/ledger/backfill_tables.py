"""Backfills that were asked for: what each is about, how far it came, and who works on it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id
from storage.ledger.states import BackfillState
from storage.ledger.types import JsonObject

_STATES = ", ".join(f"'{state}'" for state in BackfillState)


class Backfill(Base):
    """One backfill: a person asked for it, one process at a time works it off from where the last one stopped."""

    __tablename__ = "backfill"
    __table_args__ = (UniqueConstraint("number"), CheckConstraint(f"state IN ({_STATES})", name="state"))

    id: Mapped[Id]
    number: Mapped[int]
    """What people call it."""
    state: Mapped[Code]
    scope: Mapped[JsonObject]
    priority: Mapped[Code]
    """low: after new work; normal: beside it."""
    reason: Mapped[str | None]
    """Why new PDF versions were asked for, in the words of who asked; None where none were."""
    actor: Mapped[str]
    asked_at: Mapped[datetime]
    documents: Mapped[int] = mapped_column(BigInteger)
    """As it was planned; what is found on the way may be more or less."""
    pages: Mapped[int] = mapped_column(BigInteger)
    estimate: Mapped[JsonObject]
    """What it was thought to take when it was planned."""
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    failed: Mapped[int] = mapped_column(BigInteger, default=0)
    busy: Mapped[int] = mapped_column(BigInteger, default=0)
    """Documents that other work held to the end; a later backfill finds them."""
    pages_done: Mapped[int] = mapped_column(BigInteger, default=0)
    failures: Mapped[JsonObject]
    """How many documents failed, by the code of the error."""
    reached: Mapped[UUID | None]
    """The last document that was come to, in the order of their ids."""
    worked_s: Mapped[float] = mapped_column(default=0.0)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    aside_since: Mapped[datetime | None]
    """Since when it stands aside for new work."""
    claim_owner: Mapped[str | None]
    claim_fence: Mapped[int] = mapped_column(default=0)
    """Grows with each process that takes it; what an earlier one notes is refused."""
    claim_until: Mapped[datetime | None]
