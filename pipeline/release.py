"""The release: a named person approves a batch after its acceptance sample; without it nothing is sealed.

A batch whose sample shows errors is rejected: its documents go to review.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.errors import WrongEnvironmentError
from config.i18n import mark as _
from pipeline.acceptance import PASSED, Draw, documents_checked, draw_in, ensure_passed, measured_by, newest_sample
from pipeline.acceptance_plan import Measured
from pipeline.context import Context
from pipeline.transitions import move
from pipeline.waiting_release import (
    APPROVED,
    REJECTED,
    Waiting,
    covered_by,
    digest,
    digest_of,
    ensure_seen,
    is_released,
)
from storage.ledger import events
from storage.ledger.models import Batch, Document, Release, ReleaseDocument, ReviewTask
from storage.ledger.states import DocumentState

SAMPLE_FAILED = "sample_failed"


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """A batch with documents that wait for its release."""

    batch_id: UUID
    agency_code: str
    documents: int
    sample: tuple[UUID, ...]
    """The documents its acceptance sample touches: the one that passed, else the one to be checked."""
    fields: int
    """How many fields of them were or are to be checked."""
    seen: str
    """Short digest of the documents that wait, their files and their fields; a release names the one that was seen."""
    measured: Measured | None
    """What the sample showed that was checked of just these documents and passed; None where there is none."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on a batch: approved or rejected, the documents that were looked at, the errors found in them."""

    name: str
    looked_at: Sequence[UUID]
    errors: int = 0


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
        return [
            _waiting_batch(session, draw_in(ctx, session, row[0], covered_by(session, row[0], APPROVED)))
            for row in session.execute(waiting).all()
        ]


def count_decided(ctx: Context, batch_id: UUID, decision: str) -> int:
    """Give how many documents a decision on a batch would cover now. Raise NothingWaitsError when it is none."""
    with ctx.ledger.reading() as session:
        return len(covered_by(session, batch_id, decision))


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a release would seal: the digest of what waits, the documents, and what their sample showed."""

    seen: str
    documents: tuple[UUID, ...]
    measured: Measured


def about_to_release(ctx: Context, batch_id: UUID) -> Prospect:
    """Give what an approval would cover now.

    Raise NothingWaitsError when nothing waits, SampleMissingError when no sample of just that was checked and passed.
    """
    with ctx.ledger.reading() as session:
        waiting = covered_by(session, batch_id, APPROVED)
        seen = digest_of(session, batch_id, waiting)
        return Prospect(
            seen, tuple(waiting), measured_by(ensure_passed(session, batch_id, seen, ctx.settings.review.wrong_share))
        )


def approve(ctx: Context, batch_id: UUID, *, is_test: bool = False, seen: str | None = None) -> int:
    """Release what waits of a batch for sealing in the acting person's name; give how many documents it frees.

    A TEST release, which no person makes, needs no sample. Raise WrongEnvironmentError for one in a production ledger,
    NothingWaitsError when nothing waits, SeenOtherwiseError when something else waits than the person saw, by the
    digest of that, SampleMissingError when no sample of what waits was checked and passed.
    """
    if is_test and ctx.is_production:
        raise WrongEnvironmentError(thing=_("the release"), found="TEST", expected=ctx.environment)
    with ctx.ledger.session() as session:
        waiting = covered_by(session, batch_id, APPROVED)
        if seen is not None:
            ensure_seen(session, batch_id, waiting, seen)
        if is_test:
            looked_at = draw_in(ctx, session, batch_id, waiting).sampled
        else:
            digest_now = digest_of(session, batch_id, waiting)
            sample = ensure_passed(session, batch_id, digest_now, ctx.settings.review.wrong_share)
            looked_at = tuple(documents_checked(session, sample))
        _write_decision(ctx, session, batch_id, Decision(APPROVED, looked_at), waiting)
        return len(waiting)


def reject(ctx: Context, batch_id: UUID, *, errors: int) -> int:
    """Send a batch whose sample showed errors to review; give how many documents."""
    with ctx.ledger.session() as session:
        looked_at = draw_in(ctx, session, batch_id, covered_by(session, batch_id, REJECTED)).sampled
        return reject_in(ctx, session, batch_id, Decision(REJECTED, looked_at, errors))


def reject_in(ctx: Context, session: Session, batch_id: UUID, decision: Decision) -> int:
    """Reject a batch in an open session; give how many documents go to review."""
    waiting = covered_by(session, batch_id, REJECTED)
    _write_decision(ctx, session, batch_id, decision, waiting)
    now = ctx.clock()
    for document_id in waiting:
        session.add(ReviewTask(document_id=document_id, reason_code=SAMPLE_FAILED, opened_at=now))
        move(session, document_id, DocumentState.WAITING_REVIEW, actor=ctx.actor, at=now)
    return len(waiting)


def _waiting_batch(session: Session, draw: Draw) -> WaitingBatch:
    last = newest_sample(session, draw.batch_id)
    passed = last if last is not None and last.seen == draw.seen and last.verdict == PASSED else None
    return WaitingBatch(
        batch_id=draw.batch_id,
        agency_code=draw.agency_code,
        documents=draw.documents,
        sample=tuple(documents_checked(session, passed)) if passed is not None else draw.sampled,
        fields=passed.checked if passed is not None else draw.plan.checked,
        seen=draw.seen,
        measured=measured_by(passed) if passed is not None else None,
    )


def _write_decision(ctx: Context, session: Session, batch_id: UUID, decision: Decision, covered: Waiting) -> None:
    now = ctx.clock()
    # Whatever is decided in a TEST ledger is a TEST decision, also by a person.
    is_test = not ctx.is_production
    sample = [str(id_) for id_ in decision.looked_at]
    release = Release(
        batch_id=batch_id,
        decision=decision.name,
        actor=ctx.actor,
        decided_at=now,
        is_test=is_test,
        sample={"documents": sample, "errors": decision.errors},
    )
    session.add(release)
    session.flush()
    session.add_all(
        ReleaseDocument(release_id=release.id, document_id=id_, assembled_sha256=covered[id_]) for id_ in covered
    )
    events.append(
        session,
        kind=f"batch.{decision.name}",
        actor=ctx.actor,
        subject_type="batch",
        subject_id=str(batch_id),
        at=now,
        input_hash=digest_sample(sample),
        payload={
            "sample": len(sample),
            "errors": decision.errors,
            "test": is_test,
            "documents": len(covered),
            "covered": digest_covered(covered),
        },
    )


def digest_sample(sample: Sequence[str]) -> str:
    """Give the hash by which the event of a decision names its sample."""
    return digest(sample)


def digest_covered(covered: Waiting) -> str:
    """Give the hash by which the event of a decision names what it covers, in the order of the documents' ids."""
    return digest([f"{id_} {sha256}" for id_, sha256 in covered.items()])
