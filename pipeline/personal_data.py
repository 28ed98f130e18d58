"""Which data of a record are personal, and until when somebody who gave a reason may see those of one record."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from config.errors import NotFoundError, ReferenceDataError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc
from pipeline.accounts.model import Account, AccountRole
from pipeline.context import Context
from storage.ledger import events
from storage.ledger.models import PersonalView, Record

PERSONAL_FILE = Path(__file__).parents[1] / "config" / "reference" / "personal_data.toml"
SCHEMA = 1
MOST_REASON_CHARACTERS = 500
CATEGORIES: dict[str, str] = {
    "inspection": _("inspection or audit"),
    "complaint": _("complaint or denunciation"),
    "request_of_citizen": _("request of the citizen concerned"),
    "correction": _("correcting wrong data"),
    "other": _("another reason, as typed"),
}


class ReasonError(UsageError):
    """Personal data were asked for without a reason that can be kept."""

    code = "reason_wrong"
    message = _("the reason cannot be taken: {cause}")
    remedy = _("Choose what it is about, and write in a few words why the data are needed.")


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What is personal, who sees it without a reason, for how long a reason opens it, and which reasons there are."""

    open_to: tuple[AccountRole, ...]
    shown_for: timedelta
    least_reason_characters: int
    categories: tuple[str, ...]
    code_fields: frozenset[str]
    """Of the public ones those that a document may be searched by without a reason."""
    public_fields: frozenset[str]
    personal_fields: frozenset[str]
    public_metadata: frozenset[str]

    def is_field_personal(self, name: str) -> bool:
        """Tell whether a field is covered; one that nobody has gone through is."""
        return name not in self.public_fields

    def is_metadata_personal(self, name: str) -> bool:
        """Tell whether a datum of the archive is covered; one that nobody has gone through is."""
        return name not in self.public_metadata


@cache
def personal_data(path: Path = PERSONAL_FILE) -> PersonalData:
    """Read what is personal. Raise ReferenceDataError when the file lacks something or names no role or reason."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        if data["schema"] != SCHEMA or not set(data["categories"]) <= set(CATEGORIES):
            raise ValueError("schema, categories")
        if not set(data["fields"]["codes"]) <= set(data["fields"]["public"]):
            raise ValueError("fields.codes")
        return PersonalData(
            open_to=tuple(AccountRole(role) for role in data["open_to"]),
            shown_for=timedelta(minutes=data["shown_minutes"]),
            least_reason_characters=data["least_reason_characters"],
            categories=tuple(data["categories"]),
            code_fields=frozenset(data["fields"]["codes"]),
            public_fields=frozenset(data["fields"]["public"]),
            personal_fields=frozenset(data["fields"]["personal"]),
            public_metadata=frozenset(data["metadata"]["public"]),
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err


def category_name(category: str) -> str:
    """Give what a kind of reason is called in the active language."""
    return gettext(CATEGORIES[category])


def shown_until(ctx: Context, account: Account, record_id: UUID) -> datetime | None:
    """Give until when an account is shown the personal data of a record; None: they are covered."""
    opened = select(func.max(PersonalView.until)).where(
        PersonalView.user_id == account.id, PersonalView.record_id == record_id, PersonalView.until > ctx.clock()
    )
    with ctx.ledger.reading() as session:
        return session.scalar(opened)


def sees_personal_data(ctx: Context, account: Account, record_id: UUID) -> bool:
    """Tell whether an account is shown the personal data of a record now: by its role, or for a reason it gave."""
    return account.role in personal_data().open_to or shown_until(ctx, account, record_id) is not None


def reason_given(ctx: Context, account: Account, record_id: UUID) -> str | None:
    """Give the kind of reason for which an account is shown the personal data of a record now; None by its role."""
    latest = (
        select(PersonalView.category)
        .where(
            PersonalView.user_id == account.id, PersonalView.record_id == record_id, PersonalView.until > ctx.clock()
        )
        .order_by(PersonalView.opened_at.desc())
    )
    with ctx.ledger.reading() as session:
        return session.scalar(latest.limit(1))


def open_personal_data(ctx: Context, account: Account, record_id: UUID, category: str, reason: str) -> datetime:
    """Show an account the personal data of a record for a while; give until when.

    What was typed is kept beside; the event says who, which record, when, and what kind of reason.
    Raise ReasonError for a reason that says nothing, NotFoundError when there is no such record.
    """
    text, now = kept_reason(category, reason), ctx.clock()
    until = now + personal_data().shown_for
    with ctx.ledger.session() as session:
        if session.get(Record, record_id) is None:
            raise NotFoundError(subject=record_id)
        view = PersonalView(
            user_id=account.id, record_id=record_id, category=category, reason=text, opened_at=now, until=until
        )
        session.add(view)
        session.flush()
        events.append(
            session,
            kind="record.personal_data_opened",
            actor=account.actor,
            subject_type="record",
            subject_id=record_id,
            at=now,
            payload={"view": view.id, "category": category},
        )
    return until


def kept_reason(category: str, reason: str) -> str:
    """Give a reason as it is kept. Raise ReasonError for one that says nothing, or is of no kind."""
    rules, text = personal_data(), nfc(" ".join(reason.split()))
    if category not in rules.categories:
        raise ReasonError(cause=_("no kind of reason was chosen"))
    if not rules.least_reason_characters <= len(text) <= MOST_REASON_CHARACTERS:
        cause = gettext(_("it must have {least} to {most} characters"))
        raise ReasonError(cause=cause.format(least=rules.least_reason_characters, most=MOST_REASON_CHARACTERS))
    return text
