"""Versions of a document: a paper scanned again is the next version under the same number; earlier objects stay.

A document is counted once, at its current version. A version that is refused leaves the last archived one in its place.
"""

import shutil
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from config.errors import SecrecyMarkError, SohoaError
from pipeline.context import Context
from pipeline.findings import Severity, add_finding
from pipeline.foreign import FOREIGN
from pipeline.holds import EarlierVersionBusyError
from pipeline.job import staged_version
from pipeline.resting import settle_record
from pipeline.secrecy_gate import is_stored, strike_out, strike_out_version
from pipeline.transitions import move
from storage.ledger.models import Batch, Document, DocumentVersion, Finding, Page, ReviewTask, Signature
from storage.ledger.states import DocumentState, Lane

SCANNED_AGAIN, TAKEN_AGAIN = "scanned_again", "taken_again"
REPLACES_ARCHIVED = "replaces_archived"


def begin_version(
    ctx: Context, session: Session, document: Document, path: str, batch: Batch, sha256: str, staged_as: UUID
) -> None:
    """Let the bytes staged under another id be the next version of a document, in work from the beginning.

    Raise EarlierVersionBusyError while a worker has the document, or its signed bytes are not stored yet.
    """
    now, before = ctx.clock(), DocumentState(document.state)
    is_claimed = document.claim_until is not None and document.claim_until > now
    if is_claimed or before is DocumentState.SEALED:
        raise EarlierVersionBusyError(file=path)
    number = 1 + (
        session.scalar(select(func.max(DocumentVersion.number)).where(DocumentVersion.document_id == document.id)) or 0
    )
    session.add(
        DocumentVersion(
            document_id=document.id,
            number=number,
            reason=TAKEN_AGAIN if sha256 == document.original_sha256 else SCANNED_AGAIN,
            created_at=now,
            original_sha256=sha256,
        )
    )
    _forget_what_was_asked(ctx, session, document)
    # A worker that overslept its claim on the earlier version writes nothing any more.
    document.claim_fence += 1
    document.claim_owner = document.claim_until = document.type_code = None
    document.current_version, document.original_sha256, document.batch_id = number, sha256, batch.id
    document.tries = 0
    move(session, document.id, DocumentState.IN_WORK, actor=ctx.actor, at=now)
    if before in {DocumentState.ARCHIVED, DocumentState.WAITING_TRUST}:
        # Another paper under an old name would take a sealed one's place: a person looks before it is sealed.
        add_finding(session, document.id, REPLACES_ARCHIVED, Severity.REVIEW, now)
        settle_record(session, ctx, document.record_id)
    _take_staged(ctx, staged_as, document.id, number)


def fall_back(ctx: Context, session: Session, document: Document, cause: SohoaError) -> bool:
    """Let a document whose newest version is refused stand at its last archived one; tell whether there is one."""
    archived = archived_before(session, document)
    if archived is None:
        return False
    _forget_what_was_asked(ctx, session, document)
    is_signed = session.scalar(select(exists().where(Signature.version_id == archived.id, Signature.role == FOREIGN)))
    document.current_version = archived.number
    document.original_sha256 = archived.original_sha256 or document.original_sha256
    document.lane = Lane.SIGNED if is_signed else None
    document.page_count = session.scalar(select(func.count()).where(Page.version_id == archived.id))
    move(session, document.id, DocumentState.ARCHIVED, actor=ctx.actor, at=ctx.clock(), cause=cause)
    settle_record(session, ctx, document.record_id)
    return True


def archived_before(session: Session, document: Document) -> DocumentVersion | None:
    """Give the last archived version before the current one, which stays where the current one is refused."""
    return session.scalar(
        select(DocumentVersion)
        .where(
            DocumentVersion.document_id == document.id,
            DocumentVersion.number < document.current_version,
            DocumentVersion.archived_at.is_not(None),
        )
        .order_by(DocumentVersion.number.desc())
        .limit(1)
    )


def foreseen_of_erasing(session: Session, document: Document) -> DocumentState:
    """Give the state that erasing a secret document would bring it to; stuck where it is too late."""
    if not is_stored(session, document.id):
        return DocumentState.QUARANTINED
    is_late = is_stored(session, document.id, _newest(session, document))
    return DocumentState.STUCK if is_late or archived_before(session, document) is None else DocumentState.ARCHIVED


def _newest(session: Session, document: Document) -> UUID:
    return session.scalars(
        select(DocumentVersion.id).where(
            DocumentVersion.document_id == document.id, DocumentVersion.number == document.current_version
        )
    ).one()


def erase_secret(ctx: Context, session: Session, document_id: UUID, cause: SecrecyMarkError) -> DocumentState | None:
    """Erase a secret document, or only its newest version where an earlier one is archived; None when it is too late.

    The caller scrubs the ledger and clears the work afterwards.
    """
    document = session.get_one(Document, document_id)
    state = foreseen_of_erasing(session, document)
    if state is DocumentState.STUCK:
        return None
    if state is DocumentState.QUARANTINED:
        strike_out(ctx, session, document_id, cause)
        return state
    newest = _newest(session, document)
    fall_back(ctx, session, document, cause)
    strike_out_version(session, document, newest, cause)
    return state


def _forget_what_was_asked(ctx: Context, session: Session, document: Document) -> None:
    """Close the questions about an earlier version and strike its findings: they are not about the other's pages."""
    session.execute(
        update(ReviewTask)
        .where(ReviewTask.document_id == document.id, ReviewTask.settled_at.is_(None))
        .values(settled_at=ctx.clock(), actor=ctx.actor, decision="obsolete")
    )
    session.execute(delete(Finding).where(Finding.document_id == document.id))


def _take_staged(ctx: Context, staged_as: UUID, document_id: UUID, number: int) -> None:
    target = staged_version(ctx, document_id, number)
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    staged_version(ctx, staged_as, 1).replace(target)
