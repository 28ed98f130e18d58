"""Versions of a document: a paper scanned again is the next version under the same number; earlier objects stay.

A document is counted once, at its current version. A new version takes an earlier one's place for good only once a
person said that it is the same paper; where it is refused, the document goes back to the earlier one.
"""

import shutil
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from config.errors import SecrecyMarkError, SohoaError
from pipeline.context import Context
from pipeline.findings import DOUBTS_OF_ADMISSION, Severity, add_finding
from pipeline.holds import EarlierVersionBusyError
from pipeline.job import staged_version
from pipeline.lease_clock import lease_now
from pipeline.originals import are_originals_stored
from pipeline.resting import settle_record
from pipeline.secrecy_doubts import SUSPECTED
from pipeline.secrecy_gate import is_stored, strike_out, strike_out_version
from pipeline.transitions import move
from storage.ledger.models import Batch, Document, DocumentVersion, Finding, Page, ReviewTask
from storage.ledger.states import DocumentState

SCANNED_AGAIN, TAKEN_AGAIN, REISSUED = "scanned_again", "taken_again", "reissued"
REPLACES_EARLIER, NEWER_REFUSED = "replaces_earlier", "newer_version_refused"


def begin_version(
    ctx: Context, session: Session, document: Document, path: str, batch: Batch, sha256: str, staged_as: UUID
) -> None:
    """Let the bytes staged under another id be the next version of a document, in work from the beginning.

    Raise EarlierVersionBusyError while the one before could still be lost: a worker has it, its originals or its
    signed bytes are not stored yet, or whether it bears a secrecy mark is still asked.
    """
    now, before, left = ctx.clock(), DocumentState(document.state), _current(session, document)
    _hold_if_busy(session, document, left, path, lease_now(ctx, session))
    number = next_number(session, document.id)
    session.add(
        DocumentVersion(
            document_id=document.id,
            number=number,
            reason=TAKEN_AGAIN if sha256 == document.original_sha256 else SCANNED_AGAIN,
            created_at=now,
            original_sha256=sha256,
        )
    )
    left.batch_id, left.lane, left.type_code = document.batch_id, document.lane, document.type_code
    _forget_what_was_asked(ctx, session, document)
    # A worker that overslept its claim on the earlier version writes nothing any more.
    document.claim_fence += 1
    document.claim_owner = document.claim_until = document.type_code = None
    document.current_version, document.original_sha256, document.batch_id = number, sha256, batch.id
    document.tries, document.place = 0, ctx.place
    move(session, document.id, DocumentState.IN_WORK, actor=ctx.actor, at=now)
    if before is DocumentState.REFUSED:
        left.refused_at = now
    else:
        # Another paper under an old name would take the earlier one's place: a person looks before it is sealed.
        add_finding(session, document.id, REPLACES_EARLIER, Severity.REVIEW, now)
    if before is DocumentState.ARCHIVED:
        settle_record(session, ctx, document.record_id)
    _take_staged(ctx, staged_as, document.id, number)


def next_number(session: Session, document_id: UUID) -> int:
    """Give the number of a document's next version; renewed timestamps take numbers too."""
    taken = select(func.max(DocumentVersion.number), func.max(DocumentVersion.object_number))
    return 1 + max(
        filter(None, session.execute(taken.where(DocumentVersion.document_id == document_id)).one()), default=0
    )


def _hold_if_busy(session: Session, document: Document, version: DocumentVersion, path: str, now: datetime) -> None:
    is_claimed = document.claim_until is not None and document.claim_until > now
    is_loose = document.state in {DocumentState.IN_WORK, DocumentState.WAITING_REVIEW, DocumentState.STUCK}
    has_signed_bytes = version.sealed_sha256 is not None and version.archived_at is None
    is_suspected = session.scalar(
        select(ReviewTask.id).where(
            ReviewTask.document_id == document.id,
            ReviewTask.reason_code == SUSPECTED,
            ReviewTask.settled_at.is_(None),
        )
    )
    if (
        is_claimed
        or has_signed_bytes
        or is_suspected is not None
        or (is_loose and not are_originals_stored(session, version, document.original_sha256))
    ):
        raise EarlierVersionBusyError(file=path)


def fall_back(ctx: Context, session: Session, document: Document, cause: SohoaError) -> bool:
    """Let a document whose newest version is refused go back to the one before; tell whether there is one.

    An archived one stands again at once. Any other goes through the line again from its stored original, and comes by
    itself to where it stood: what a person answered about it is not asked again; what was left open or suspected is.
    """
    earlier, now = version_before(session, document), ctx.clock()
    if earlier is None:
        return False
    _current(session, document).refused_at = now
    _forget_what_was_asked(ctx, session, document)
    document.current_version = earlier.number
    document.original_sha256 = earlier.original_sha256 or document.original_sha256
    document.batch_id = earlier.batch_id or document.batch_id
    document.lane, document.type_code = earlier.lane, earlier.type_code
    document.page_count = session.scalar(select(func.count()).where(Page.version_id == earlier.id))
    document.largest_page_px = document.all_pages_px = document.original_bytes = None
    move(session, document.id, _comes_back_as(earlier), actor=ctx.actor, at=now, cause=cause)
    if earlier.archived_at is not None:
        settle_record(session, ctx, document.record_id)
    else:
        add_finding(session, document.id, NEWER_REFUSED, Severity.WARNING, now)
        if version_before(session, document) is not None:
            add_finding(session, document.id, REPLACES_EARLIER, Severity.REVIEW, now)
    return True


def version_before(session: Session, document: Document) -> DocumentVersion | None:
    """Give the version a document goes back to where its current one is refused: stored, and not refused itself."""
    earlier = session.scalars(
        select(DocumentVersion)
        .where(
            DocumentVersion.document_id == document.id,
            DocumentVersion.number < document.current_version,
            DocumentVersion.refused_at.is_(None),
        )
        .order_by(DocumentVersion.number.desc())
    )
    return next((version for version in earlier if is_kept(session, version)), None)


def is_kept(session: Session, version: DocumentVersion) -> bool:
    """Say whether an earlier version can be gone back to: archived, or all that came in as it is in the store."""
    if version.archived_at is not None:
        return True
    return version.original_sha256 is not None and are_originals_stored(session, version, version.original_sha256)


def _comes_back_as(version: DocumentVersion) -> DocumentState:
    return DocumentState.IN_WORK if version.archived_at is None else DocumentState.ARCHIVED


def foreseen_of_refusing(session: Session, document: Document) -> DocumentState:
    """Give the state that refusing a document's current version would bring it to."""
    earlier = version_before(session, document)
    return DocumentState.REFUSED if earlier is None else _comes_back_as(earlier)


def foreseen_of_erasing(session: Session, document: Document) -> DocumentState:
    """Give the state that erasing a secret document would bring it to; stuck where it is too late."""
    if not is_stored(session, document.id):
        return DocumentState.QUARANTINED
    earlier = version_before(session, document)
    is_late = is_stored(session, document.id, _current(session, document).id)
    return DocumentState.STUCK if is_late or earlier is None else _comes_back_as(earlier)


def _current(session: Session, document: Document) -> DocumentVersion:
    return session.scalars(
        select(DocumentVersion).where(
            DocumentVersion.document_id == document.id, DocumentVersion.number == document.current_version
        )
    ).one()


def erase_secret(ctx: Context, session: Session, document_id: UUID, cause: SecrecyMarkError) -> DocumentState | None:
    """Erase a secret document, or only its newest version where an earlier one is kept; None when it is too late.

    The caller scrubs the ledger and clears the work afterwards.
    """
    document = session.get_one(Document, document_id)
    state = foreseen_of_erasing(session, document)
    if state is DocumentState.STUCK:
        return None
    if state is DocumentState.QUARANTINED:
        strike_out(ctx, session, document_id, cause)
        return state
    newest = _current(session, document)
    fall_back(ctx, session, document, cause)
    session.execute(
        delete(ReviewTask).where(ReviewTask.document_id == document.id, ReviewTask.version == newest.number)
    )
    strike_out_version(session, document, newest.id, cause)
    return state


def _forget_what_was_asked(ctx: Context, session: Session, document: Document) -> None:
    """Close the questions about an earlier version and strike its findings: they are not about the other's pages.

    What was odd about the record stays so, whichever version stands.
    """
    session.execute(
        update(ReviewTask)
        .where(ReviewTask.document_id == document.id, ReviewTask.settled_at.is_(None))
        .values(settled_at=ctx.clock(), actor=ctx.actor, decision="obsolete")
    )
    session.execute(delete(Finding).where(Finding.document_id == document.id, Finding.code.not_in(DOUBTS_OF_ADMISSION)))


def _take_staged(ctx: Context, staged_as: UUID, document_id: UUID, number: int) -> None:
    target = staged_version(ctx, document_id, number)
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    staged_version(ctx, staged_as, 1).replace(target)
