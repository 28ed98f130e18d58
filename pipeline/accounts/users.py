"""Users are added, locked and given roles and passwords; every change is an event with who made it.

Whoever loses a password, a role or the right to sign in is signed out everywhere at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.errors import EventPayloadError, NotFoundError, UsageError
from config.i18n import mark as _
from pipeline.accounts.model import ACTOR_PREFIX, Account, AccountRole, account_of
from pipeline.accounts.passwords import hash_password
from pipeline.accounts.sessions import end_all_sessions
from pipeline.context import Context
from storage.ledger import events
from storage.ledger.event_payload import clean_actor
from storage.ledger.models import WebUser


class UserUnknownError(NotFoundError):
    """There is no user of that login."""

    code = "user_unknown"
    message = _("there is no user {subject}")
    remedy = _("See who there is: sohoa user list")


class UserTakenError(UsageError):
    """A login, e-mail address or subject already is another user's."""

    code = "user_taken"
    message = _("{subject} already is a user's, {login}")
    remedy = _("Choose another login, or change that user: sohoa user role, sohoa user password")


class LoginError(UsageError):
    """A login has characters that a login cannot have."""

    code = "login_wrong"
    message = _("{login} can be no login")
    remedy = _("A login has letters without accents, digits and . _ - @, no spaces, and is no number of a person.")


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be added; without a password the identity provider must vouch for the person."""

    login: str
    role: AccountRole
    password: str | None = None
    email: str | None = None
    subject: str | None = None


def add_user(ctx: Context, new: NewUser) -> Account:
    """Add a user. Raise LoginError, PasswordWeakError, or UserTakenError where something of it is another user's."""
    login, email = new.login.strip().casefold(), _email(new.email)
    try:
        clean_actor("user", login)
        clean_actor("user", ACTOR_PREFIX + login)
    except EventPayloadError:
        raise LoginError(login=new.login) from None
    kept = hash_password(login, new.password) if new.password is not None else None
    with ctx.ledger.session() as session:
        _refuse_taken(session, login, email, new.subject)
        user = WebUser(
            login=login,
            role=new.role,
            password_hash=kept,
            email=email,
            subject=new.subject,
            created_at=ctx.clock(),
            locked_at=None,
        )
        session.add(user)
        session.flush()
        note(ctx, session, user.id, "added", role=str(new.role))
        return account_of(user)


def list_users(ctx: Context) -> list[Account]:
    """Give all users by login, the locked ones too."""
    with ctx.ledger.reading() as session:
        return [account_of(user) for user in session.scalars(select(WebUser).order_by(WebUser.login))]


def lock_user(ctx: Context, login: str) -> Account:
    """Let a user sign in no more, and end all sessions."""

    def lock(user: WebUser) -> None:
        user.locked_at = user.locked_at or ctx.clock()

    return _change(ctx, login, "locked", lock)


def unlock_user(ctx: Context, login: str) -> Account:
    """Let a locked user sign in again."""

    def unlock(user: WebUser) -> None:
        user.locked_at = None

    return _change(ctx, login, "unlocked", unlock)


def set_password(ctx: Context, login: str, password: str) -> Account:
    """Give a user another password, and end all sessions. Raise PasswordWeakError."""
    kept = hash_password(login, password)

    def change(user: WebUser) -> None:
        user.password_hash = kept

    return _change(ctx, login, "password_set", change)


def set_role(ctx: Context, login: str, role: AccountRole) -> Account:
    """Give a user another role, and end all sessions."""

    def change(user: WebUser) -> None:
        user.role = role

    return _change(ctx, login, "role_set", change)


def note(ctx: Context, session: Session, user_id: UUID, what: str, *, actor: str = "", role: str | None = None) -> None:
    """Write down what became of a user, with who did it."""
    events.append(
        session,
        kind=f"user.{what}",
        actor=actor or ctx.actor,
        subject_type="web_user",
        subject_id=user_id,
        at=ctx.clock(),
        payload={"role": role} if role else None,
    )


def _change(ctx: Context, login: str, what: str, change: Callable[[WebUser], None]) -> Account:
    with ctx.ledger.session() as session:
        user = session.scalar(select(WebUser).where(WebUser.login == login.strip().casefold()))
        if user is None:
            raise UserUnknownError(subject=login)
        change(user)
        end_all_sessions(session, user.id, ctx.clock())
        session.flush()
        note(ctx, session, user.id, what, role=user.role)
        return account_of(user)


def _refuse_taken(session: Session, login: str, email: str | None, subject: str | None) -> None:
    wanted = [WebUser.login == login]
    wanted += [WebUser.email == email] if email else []
    wanted += [WebUser.subject == subject] if subject else []
    taken = session.scalar(select(WebUser).where(or_(*wanted)).limit(1))
    if taken is not None:
        same = login if taken.login == login else email if email and taken.email == email else subject
        raise UserTakenError(subject=same, login=taken.login)


def _email(raw: str | None) -> str | None:
    return raw.strip().casefold() or None if raw else None
