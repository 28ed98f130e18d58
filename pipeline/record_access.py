"""One record as a person at the page sees it: found by name, its view noted, what is personal covered or not."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from config.errors import CodeError, NotFoundError
from config.i18n import mark as _
from pipeline.accounts.model import Account
from pipeline.context import Context
from pipeline.field_views import FieldView
from pipeline.naming import record_and_number
from pipeline.overview import DocumentView, RecordView, show_record_of
from pipeline.personal_data import PersonalData, personal_data, sees_personal_data
from pipeline.reason_wording import reason_name
from storage.ledger import events
from storage.ledger.models import Event, Record


class Covered(str):
    """Stands where a value is not shown to whoever is looking."""

    __slots__ = ()


COVERED = Covered(_("covered"))
MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record that bears a name: its id, its code, and whose it is."""

    id: UUID
    code: str
    agency_code: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One event about a record: when, what, who, and of which document where it is about one."""

    seq: int
    at: datetime
    kind: str
    actor: str
    stt: int | None


def records_called(ctx: Context, name: str) -> list[KnownRecord]:
    """Give the records that a mã hồ sơ or the code of a document names, one an agency; none where nothing is."""
    with ctx.ledger.reading() as session:
        try:
            code, _stt = record_and_number(session, name)
        except (NotFoundError, CodeError):
            return []
        found = session.scalars(select(Record).where(Record.code == code).order_by(Record.agency_code))
        return [KnownRecord(record.id, record.code, record.agency_code) for record in found]


def view_record(ctx: Context, account: Account, record_id: UUID) -> RecordView:
    """Give a record for an account to look at, what is personal covered unless it may be seen; each view is an event.

    Raise NotFoundError when there is no such record.
    """
    view = show_record_of(ctx, record_id)
    is_open = sees_personal_data(ctx, account, record_id)
    note_view(ctx, account, record_id, "record.viewed", is_open=is_open)
    return view if is_open else covered(view)


def note_view(
    ctx: Context, account: Account, record_id: UUID, kind: str, *, is_open: bool, stt: int | None = None
) -> None:
    """Write down that an account looked at a record."""
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind=kind,
            actor=account.actor,
            subject_type="record",
            subject_id=record_id,
            at=ctx.clock(),
            payload={"personal_data": is_open, "stt": stt},
        )


def happenings(ctx: Context, record: RecordView) -> list[Happening]:
    """Give the latest events about a record and its documents, newest first."""
    numbers = {str(document.document_id): document.stt for document in record.documents}
    wanted = [str(record.record_id), *numbers]
    latest = select(Event).where(Event.subject_id.in_(wanted)).order_by(Event.seq.desc()).limit(MOST_EVENTS)
    with ctx.ledger.reading() as session:
        return [
            Happening(event.seq, event.at, event.kind, event.actor, numbers.get(event.subject_id))
            for event in session.scalars(latest)
        ]


def covered(record: RecordView, rules: PersonalData | None = None) -> RecordView:
    """Give a record with what is personal covered; nothing of it is left in the value."""
    known = rules or personal_data()
    values = _covered_metadata(record.metadata.values, known)
    return replace(
        record,
        metadata=replace(record.metadata, values=values),
        documents=tuple(_covered_document(document, known) for document in record.documents),
    )


def _covered_document(document: DocumentView, rules: PersonalData) -> DocumentView:
    row = document.register_row
    trouble = document.trouble
    return replace(
        document,
        fields=tuple(_covered_field(one) if rules.is_field_personal(one.name) else one for one in document.fields),
        # A path bears what whoever scanned chose to write, a code what whoever printed it did.
        source_path=None,
        trouble=replace(trouble, where="", cause=reason_name(trouble.code)) if trouble is not None else None,
        codes=tuple(replace(code, text=_cover(code.text)) for code in document.codes),
        metadata=_covered_metadata(document.metadata, rules),
        register_row=replace(row, subject=_cover(row.subject)) if row is not None else None,
    )


def _cover(value: str | None) -> str | None:
    return COVERED if value is not None else None


def _covered_field(field: FieldView) -> FieldView:
    return replace(
        field,
        value=_cover(field.value),
        read_value=_cover(field.read_value),
        register_value=_cover(field.register_value),
    )


def _covered_metadata(values: dict[str, str], rules: PersonalData) -> dict[str, str]:
    return {name: COVERED if rules.is_metadata_personal(name) else value for name, value in values.items()}
