"""What the ledger says of a record and its documents, as the JSON files of a pack hold it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import LANGUAGES, translate
from pipeline.evidence.choosing import Chosen, left_out
from pipeline.field_places import place_of
from pipeline.field_views import counting_value
from pipeline.identifiers import identifiers_of
from pipeline.objects import STACK
from pipeline.record_metadata import record_metadata
from pipeline.register.history import COLUMNS, row_histories
from pipeline.wording import field_id, state_id
from storage.ledger.models import (
    Document,
    DocumentVersion,
    FieldValue,
    ObjectCopy,
    Page,
    Record,
    RegisterEntry,
    RegisterImport,
    RegisterMatch,
    Stack,
    StoredObject,
)

SCHEMA = 1


def record_facts(session: Session, record_id: UUID, given: Sequence[Chosen]) -> dict[str, Any]:
    """Give what is known of a record: its codes, metadata, register row, documents in the pack and those left out."""
    record = session.get_one(Record, record_id)
    return {
        "kind": "sohoa.evidence_record",
        "schema": SCHEMA,
        "record_id": record.id,
        "record": record.code,
        "agency": record.agency_code,
        "year": record.year,
        "state": record.state,
        "identifiers": _named(session, record.id),
        "metadata": record_metadata(session, record).values,
        "register_row": _register_row(session, record),
        "documents": [_document(session, one) for one in given],
        "left_out": [
            {"stt": other.stt, "state": other.state, "state_name": _both(state_id(other.state))}
            for other in left_out(session, record.id, list(given))
        ],
    }


def field_facts(session: Session, one: Chosen) -> dict[str, Any]:
    """Give every value of every field: the raw reading, the register's and those of persons, and which one counts."""
    pages = session.scalars(select(Page).where(Page.version_id == one.version_id)).all()
    by_name: dict[str, list[FieldValue]] = {}
    for value in session.scalars(
        select(FieldValue).where(FieldValue.version_id == one.version_id).order_by(FieldValue.recorded_at)
    ):
        by_name.setdefault(value.name, []).append(value)
    return {
        "kind": "sohoa.evidence_fields",
        "schema": SCHEMA,
        "document_id": one.document_id,
        "version": one.version,
        "fields": [
            {
                "name": name,
                "called": _both(field_id(name)),
                "value": counting_value(values).value,
                "values": [_value(value, pages, counts=value is counting_value(values)) for value in values],
            }
            for name, values in by_name.items()
        ],
    }


def receipt_facts(session: Session, one: Chosen) -> dict[str, Any]:
    """Give what the store said of each file of a document, of all its versions, and when each was last read back.

    A stack it was taken out of holds other papers too; its file is not told of here.
    """
    of_document = (DocumentVersion.document_id == one.document_id, StoredObject.kind != STACK)
    rows = session.execute(
        select(StoredObject, DocumentVersion.number)
        .join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
        .where(*of_document)
        .order_by(DocumentVersion.number, StoredObject.key)
    )
    copies = session.scalars(
        select(ObjectCopy)
        .join(StoredObject, StoredObject.id == ObjectCopy.object_id)
        .join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
        .where(*of_document)
        .order_by(ObjectCopy.store)
    ).all()
    return {
        "kind": "sohoa.evidence_receipts",
        "schema": SCHEMA,
        "document_id": one.document_id,
        "current_version": one.version,
        "objects": [
            {
                "kind": stored.kind,
                "version": number,
                "key": stored.key,
                "sha256": stored.sha256,
                "size": stored.size,
                **_receipt(stored),
                "copies": [_receipt(copy) for copy in copies if copy.object_id == stored.id],
            }
            for stored, number in rows
        ],
    }


def _receipt(kept: StoredObject | ObjectCopy) -> dict[str, Any]:
    """Give what one store said of an object, or of its second copy."""
    return {
        "store": kept.store,
        "version_id": kept.store_version_id,
        "retention_until": kept.retention_until,
        "stored_at": kept.stored_at,
        "last_read_back_at": kept.checked_at,
        "read_back_good": kept.check_ok,
    }


def _document(session: Session, one: Chosen) -> dict[str, Any]:
    document = session.get_one(Document, one.document_id)
    versions = session.scalars(
        select(DocumentVersion).where(DocumentVersion.document_id == document.id).order_by(DocumentVersion.number)
    ).all()
    current = next(version for version in versions if version.number == one.version)
    return {
        "stt": one.stt,
        "document_id": document.id,
        "name": one.name,
        "role": document.role,
        "state": document.state,
        "state_name": _both(state_id(document.state)),
        "pages": document.page_count,
        "delivered_as": document.source_path,
        "original_sha256": current.original_sha256,
        "from_stack": _stack(session, current),
        "identifiers": _named(session, document.id),
        "versions": [
            {
                "number": version.number,
                "reason": version.reason,
                "came_in_at": version.created_at,
                "archived_at": version.archived_at,
                "refused_at": version.refused_at,
                "original_sha256": version.original_sha256,
            }
            for version in versions
        ],
    }


def _stack(session: Session, version: DocumentVersion) -> dict[str, Any] | None:
    stack = session.get(Stack, version.stack_id) if version.stack_id else None
    if stack is None:
        return None
    return {"sha256": stack.sha256, "first_page": version.first_page, "last_page": version.last_page}


def _register_row(session: Session, record: Record) -> dict[str, Any] | None:
    entry = session.get(RegisterEntry, record.register_entry_id) if record.register_entry_id else None
    if entry is None:
        return None
    history = next(
        each
        for each in row_histories(session, entry.record_code, entry.agency_code)
        if each.agency == entry.agency_code
    )
    matches = session.scalars(
        select(RegisterMatch)
        .join(DocumentVersion, DocumentVersion.id == RegisterMatch.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.record_id == record.id, RegisterMatch.entry_id == entry.id)
        .order_by(RegisterMatch.found_at)
    )
    imports = session.scalars(
        select(RegisterImport)
        .where(RegisterImport.id.in_([entry.first_import_id, entry.last_import_id]))
        .order_by(RegisterImport.imported_at)
    )
    return {
        "values": {name: getattr(entry, name) for name in COLUMNS},
        "row_sha256": entry.row_sha256,
        "source_row": entry.source_row,
        "is_counted": history.is_counted,
        "imports": [
            {"id": each.id, "sha256": each.sha256, "scope": each.scope, "at": each.imported_at, "actor": each.actor}
            for each in imports
        ],
        "history": [asdict(step) for step in history.steps],
        "linked_by": [{"basis": each.basis, "actor": each.actor, "at": each.found_at} for each in matches],
    }


def _value(value: FieldValue, pages: Sequence[Page], *, counts: bool) -> dict[str, Any]:
    place = place_of(value, pages)
    return {
        "value": value.value,
        "counts": counts,
        "source": value.source,
        "status": value.status,
        "probability": value.confidence,
        "reason": value.reason_code,
        "rules": value.why or [],
        "actor": value.actor,
        "at": value.recorded_at,
        "page": value.page,
        "box": None
        if place is None
        else {
            "left_mm": place.left_mm,
            "top_mm": place.top_mm,
            "width_mm": place.width_mm,
            "height_mm": place.height_mm,
        },
    }


def _named(session: Session, subject_id: UUID) -> list[dict[str, str]]:
    return [{"scheme": scheme, "name": name} for scheme, name in identifiers_of(session, subject_id)]


def _both(message: str) -> dict[str, str]:
    return {language: translate(message, language) for language in LANGUAGES}
