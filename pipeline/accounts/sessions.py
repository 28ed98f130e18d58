"""Sessions: opened with a token that only the browser keeps, ended by leaving, by time, or by locking the user."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pipeline.accounts.model import Opened, Visitor, account_of
from pipeline.context import Context
from storage.ledger import events
from storage.ledger.models import WebSession, WebUser

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
"""So often at most is it written down that a session is in use."""


def open_session(ctx: Context, session: Session, user: WebUser) -> Opened:
    """Open a session for a user in the transaction given, and note that."""
    now = ctx.clock()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + timedelta(hours=ctx.settings.web.session_hours)
    session.add(
        WebSession(token_sha256=_sha256(token), user_id=user.id, opened_at=now, seen_at=now, expires_at=expires_at)
    )
    session.flush()
    account = account_of(user)
    _note(session, "user.signed_in", account.actor, user.id, now)
    return Opened(token, account, expires_at)


def find_visitor(ctx: Context, token: str) -> Visitor | None:
    """Give who has a token; None when its session ended, ran out or was left unused, or its user is locked."""
    now = ctx.clock()
    idle = timedelta(minutes=ctx.settings.web.idle_minutes)
    with ctx.ledger.reading() as session:
        found = session.execute(
            select(WebSession, WebUser)
            .join(WebUser, WebUser.id == WebSession.user_id)
            .where(
                WebSession.token_sha256 == _sha256(token),
                WebSession.ended_at.is_(None),
                WebSession.expires_at > now,
                WebSession.seen_at > now - idle,
                WebUser.locked_at.is_(None),
            )
        ).one_or_none()
    if found is None:
        return None
    row, user = found
    if now - row.seen_at >= SEEN_EVERY:
        with ctx.ledger.session() as session:
            session.execute(update(WebSession).where(WebSession.id == row.id).values(seen_at=now))
    return Visitor(account_of(user), row.id, token)


def end_session(ctx: Context, visitor: Visitor) -> None:
    """Sign a visitor out."""
    now = ctx.clock()
    with ctx.ledger.session() as session:
        ended = session.execute(
            update(WebSession)
            .where(WebSession.id == visitor.session_id, WebSession.ended_at.is_(None))
            .values(ended_at=now)
            .returning(WebSession.id)
        ).one_or_none()
        if ended is not None:
            _note(session, "user.signed_out", visitor.account.actor, visitor.account.id, now)


def end_all_sessions(session: Session, user_id: UUID, now: datetime) -> None:
    """Sign a user out everywhere."""
    open_ones = (WebSession.user_id == user_id, WebSession.ended_at.is_(None))
    session.execute(update(WebSession).where(*open_ones).values(ended_at=now))


def _note(session: Session, kind: str, actor: str, user_id: UUID, at: datetime) -> None:
    events.append(session, kind=kind, actor=actor, subject_type="web_user", subject_id=user_id, at=at)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
