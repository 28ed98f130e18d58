"""One search: answered, and written down. The event has who, when, what was looked at and found; the words rest apart.

A further page of an answer is no new search.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import NotFoundError
from pipeline.accounts.model import Account
from pipeline.context import Context
from pipeline.personal_data import personal_data
from pipeline.search.access import Right, right_of
from pipeline.search.finding import (
    MOST_CHARACTERS,
    MOST_COUNTED,
    PAGE,
    Asked,
    Place,
    Scope,
    count_documents,
    find_documents,
    find_unscanned,
)
from pipeline.search.indexing import AT_ONCE, is_index_current, refresh_index
from pipeline.search.results import Found, Unscanned, found_of, unscanned_of
from storage.ledger import events
from storage.ledger.models import PersonalView, RecordSearch

MOST_NAMED = 20
"""Records that the event of a search names."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of what a search finds."""

    words: str
    scope: Scope
    total: int
    is_more: bool
    """There are more than `total`."""
    documents: list[Found]
    unscanned: list[Unscanned]
    next: Place | None
    is_current: bool
    """Nothing waits to be indexed: all that is there can be found."""


def search_on_page(ctx: Context, account: Account, typed: str) -> UUID:
    """Search for an account as far as it may now; give what the search is called, for its pages."""
    right = right_of(ctx, account)
    refresh_index(ctx, AT_ONCE)
    return _note(ctx, typed, right, account.actor, account.id)


def page_of(ctx: Context, account: Account, search_id: UUID, after: Place | None) -> Answer:
    """Give a page of an account's own search, of what it may search now. Raise NotFoundError when there is none."""
    with ctx.ledger.reading() as session:
        search = session.get(RecordSearch, search_id)
    if search is None or search.user_id != account.id or search.words is None:
        raise NotFoundError(subject=search_id)
    may_now = right_of(ctx, account).scope
    scope = Scope.ALL if Scope.ALL == may_now == search.scope else Scope.CODES
    return _answer(ctx, search.words, scope, after, PAGE, account)


def search_at_desk(ctx: Context, typed: str, scope: Scope, most: int) -> Answer:
    """Search on the command line; the whole index is brought up to date before."""
    refresh_index(ctx)
    _note(ctx, typed, Right(scope), ctx.actor, None)
    return _answer(ctx, _kept(typed), scope, None, most, None)


def _kept(typed: str) -> str:
    return typed[:MOST_CHARACTERS].replace("\x00", " ")


def _note(ctx: Context, typed: str, right: Right, actor: str, user_id: UUID | None) -> UUID:
    """Write a search down, with what it finds now."""
    words, now = _kept(typed), ctx.clock()
    asked = Asked.of(words)
    with ctx.ledger.reading() as session:
        total = count_documents(session, asked, right.scope)
        hits = find_documents(session, asked, right.scope, most=MOST_NAMED)
        records = dict.fromkeys(str(found.record_id) for found in found_of(session, hits, ()))
    with ctx.ledger.session() as session:
        search = RecordSearch(
            at=now, actor=actor, user_id=user_id, opening_id=right.opening_id, scope=right.scope, words=words
        )
        session.add(search)
        session.flush()
        events.append(
            session,
            kind="records.searched",
            actor=actor,
            subject_type="search",
            subject_id=search.id,
            at=now,
            payload={
                "scope": str(right.scope),
                "found": min(total, MOST_COUNTED),
                "is_more": total > MOST_COUNTED,
                "records": list(records),
            },
        )
    return search.id


def _answer(ctx: Context, words: str, scope: Scope, after: Place | None, most: int, account: Account | None) -> Answer:
    """Give one page of what is found; register rows without a scan stand on the first."""
    asked = Asked.of(words)
    with ctx.ledger.reading() as session:
        total = count_documents(session, asked, scope)
        hits = find_documents(session, asked, scope, after=after, most=most + 1)
        shown = hits[:most]
        documents = found_of(session, shown, _open_records(ctx, session, account))
        return Answer(
            words=words,
            scope=scope,
            total=min(total, MOST_COUNTED),
            is_more=total > MOST_COUNTED,
            documents=documents,
            unscanned=unscanned_of(find_unscanned(session, words)) if after is None else [],
            next=shown[-1].place if len(hits) > most else None,
            is_current=is_index_current(session),
        )


def _open_records(ctx: Context, session: Session, account: Account | None) -> set[UUID] | None:
    """Give the records whose personal data are shown to an account now; None: of all."""
    if account is None or account.role in personal_data().open_to:
        return None
    opened = select(PersonalView.record_id).where(PersonalView.user_id == account.id, PersonalView.until > ctx.clock())
    return set(session.scalars(opened))
