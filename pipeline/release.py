"""The release: a named person approves a batch after its acceptance sample; without it nothing is sealed.

The sample is drawn by the batch's own id, so it is the same each time it is asked for and cannot be chosen.
A batch whose sample shows errors is rejected: its documents go to review.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session, aliased

from config.errors import NotFoundError, UsageError, WrongEnvironmentError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.naming import names_in
from pipeline.transitions import move
from storage.ledger import events
from storage.ledger.models import Batch, Document, DocumentVersion, FieldValue, Release, ReleaseDocument, ReviewTask
from storage.ledger.states import DocumentState

APPROVED, REJECTED = "approved", "rejected"
SEEN_DIGITS = 12
_SEALED_SOURCES = ("ocr", "person")
_SINCE = _("not what was seen: {found} documents wait; come in since: {since}")
_OTHERWISE = _("not what was seen: {found} documents wait, others than then or with other files or fields")


class SeenOtherwiseError(UsageError):
    """What a decision would cover is not what the person saw who decides."""

    code = "seen_otherwise"
    message = _("the batch {batch} is {cause}")
    remedy = _(
        "Nothing was released. See `sohoa release list` again, look at the sample, and give its digest as --seen."
    )


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


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """A batch with documents that wait for its release."""

    batch_id: UUID
    agency_code: str
    documents: int
    sample: tuple[UUID, ...]
    seen: str
    """Short digest of the documents that wait, their files and their fields; a release names the one that was seen."""


def waiting_batches(ctx: Context, agency: str | None = None) -> list[WaitingBatch]:
    """Give the batches, of one agency if named, that wait for a decision, with the documents to look at."""
    waiting = (
        select(Batch.id, Batch.agency_code, func.count(Document.id))
        .join(Document, Document.batch_id == Batch.id)
        .where(Document.state == DocumentState.WAITING_RELEASE, ~is_released())
        .group_by(Batch.id, Batch.agency_code)
        .order_by(Batch.agency_code)
    )
    if agency:
        waiting = waiting.where(Batch.agency_code == agency)
    with ctx.ledger.reading() as session:
        rows = session.execute(waiting).all()
        return [
            WaitingBatch(
                row[0],
                row[1],
                row[2],
                acceptance_sample(ctx, session, row[0]),
                _seen(_looked_at(session, row[0], _covered(session, row[0], APPROVED))),
            )
            for row in rows
        ]


def acceptance_sample(ctx: Context, session: Session, batch_id: UUID) -> tuple[UUID, ...]:
    """Draw a batch's acceptance sample from the documents that wait for its release."""
    ids = session.scalars(
        select(Document.id).where(
            Document.batch_id == batch_id, Document.state == DocumentState.WAITING_RELEASE, ~is_released()
        )
    ).all()
    review = ctx.settings.review
    size = max(review.sample_least, math.ceil(len(ids) * review.sample_percent / 100))
    return tuple(sorted(ids, key=lambda id_: hashlib.sha256(batch_id.bytes + id_.bytes).digest())[:size])


def count_decided(ctx: Context, batch_id: UUID, decision: str) -> int:
    """Give how many documents a decision on a batch would cover now. Raise NothingWaitsError when it is none."""
    with ctx.ledger.reading() as session:
        return len(_covered(session, batch_id, decision))


def about_to_release(ctx: Context, batch_id: UUID) -> tuple[str, list[UUID]]:
    """Give the digest of what waits of a batch, and its documents. Raise NothingWaitsError when none do."""
    with ctx.ledger.reading() as session:
        waiting = _covered(session, batch_id, APPROVED)
        return _seen(_looked_at(session, batch_id, waiting)), list(waiting)


def approve(ctx: Context, batch_id: UUID, *, is_test: bool = False, seen: str | None = None) -> int:
    """Release what waits of a batch for sealing in the acting person's name; give how many documents it frees.

    Raise WrongEnvironmentError for a TEST release in a production ledger, NothingWaitsError when nothing waits,
    SeenOtherwiseError when something else waits than the person saw, by the digest of that.
    """
    if is_test and ctx.is_production:
        raise WrongEnvironmentError(thing=_("the release"), found="TEST", expected=ctx.environment)
    with ctx.ledger.session() as session:
        waiting = _covered(session, batch_id, APPROVED)
        if seen is not None:
            _ensure_seen(session, batch_id, waiting, seen)
        _write_decision(ctx, session, batch_id, APPROVED, waiting, errors=0)
        return len(waiting)


def reject(ctx: Context, batch_id: UUID, *, errors: int) -> int:
    """Send a batch whose sample showed errors to review; give how many documents."""
    with ctx.ledger.session() as session:
        waiting = _covered(session, batch_id, REJECTED)
        _write_decision(ctx, session, batch_id, REJECTED, waiting, errors=errors)
        now = ctx.clock()
        for document_id in waiting:
            session.add(ReviewTask(document_id=document_id, reason_code="sample_failed", opened_at=now))
            move(session, document_id, DocumentState.WAITING_REVIEW, actor=ctx.actor, at=now)
        return len(waiting)


def is_released() -> ColumnElement[bool]:
    """Give the SQL condition that the newest decision that covers a document approves it as it is now.

    A decision covers what waited for it, with the PDF and the fields it had then. What a person settled or set since,
    or what was built anew, was in nobody's sample and needs a decision of its own.
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
        FieldValue.source == "person",
        FieldValue.recorded_at > Release.decided_at,
    )
    return exists().where(
        covered.document_id == Document.id,
        Release.id == covered.release_id,
        Release.decision == APPROVED,
        _is_current(),
        DocumentVersion.assembled_sha256 == covered.assembled_sha256,
        ~is_overruled,
        ~was_asked_since,
        ~was_set_since,
    )


def _covered(session: Session, batch_id: UUID, decision: str) -> dict[UUID, str | None]:
    """Give the documents of a batch that a decision covers now, each with the hash of its PDF."""
    if decision == APPROVED:
        return _waiting(session, batch_id, ~is_released())
    # Also what was released before but could not be sealed yet.
    return _waiting(session, batch_id, true(), DocumentState.PENDING_SIGNATURE)


def _waiting(
    session: Session, batch_id: UUID, condition: ColumnElement[bool], *states: DocumentState
) -> dict[UUID, str | None]:
    """Give the documents of a batch that wait for a decision, each with the hash of its PDF."""
    rows = session.execute(
        select(Document.id, DocumentVersion.assembled_sha256)
        .join(DocumentVersion, _is_current())
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


def _looked_at(session: Session, batch_id: UUID, waiting: Mapping[UUID, str | None]) -> list[str]:
    """Give what a person sees of each document that waits: its PDF, and how its fields stand.

    A value is never changed in place: what was read again or set since is told by the newest row and by their number.
    """
    rows = session.execute(
        select(DocumentVersion.document_id, func.count(FieldValue.id), func.max(FieldValue.recorded_at))
        .join(Document, _is_current())
        .join(FieldValue, FieldValue.version_id == DocumentVersion.id)
        # What the register says is copied anew at each comparison, and is no part of the sealed record.
        .where(
            Document.batch_id == batch_id,
            Document.state == DocumentState.WAITING_RELEASE,
            FieldValue.source.in_(_SEALED_SOURCES),
        )
        .group_by(DocumentVersion.document_id)
    )
    fields = {id_: f"{count} {newest.isoformat()}" for id_, count, newest in rows}
    return [f"{id_} {sha256} {fields.get(id_, '')}" for id_, sha256 in waiting.items()]


def _is_current() -> ColumnElement[bool]:
    return (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.current_version)


def _seen(looked_at: Sequence[str]) -> str:
    return _digest(looked_at)[:SEEN_DIGITS]


def _ensure_seen(session: Session, batch_id: UUID, waiting: Mapping[UUID, str | None], seen: str) -> None:
    """Raise SeenOtherwiseError unless the digest is of what waits now.

    It names what came in since: ids grow with time, so what was seen is found by leaving off the newest.
    """
    ids, looked_at = list(waiting), _looked_at(session, batch_id, waiting)
    if _seen(looked_at) == seen:
        return
    count = next((n for n in range(len(ids) - 1, 0, -1) if _seen(looked_at[:n]) == seen), None)
    if count is None:
        raise SeenOtherwiseError(batch=batch_id, cause=gettext(_OTHERWISE).format(found=len(ids)))
    since = ", ".join(names_in(session, ids[count:]).values())
    raise SeenOtherwiseError(batch=batch_id, cause=gettext(_SINCE).format(found=len(ids), since=since))


def _write_decision(
    ctx: Context,
    session: Session,
    batch_id: UUID,
    decision: str,
    covered: Mapping[UUID, str | None],
    *,
    errors: int,
) -> None:
    now = ctx.clock()
    # Whatever is decided in a TEST ledger is a TEST decision, also by a person.
    is_test = not ctx.is_production
    sample = [str(id_) for id_ in acceptance_sample(ctx, session, batch_id)]
    release = Release(
        batch_id=batch_id,
        decision=decision,
        actor=ctx.actor,
        decided_at=now,
        is_test=is_test,
        sample={"documents": sample, "errors": errors},
    )
    session.add(release)
    session.flush()
    session.add_all(
        ReleaseDocument(release_id=release.id, document_id=id_, assembled_sha256=covered[id_]) for id_ in covered
    )
    events.append(
        session,
        kind=f"batch.{decision}",
        actor=ctx.actor,
        subject_type="batch",
        subject_id=str(batch_id),
        at=now,
        input_hash=digest_sample(sample),
        payload={
            "sample": len(sample),
            "errors": errors,
            "test": is_test,
            "documents": len(covered),
            "covered": digest_covered(covered),
        },
    )


def digest_sample(sample: Sequence[str]) -> str:
    """Give the hash by which the event of a decision names its sample."""
    return _digest(sample)


def digest_covered(covered: Mapping[UUID, str | None]) -> str:
    """Give the hash by which the event of a decision names what it covers, in the order of the documents' ids."""
    return _digest([f"{id_} {sha256}" for id_, sha256 in covered.items()])


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
