"""What waits for a release: the documents of a batch that are whole, asked about no more, and in no decision yet."""

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session, aliased

from config.errors import NotFoundError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.naming import names_in
from storage.ledger.models import Batch, Document, DocumentVersion, FieldValue, Release, ReleaseDocument, ReviewTask
from storage.ledger.states import DocumentState

APPROVED, REJECTED = "approved", "rejected"
SEEN_DIGITS = 12
_REGISTER = "register"
_SINCE = _("not what was seen: {found} documents wait; come in since: {since}")
_OTHERWISE = _("not what was seen: {found} documents wait, others than then or with other files or fields")

Waiting = Mapping[UUID, str | None]
"""Documents that wait, each with the hash of its PDF."""


class SeenOtherwiseError(UsageError):
    """What a decision would cover is not what the person saw who decides."""

    code = "seen_otherwise"
    message = _("the batch {batch} is {cause}")
    remedy = _("Nothing was done. Draw its sample again with `sohoa sample {batch}`, check that, and give its digest.")


class NothingWaitsError(NotFoundError):
    """A decision was to be made on a batch of which nothing waits for one."""

    code = "nothing_waits"
    message = _("no document of the batch {batch} of {agency} waits for release")
    remedy = _("See what waits for release with `sohoa release list`, and what is asked with `sohoa review list`.")


class NothingWaitsAnyMoreError(NothingWaitsError):
    """A decision was to be made on a batch that was released, and of which nothing has come to wait since."""

    code = "nothing_waits_any_more"
    message = _("no document of the batch {batch} of {agency} waits for release any more")
    remedy = _(
        "What was released is sealed by the next `sohoa run`; `sohoa release list` shows the batches that still wait."
    )


def is_released() -> ColumnElement[bool]:
    """Give the SQL condition that the newest decision that covers a document approves it as it is now.

    A decision covers what waited for it, with the PDF and the fields it had then. What a person settled or set since,
    what the register filled since, or what was built anew, was in nobody's sample and needs a decision of its own.
    """
    covered, newer, newer_covered = ReleaseDocument, aliased(Release), aliased(ReleaseDocument)
    is_overruled = exists().where(
        newer_covered.document_id == covered.document_id,
        newer.id == newer_covered.release_id,
        newer.decided_at > Release.decided_at,
    )
    was_asked_since = exists().where(
        ReviewTask.document_id == covered.document_id, ReviewTask.opened_at > Release.decided_at
    )
    was_set_since = exists().where(
        FieldValue.version_id == DocumentVersion.id,
        (FieldValue.source == "person") | ((FieldValue.source == _REGISTER) & (FieldValue.status == "accepted")),
        FieldValue.recorded_at > Release.decided_at,
    )
    return exists().where(
        covered.document_id == Document.id,
        Release.id == covered.release_id,
        Release.decision == APPROVED,
        is_current(),
        DocumentVersion.assembled_sha256 == covered.assembled_sha256,
        # What was decided of an earlier version is not said of this one, be it the same to the last byte.
        DocumentVersion.created_at <= Release.decided_at,
        ~is_overruled,
        ~was_asked_since,
        ~was_set_since,
    )


def is_current() -> ColumnElement[bool]:
    """Give the SQL condition that a version is its document's current one."""
    return (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.current_version)


def covered_by(session: Session, batch_id: UUID, decision: str) -> Waiting:
    """Give the documents of a batch that a decision covers now. Raise NothingWaitsError when there are none."""
    if decision == APPROVED:
        return _waiting(session, batch_id, ~is_released())
    # Also what was released before but could not be sealed yet.
    return _waiting(session, batch_id, true(), DocumentState.PENDING_SIGNATURE)


def digest_of(session: Session, batch_id: UUID, waiting: Waiting) -> str:
    """Give the short digest of the documents that wait, their files and their fields."""
    return _short(_looked_at(session, batch_id, waiting))


def ensure_seen(session: Session, batch_id: UUID, waiting: Waiting, seen: str) -> None:
    """Raise SeenOtherwiseError unless the digest, which a sample's own ends with, is of what waits now.

    It names what came in since: ids grow with time, so what was seen is found by leaving off the newest.
    """
    ids, looked_at = list(waiting), _looked_at(session, batch_id, waiting)
    digest_seen = seen.rpartition("-")[2]
    if _short(looked_at) == digest_seen:
        return
    count = next((n for n in range(len(ids) - 1, 0, -1) if _short(looked_at[:n]) == digest_seen), None)
    if count is None:
        raise SeenOtherwiseError(batch=batch_id, cause=gettext(_OTHERWISE).format(found=len(ids)))
    since = ", ".join(names_in(session, ids[count:]).values())
    raise SeenOtherwiseError(batch=batch_id, cause=gettext(_SINCE).format(found=len(ids), since=since))


def digest(lines: Sequence[str]) -> str:
    """Give the hash of some lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _waiting(session: Session, batch_id: UUID, condition: ColumnElement[bool], *states: DocumentState) -> Waiting:
    """Give the documents of a batch that wait for a decision, each with the hash of its PDF."""
    rows = session.execute(
        select(Document.id, DocumentVersion.assembled_sha256)
        .join(DocumentVersion, is_current())
        .where(Document.batch_id == batch_id, Document.state.in_([DocumentState.WAITING_RELEASE, *states]), condition)
        .order_by(Document.id)
    )
    waiting = {id_: sha256 for id_, sha256 in rows}  # noqa: C416 - rows are not pairs to a type checker
    if not waiting:
        raise _nothing_waits(session, batch_id)
    return waiting


def _nothing_waits(session: Session, batch_id: UUID) -> NotFoundError:
    batch = session.get(Batch, batch_id)
    if batch is None:
        return NotFoundError(subject=batch_id)
    approvals = exists().where(Release.batch_id == batch_id, Release.decision == APPROVED)
    kind = NothingWaitsAnyMoreError if session.scalar(select(approvals)) else NothingWaitsError
    return kind(batch=batch_id, agency=batch.agency_code)


def _looked_at(session: Session, batch_id: UUID, waiting: Waiting) -> list[str]:
    """Give what a person sees of each document that waits: its PDF, and how its fields stand.

    A value is never changed in place: what was read again or set since is told by the newest row and by their number.
    """
    rows = session.execute(
        select(DocumentVersion.document_id, func.count(FieldValue.id), func.max(FieldValue.recorded_at))
        .join(Document, is_current())
        .join(FieldValue, FieldValue.version_id == DocumentVersion.id)
        # What the register says beside a reading is no part of the sealed record; what it fills is.
        .where(
            Document.batch_id == batch_id,
            Document.state == DocumentState.WAITING_RELEASE,
            (FieldValue.source != _REGISTER) | (FieldValue.status == "accepted"),
        )
        .group_by(DocumentVersion.document_id)
    )
    fields = {id_: f"{count} {newest.isoformat()}" for id_, count, newest in rows}
    return [f"{id_} {sha256} {fields.get(id_, '')}" for id_, sha256 in waiting.items()]


def _short(looked_at: Sequence[str]) -> str:
    return digest(looked_at)[:SEEN_DIGITS]
