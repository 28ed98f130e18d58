"""What TT 05/2025 requires of a document beside its fields: filled from its agency or by a person, else listed.

Nothing is invented: what neither the agency's file nor a person says stands in a finding until one of them does.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.archival_rules import FLAG, archival_rules
from pipeline.findings import Severity, add_finding
from storage.ledger.models import Agency, Document, Finding

MISSING = "archival_metadata_missing"
DEFAULTS = ("maintenance", "language", "mode", FLAG)
"""What an agency may say for all its documents."""
STATUS = "risk_recovery_status"


def describe(session: Session, document: Document, found_at: datetime) -> None:
    """Fill what is empty from the document's agency, and list what is still missing, anew each time."""
    rules = archival_rules()
    document.confidence_level = rules.born_digital if document.lane == "signed" else rules.digitized
    agency = session.scalar(select(Agency).where(Agency.code == document.agency_code))
    for column in DEFAULTS if agency is not None else ():
        if getattr(document, column) is None:
            setattr(document, column, getattr(agency, column))
    note_missing(session, document, found_at)


def note_missing(session: Session, document: Document, found_at: datetime) -> None:
    """List the required columns that a document lacks; the list is made anew each time."""
    session.execute(delete(Finding).where(Finding.document_id == document.id, Finding.code == MISSING))
    missing = missing_columns(document)
    if missing:
        details = {"missing": ", ".join(missing)}
        add_finding(session, document.id, MISSING, Severity.NOTE, found_at, details=details)


def missing_columns(document: Document) -> list[str]:
    """Give the required columns that a document lacks."""
    missing = [name for name in archival_rules().document if getattr(document, name) is None]
    return [*missing, STATUS] if document.risk_recovery and document.risk_recovery_status is None else missing


def known_metadata(document: Document) -> dict[str, str]:
    """Give what is known of a document's archival metadata, in the codes of TT 05/2025."""
    values = {name: getattr(document, name) for name in (*archival_rules().document, STATUS)}
    return {name: str(int(value)) if name == FLAG else value for name, value in values.items() if value is not None}


def metadata_sources(session: Session, document: Document) -> dict[str, str]:
    """Give where each datum that is known of a document comes from: its agency's defaults, a person, the program."""
    agency = session.scalar(select(Agency).where(Agency.code == document.agency_code))

    def source(name: str) -> str:
        if name == "confidence_level":
            return "program"
        is_default = agency is not None and name in DEFAULTS and getattr(agency, name) == getattr(document, name)
        return "agency" if is_default else "person"

    return {name: source(name) for name in known_metadata(document)}


def describe_all(session: Session, found_at: datetime) -> None:
    """Fill from agencies what earlier documents lack, after the agencies' file was read again."""
    lacking: list[UUID] = list(session.scalars(select(Finding.document_id).where(Finding.code == MISSING).distinct()))
    for document_id in lacking:
        describe(session, session.get_one(Document, document_id), found_at)
