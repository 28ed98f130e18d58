"""What is neither copied nor healed: objects of a document that turned out secret, which are to leave both stores."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from pipeline.holds import SecretStoredError
from storage.ledger.models import Document, DocumentVersion, ObjectCopy, StoredObject
from storage.ledger.states import DocumentState


def may_be_kept() -> ColumnElement[bool]:
    """Say in SQL that a stored object belongs to no such document."""
    return StoredObject.version_id.not_in(_secret_versions())


def copy_may_be_kept() -> ColumnElement[bool]:
    """Say the same of a second copy."""
    return ObjectCopy.object_id.not_in(select(StoredObject.id).where(StoredObject.version_id.in_(_secret_versions())))


def _secret_versions() -> Select[UUID]:
    return (
        select(DocumentVersion.id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.state == DocumentState.STUCK, Document.reason_code == SecretStoredError.code)
    )
