"""What of a found document is shown in a list: what is public, and its abstract to whoever sees its personal data."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.codes import holds_personal_number
from pipeline.field_views import counting_value
from pipeline.naming import document_name
from pipeline.search.finding import Hit, Where
from storage.ledger.models import Agency, Document, DocumentVersion, FieldValue, Record, RegisterEntry

TYPE, SYMBOL, DAY, SUBJECT = ("type_name", "paper_name"), ("code",), ("issued_on",), "subject"
PUBLIC = (*TYPE, *SYMBOL, *DAY)


@dataclass(frozen=True, slots=True)
class Found:
    """One document of an answer."""

    record_id: UUID
    name: str
    agency_code: str
    agency_name: str | None
    state: str
    type_name: str | None
    symbol: str | None
    issued_on: str | None
    subject: str | None
    """None also where it is covered for whoever looks."""
    where: Where


@dataclass(frozen=True, slots=True)
class Unscanned:
    """One row of the register that no scan belongs to."""

    record_code: str
    agency_code: str
    symbol: str | None
    procedure_code: str | None
    is_withdrawn: bool


def found_of(session: Session, hits: Sequence[Hit], open_records: Collection[UUID] | None) -> list[Found]:
    """Give found documents as they are listed; `open_records`: whose personal data are shown, None: of all."""
    ids = [hit.document_id for hit in hits]
    query = (
        select(Document, Record.id, Record.code, Agency.name)
        .join(Record, Record.id == Document.record_id)
        .outerjoin(Agency, Agency.code == Document.agency_code)
        .where(Document.id.in_(ids))
    )
    known = {row[0].id: row for row in session.execute(query)}
    fields = _fields(session, ids)
    found = []
    for hit in hits:
        if hit.document_id not in known:
            continue
        document, record_id, code, agency = known[hit.document_id]
        values = fields.get(document.id, {})
        is_open = open_records is None or record_id in open_records
        found.append(
            Found(
                record_id,
                document_name(code, document.stt) if document.stt else code,
                document.agency_code,
                agency,
                document.state,
                _first(values, TYPE),
                _first(values, SYMBOL),
                _first(values, DAY),
                values.get(SUBJECT) if is_open else None,
                hit.where,
            )
        )
    return found


def unscanned_of(entries: Sequence[RegisterEntry]) -> list[Unscanned]:
    """Give register rows as they are listed: nothing that names a citizen."""
    return [
        Unscanned(row.record_code, row.agency_code, row.symbol, row.procedure_code, row.withdrawn_at is not None)
        for row in entries
    ]


def _first(values: dict[str, str], names: Sequence[str]) -> str | None:
    value = next((values[name] for name in names if name in values), None)
    return None if value is None or holds_personal_number(value) else value


def _fields(session: Session, documents: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """Give the values that count, by document and field."""
    query = (
        select(DocumentVersion.document_id, FieldValue)
        .join(FieldValue, FieldValue.version_id == DocumentVersion.id)
        .join(
            Document,
            (Document.id == DocumentVersion.document_id) & (Document.current_version == DocumentVersion.number),
        )
        .where(Document.id.in_(documents), FieldValue.name.in_((*PUBLIC, SUBJECT)))
        .order_by(FieldValue.recorded_at)
    )
    several: dict[UUID, dict[str, list[FieldValue]]] = {}
    for document_id, value in session.execute(query):
        several.setdefault(document_id, {}).setdefault(value.name, []).append(value)
    return {
        document_id: {name: text for name, values in by_name.items() if (text := counting_value(values).value)}
        for document_id, by_name in several.items()
    }
