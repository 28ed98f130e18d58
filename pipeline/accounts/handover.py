"""Signing in through an identity provider: a browser is sent there and comes back once; a row here says who gets in."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.errors import UsageError
from config.i18n import mark as _
from pipeline.accounts.model import Opened
from pipeline.accounts.sessions import open_session
from pipeline.accounts.users import note
from pipeline.context import Context
from storage.ledger.models import SignInHandover, WebUser

LASTS = timedelta(minutes=10)
SECRET_BYTES = 32


class HandoverError(UsageError):
    """A browser came back from the identity provider without having been sent there, twice, or too late."""

    code = "handover_stale"
    message = _("signing in through the identity provider was not completed")
    remedy = _("Begin again at the page where one signs in.")


class StrangerError(UsageError):
    """The identity provider knows somebody who is no user here."""

    code = "stranger"
    message = _("the identity provider knows you, but you are no user of this page")
    remedy = _("Ask the administrator to add you: sohoa user add LOGIN --role ROLE --email ADDRESS")


@dataclass(frozen=True, slots=True)
class Handover:
    """What belongs to one way to the provider and back."""

    state: str
    browser: str
    nonce: str
    verifier: str
    next_path: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the identity provider vouches for; an address counts only where the provider says it checked it."""

    subject: str
    email: str | None


def begin_handover(ctx: Context, next_path: str) -> Handover:
    """Begin a way to the provider and back."""
    state, browser, nonce, verifier = (secrets.token_urlsafe(SECRET_BYTES) for _ in range(4))
    with ctx.ledger.session() as session:
        session.execute(delete(SignInHandover).where(SignInHandover.expires_at <= ctx.clock()))
        session.add(
            SignInHandover(
                state_sha256=_sha256(state),
                browser_sha256=_sha256(browser),
                nonce=nonce,
                verifier=verifier,
                next_path=next_path,
                expires_at=ctx.clock() + LASTS,
            )
        )
    return Handover(state, browser, nonce, verifier, next_path)


def take_handover(ctx: Context, state: str, browser: str) -> Handover:
    """Give the way that a browser comes back from, once. Raise HandoverError when there is none of it."""
    taken = (
        delete(SignInHandover)
        .where(SignInHandover.state_sha256 == _sha256(state), SignInHandover.expires_at > ctx.clock())
        .returning(
            SignInHandover.browser_sha256, SignInHandover.nonce, SignInHandover.verifier, SignInHandover.next_path
        )
    )
    with ctx.ledger.session() as session:
        found = session.execute(taken).one_or_none()
    if found is None or not hmac.compare_digest(found.browser_sha256, _sha256(browser)):
        raise HandoverError
    return Handover(state, browser, found.nonce, found.verifier, found.next_path)


def let_in(ctx: Context, who: Vouched) -> Opened:
    """Open a session for whom the provider vouches for. Raise StrangerError for who is no user, or is locked."""
    with ctx.ledger.session() as session:
        user = _user(session, who)
        if user is None or user.locked_at is not None:
            raise StrangerError
        if user.subject is None:
            user.subject = who.subject
            note(ctx, session, user.id, "linked", role=user.role)
        return open_session(ctx, session, user)


def _user(session: Session, who: Vouched) -> WebUser | None:
    known = session.scalar(select(WebUser).where(WebUser.subject == who.subject).with_for_update())
    if known is not None or not who.email:
        return known
    # An address may pass on to another person: once linked, the subject alone counts.
    by_address = (WebUser.email == who.email.casefold(), WebUser.subject.is_(None))
    return session.scalar(select(WebUser).where(*by_address).with_for_update())


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
