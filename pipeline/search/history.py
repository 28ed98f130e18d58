"""Who searched for whom, and for which reason; and the end of the words, once nobody may have to answer for them."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, select, update

from config.clock import VIETNAM
from pipeline.context import Context
from storage.ledger import events
from storage.ledger.models import RecordSearch, SearchOpening


@dataclass(frozen=True, slots=True)
class PastSearch:
    """One search as it was made."""

    at: datetime
    actor: str
    scope: str
    words: str | None
    """None once they were deleted."""
    category: str | None
    reason: str | None
    """None where none was needed."""


def past_searches(ctx: Context, actor: str | None, most: int) -> list[PastSearch]:
    """Give the latest searches, of one person where one is named, newest first."""
    query = (
        select(RecordSearch, SearchOpening.category, SearchOpening.reason)
        .outerjoin(SearchOpening, SearchOpening.id == RecordSearch.opening_id)
        .order_by(RecordSearch.at.desc(), RecordSearch.id.desc())
        .limit(most)
    )
    if actor is not None:
        query = query.where(RecordSearch.actor == actor)
    with ctx.ledger.reading() as session:
        return [
            PastSearch(one.at, one.actor, one.scope, one.words, category, reason)
            for one, category, reason in session.execute(query)
        ]


def count_words(ctx: Context, before: date) -> int:
    """Give how many searches made before a day still have their words."""
    with ctx.ledger.reading() as session:
        counted = select(func.count()).select_from(RecordSearch).where(*_with_words(before))
        return session.scalar(counted) or 0


def forget_words(ctx: Context, before: date) -> int:
    """Delete the words of searches made before a day, for good; give of how many. Who searched and when stays."""
    count = count_words(ctx, before)
    with ctx.ledger.session() as session:
        session.execute(update(RecordSearch).where(*_with_words(before)).values(words=None))
        events.append(
            session,
            kind="records.search_words_deleted",
            actor=ctx.actor,
            subject_type="search",
            subject_id=before.isoformat(),
            at=ctx.clock(),
            payload={"searches": count},
        )
    ctx.ledger.scrub()
    return count


def _with_words(before: date) -> tuple[ColumnElement[bool], ...]:
    begin = datetime.combine(before, time(), VIETNAM)
    return RecordSearch.at < begin, RecordSearch.words.is_not(None)
