"""Findings: what was noticed about a document or page, by code, kept until the document is gone."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.ledger.models import Finding
from storage.ledger.types import JsonObject


class Severity(StrEnum):
    """How much a finding matters."""

    NOTE = "note"
    """Worth knowing."""
    WARNING = "warning"
    """Shown before sealing, does not hold the document up."""
    REVIEW = "review"
    """A person must look before the document is sealed."""


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
