"""The one way a document changes its state: row, reason and event in one transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from config.errors import NotFoundError, SohoaError
from storage.ledger import events
from storage.ledger.models import Document
from storage.ledger.states import DocumentState
from storage.ledger.types import JsonObject


def move(
    session: Session,
    document_id: UUID,
    after: DocumentState,
    *,
    actor: str,
    at: datetime,
    cause: SohoaError | None = None,
    output_sha256: str | None = None,
) -> None:
    """Bring a document into a state; the database refuses a transition that is not in the table."""
    document = session.get(Document, document_id, with_for_update=True)
    if document is None:
        raise NotFoundError(subject=document_id)
    before = document.state
    if after != before:
        # Tries are counted anew for each state.
        document.tries = 0
    document.state = after
    document.state_since = at
    document.wait_until = None
    note_reason(document, cause)
    events.append(
        session,
        kind=f"document.{after}",
        actor=actor,
        subject_type="document",
        subject_id=str(document_id),
        at=at,
        input_hash=document.original_sha256,
        output_hash=output_sha256,
        payload={"before": before, "reason": cause.code if cause else None, "version": document.current_version},
    )


def note_reason(document: Document, cause: SohoaError | None) -> None:
    """Write down why a document stands where it does, or that there is no reason to tell."""
    document.reason_code = cause.code if cause else None
    document.reason_details = plain_details(cause) if cause else None


def plain_details(cause: SohoaError) -> JsonObject:
    """Give the details of an error as JSON values, to show its message again later in either language."""
    return {key: value if isinstance(value, int | float | str) else str(value) for key, value in cause.details.items()}
