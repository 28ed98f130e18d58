"""Findings: what was noticed about a document or page, by code, kept until the document is gone."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from storage.ledger.models import Agency, Document, DocumentVersion, Finding, ObjectCopy, Record, StoredObject
from storage.ledger.types import JsonObject

AGENCY_UNKNOWN, NOT_IN_REGISTER = "agency_unknown", "not_in_register"
SCAN_SHORT = "scan_short"
"""Of a register row, not of a document: fewer documents or pages were scanned than it states. Counted, never kept."""
WORDS_CORRECTED = "words_corrected"
"""Words that language put right; `details` says how many."""
COPY_BAD, COPY_HEALED = "copy_bad", "copy_healed"
"""A stored file did not read back as it was stored: no good copy was found to heal it, or one was."""
DOUBTS_OF_ADMISSION = (AGENCY_UNKNOWN, NOT_IN_REGISTER)
"""What may be odd about the record a document came in with; it is not about the document's pages."""


class Severity(StrEnum):
    """How much a finding matters."""

    NOTE = "note"
    """Worth knowing."""
    WARNING = "warning"
    """Shown before sealing, does not hold the document up."""
    REVIEW = "review"
    """A person must look before the document is sealed."""


def settle_doubts_of_admission(session: Session) -> None:
    """Take away what was odd about records when they came in, where agencies' file or register have put it right."""
    documents = select(Document.id).join(Agency, Agency.code == Document.agency_code)
    session.execute(
        delete(Finding).where(Finding.code == AGENCY_UNKNOWN, Finding.document_id.in_(documents)),
        execution_options={"synchronize_session": False},
    )
    registered = select(Document.id).join(Record, Record.id == Document.record_id)
    registered = registered.where(Record.register_entry_id.is_not(None))
    session.execute(
        delete(Finding).where(Finding.code == NOT_IN_REGISTER, Finding.document_id.in_(registered)),
        execution_options={"synchronize_session": False},
    )


def settle_bad_copies(session: Session, document_id: UUID, replica: str | None) -> None:
    """Take away that a document has a bad copy, unless another one of it is bad; `replica`: its name, if there is one.

    Asked whenever a copy that was bad reads well again, whoever read it.
    """
    of_document = select(StoredObject.id).join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
    of_document = of_document.where(DocumentVersion.document_id == document_id)
    bad = exists().where(StoredObject.id.in_(of_document), ~StoredObject.check_ok)
    bad_there = exists().where(ObjectCopy.object_id.in_(of_document), ObjectCopy.store == replica, ~ObjectCopy.check_ok)
    session.execute(
        delete(Finding).where(Finding.document_id == document_id, Finding.code == COPY_BAD, ~bad, ~bad_there),
        execution_options={"synchronize_session": False},
    )


def add_finding(
    session: Session,
    document_id: UUID,
    code: str,
    severity: Severity,
    found_at: datetime,
    *,
    page: int = 0,
    details: JsonObject | None = None,
) -> None:
    """Write a finding down once; the same one again changes nothing. Page 0 is the whole document."""
    known = session.scalar(
        select(Finding.id).where(Finding.document_id == document_id, Finding.page == page, Finding.code == code)
    )
    if known is None:
        session.add(
            Finding(
                document_id=document_id, page=page, code=code, severity=severity, details=details, found_at=found_at
            )
        )
