"""Tells how the pages of a document were read."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.ledger.models import Page


@dataclass(frozen=True, slots=True)
class PageView:
    """How one page was read: as prepared or otherwise, how sure (the engine's mean), and what is wrong with it."""

    number: int
    reading: str | None
    confidence: float | None
    alarms: tuple[str, ...]


def page_readings(session: Session, version_id: UUID | None) -> tuple[PageView, ...]:
    """Give how each page of a version was read, in order; nothing for a version not read yet."""
    rows = session.execute(
        select(Page.number, Page.reading, Page.confidence, Page.alarms)
        .where(Page.version_id == version_id)
        .order_by(Page.number)
    )
    return tuple(PageView(number, reading, sure, tuple(alarms or ())) for number, reading, sure, alarms in rows)
