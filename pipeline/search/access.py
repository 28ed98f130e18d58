"""Who may search what: codes everybody; names and text whoever sees personal data, others for a reason they gave.

That a name is found says something of a citizen, whatever of the document is covered.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pipeline.accounts.model import Account
from pipeline.context import Context
from pipeline.personal_data import kept_reason, personal_data
from pipeline.search.finding import Scope
from storage.ledger import events
from storage.ledger.models import SearchOpening


@dataclass(frozen=True, slots=True)
class Right:
    """What an account may search now: by its role, or to an instant for a reason it gave."""

    scope: Scope
    opening_id: UUID | None = None
    until: datetime | None = None


def right_of(ctx: Context, account: Account) -> Right:
    """Give what an account may search now."""
    if account.role in personal_data().open_to:
        return Right(Scope.ALL)
    latest = (
        select(SearchOpening)
        .where(SearchOpening.user_id == account.id, SearchOpening.until > ctx.clock())
        .order_by(SearchOpening.until.desc())
        .limit(1)
    )
    with ctx.ledger.reading() as session:
        opening = session.scalars(latest).one_or_none()
        return Right(Scope.CODES) if opening is None else Right(Scope.ALL, opening.id, opening.until)


def open_search(ctx: Context, account: Account, category: str, reason: str) -> datetime:
    """Let an account search names and text for a while; give until when.

    What was typed is kept beside; the event says who, when, and what kind of reason.
    Raise ReasonError for a reason that says nothing.
    """
    text, now = kept_reason(category, reason), ctx.clock()
    until = now + personal_data().shown_for
    with ctx.ledger.session() as session:
        opening = SearchOpening(user_id=account.id, category=category, reason=text, opened_at=now, until=until)
        session.add(opening)
        session.flush()
        events.append(
            session,
            kind="records.search_opened",
            actor=account.actor,
            subject_type="search_opening",
            subject_id=opening.id,
            at=now,
            payload={"category": category},
        )
    return until
