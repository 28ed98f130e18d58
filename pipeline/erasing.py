"""A paper that turned out secret, wherever its bytes stand: each such document is erased or, if stored, stopped."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from config.errors import SecrecyMarkError
from pipeline.context import Context
from pipeline.holds import SecretStoredError
from pipeline.resting import clear_work, settle_record
from pipeline.secrecy_doubts import forget_cleared
from pipeline.transitions import move
from pipeline.versions import erase_secret, foreseen_of_erasing
from storage.ledger.models import Document, DocumentVersion, PersonalView, StoredObject
from storage.ledger.states import DocumentState

PASSED_OVER = (DocumentState.QUARANTINED, DocumentState.SUPERSEDED)
"""States that a document does not leave."""


def erase_everywhere(
    ctx: Context, session: Session, document_id: UUID, cause: SecrecyMarkError
) -> DocumentState | None:
    """Erase a secret document and all others with the same bytes; None when it is too late for the document itself.

    Others that are stored get stuck, whoever has a claim on one loses it. The caller scrubs the ledger afterwards.
    """
    document = session.get_one(Document, document_id, with_for_update=True)
    sha256 = document.original_sha256
    _forget_reasons(session, document.record_id, ctx.clock())
    state = erase_secret(ctx, session, document_id, cause)
    session.flush()
    for twin in _twins(session, document_id, sha256):
        _forget_reasons(session, twin.record_id, ctx.clock())
        twin.claim_fence += 1
        twin.claim_owner = twin.claim_until = None
        _end(ctx, session, twin, sha256, cause)
        session.flush()
    return state


def _forget_reasons(session: Session, record_id: UUID | None, now: datetime) -> None:
    """Forget what was typed to see a record of which a paper is secret, and cover its data at once.

    A reason tells of the persons on the paper. Who saw the record, when and for what kind of reason stays, here and in
    the event log; with the record itself, where no other paper is left of it, the event log alone has it.
    """
    seen = update(PersonalView).where(PersonalView.record_id == record_id)
    session.execute(seen.values(reason=""))
    session.execute(seen.where(PersonalView.until > now).values(until=now))


def _twins(session: Session, document_id: UUID, sha256: str) -> list[Document]:
    """Give the other documents whose current version, or an earlier one that is stored, is these bytes."""
    is_kept = exists().where(
        DocumentVersion.document_id == Document.id,
        DocumentVersion.original_sha256 == sha256,
        StoredObject.version_id == DocumentVersion.id,
    )
    others = select(Document).where(
        Document.id != document_id,
        Document.state.not_in(PASSED_OVER),
        or_(Document.original_sha256 == sha256, is_kept),
    )
    return list(session.scalars(others.order_by(Document.id).with_for_update()))


def _end(ctx: Context, session: Session, twin: Document, sha256: str, cause: SecrecyMarkError) -> None:
    if twin.original_sha256 != sha256 or foreseen_of_erasing(session, twin) is DocumentState.STUCK:
        _stop(ctx, session, twin, cause)
        return
    _into_work(ctx, session, twin)
    if erase_secret(ctx, session, twin.id, cause) is not DocumentState.QUARANTINED:
        clear_work(ctx, twin.id)


def _stop(ctx: Context, session: Session, twin: Document, cause: SecrecyMarkError) -> None:
    """Let a document of which secret bytes are stored get stuck: it counts no longer, and the administrator is told."""
    was_archived = twin.state == DocumentState.ARCHIVED
    forget_cleared(session, twin.id)
    if twin.state == DocumentState.REFUSED:
        _into_work(ctx, session, twin)
    stored = SecretStoredError(page=cause.details["page"])
    move(session, twin.id, DocumentState.STUCK, actor=ctx.actor, at=ctx.clock(), cause=stored)
    if was_archived:
        settle_record(session, ctx, twin.record_id)
    clear_work(ctx, twin.id)


def _into_work(ctx: Context, session: Session, twin: Document) -> None:
    """Bring a document whence alone it may be quarantined, go back to an earlier version, or get stuck."""
    if twin.state not in {DocumentState.IN_WORK, DocumentState.DUPLICATE}:
        move(session, twin.id, DocumentState.IN_WORK, actor=ctx.actor, at=ctx.clock())
