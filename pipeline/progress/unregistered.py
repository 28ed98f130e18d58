"""Records that were scanned and stand in no register, so in no denominator: listed apart, to the last one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.progress.counts import Subject, count_kept
from pipeline.progress.model import Unregistered
from pipeline.progress.outside import GONE, is_kept, is_outside
from pipeline.progress.surroundings import LISTED
from storage.ledger.models import Document, OutsideRecord, Record


@dataclass(frozen=True, slots=True)
class ScannedOutside:
    """One record that no register counts, and what was scanned of it."""

    agency_code: str
    record_code: str
    documents: int
    pages: int
    came_in_at: datetime
    is_withdrawn: bool
    """It has a row, which a person withdrew."""


def list_unregistered(session: Session, *, as_kept: bool) -> tuple[tuple[Unregistered, ...], int]:
    """List the first records that stand in no register, and give how many there are in all.

    `as_kept`: as they are kept, whatever was touched since.
    """
    query = select(Record.code, Record.agency_code)
    if as_kept or is_kept(session):
        kept = OutsideRecord
        query = query.join(kept, kept.record_id == Record.id).order_by(kept.agency_code, kept.record_id)
        total = count_kept(session, Subject.OUTSIDE)
    else:
        query = query.where(*is_outside()).order_by(Record.agency_code, Record.id)
        total = _count(session, None)
    return tuple(Unregistered(code, agency) for code, agency in session.execute(query.limit(LISTED))), total


def count_unregistered(session: Session, agency: str | None = None) -> int:
    """Give how many records stand in no register, in all or of an agency."""
    return count_kept(session, Subject.OUTSIDE, agency) if is_kept(session) else _count(session, agency)


def _count(session: Session, agency: str | None) -> int:
    return session.scalar(select(func.count()).select_from(Record).where(*is_outside(agency))) or 0


def every_unregistered(session: Session, agency: str | None = None) -> Iterator[ScannedOutside]:
    """Give all of them, in all or of an agency, in order; they are read as they are taken."""
    found = (
        select(
            Record.agency_code,
            Record.code,
            func.count(Document.id),
            func.sum(Document.page_count),
            Record.created_at,
            Record.register_entry_id.is_not(None),
        )
        .join(Document, Document.record_id == Record.id)
        .where(*is_outside(agency), Document.state.not_in(GONE))
        .group_by(Record.id)
        .order_by(Record.agency_code, Record.code)
    )
    for agency_code, code, documents, pages, at, is_withdrawn in session.execute(
        found.execution_options(yield_per=1000)
    ):
        yield ScannedOutside(agency_code, code, documents, pages or 0, at, is_withdrawn)
