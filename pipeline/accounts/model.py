"""What an account is: a login, a role, and ways to sign in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from config.i18n import gettext
from config.i18n import mark as _
from storage.ledger.models import WebUser

ACTOR_PREFIX = "web:"
"""Before the login, where the event log names who acted on the page: anybody may name a login on the command line."""


class AccountRole(StrEnum):
    """What a user may do: an auditor reads, an archivist reviews, an admin looks after accounts."""

    AUDITOR = "auditor"
    ARCHIVIST = "archivist"
    ADMIN = "admin"


ROLES: dict[str, str] = {
    AccountRole.AUDITOR: _("auditor"),
    AccountRole.ARCHIVIST: _("archivist"),
    AccountRole.ADMIN: _("administrator"),
}


def account_role_name(role: str) -> str:
    """Give what a role is called in the active language."""
    return gettext(ROLES[role])


@dataclass(frozen=True, slots=True)
class Account:
    """One user, without secrets."""

    id: UUID
    login: str
    role: AccountRole
    email: str | None
    has_password: bool
    is_linked: bool
    """The identity provider has named the person for good."""
    created_at: datetime
    locked_at: datetime | None

    @property
    def actor(self) -> str:
        """Who acts, as the event log names it."""
        return ACTOR_PREFIX + self.login


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: the token that the browser keeps, and until when."""

    token: str
    account: Account
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is looking now, and in which session."""

    account: Account
    session_id: UUID
    token: str


def account_of(user: WebUser) -> Account:
    """Give a user's row without its secrets."""
    return Account(
        id=user.id,
        login=user.login,
        role=AccountRole(user.role),
        email=user.email,
        has_password=user.password_hash is not None,
        is_linked=user.subject is not None,
        created_at=user.created_at,
        locked_at=user.locked_at,
    )
