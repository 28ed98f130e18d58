"""Who may look at the page: users, their sessions, attempts to sign in, and views of personal data."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.ledger.base import Base, Code, Id, Sha256


class WebUser(Base):
    """A person who may sign in; never deleted, since the event log names its id."""

    __tablename__ = "web_user"
    __table_args__ = (UniqueConstraint("login"), UniqueConstraint("email"), UniqueConstraint("subject"))

    id: Mapped[Id]
    login: Mapped[str]
    role: Mapped[Code]
    """auditor, archivist, admin."""
    password_hash: Mapped[str | None]
    """argon2id with its parameters; None: signs in through the identity provider alone."""
    email: Mapped[str | None]
    """By which the identity provider may name the person the first time."""
    subject: Mapped[str | None]
    """By which the identity provider names the person for good."""
    created_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]


class WebSession(Base):
    """A user signed in on one browser; the token itself is kept nowhere."""

    __tablename__ = "web_session"
    __table_args__ = (UniqueConstraint("token_sha256"),)

    id: Mapped[Id]
    token_sha256: Mapped[Sha256]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("web_user.id"), index=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """However busy it is."""
    ended_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """One attempt to sign in that did not succeed, or not yet; kept for as long as it counts."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_key", "key_sha256", "at"),)

    id: Mapped[Id]
    key_sha256: Mapped[Sha256]
    """Of the login that was typed, or of the address it came from."""
    at: Mapped[datetime] = mapped_column(index=True)


class SignInHandover(Base):
    """A browser that was sent to the identity provider and is to come back; taken once."""

    __tablename__ = "sign_in_handover"
    __table_args__ = (UniqueConstraint("state_sha256"),)

    id: Mapped[Id]
    state_sha256: Mapped[Sha256]
    browser_sha256: Mapped[Sha256]
    """Of the cookie of the browser that began it."""
    nonce: Mapped[str]
    verifier: Mapped[str]
    next_path: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PersonalView(Base):
    """A user was shown the personal data of one record for a while, for a reason that was typed."""

    __tablename__ = "personal_view"
    __table_args__ = (Index("ix_personal_view_user", "user_id", "record_id", "until"),)

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("web_user.id"))
    record_id: Mapped[UUID] = mapped_column(ForeignKey("record.id"), index=True)
    category: Mapped[Code]
    reason: Mapped[str]
    """As it was typed, empty once a paper of the record turned out secret; the event log has the category alone."""
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
