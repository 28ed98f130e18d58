"""The person who scanned signs the documents of a one-stop batch, in a session that the person opened.

A personal key never signs in an unattended flow: the line leaves these documents waiting, and this is called by a
command at a terminal. Each signature is committed by itself; what was signed before an interruption stays signed.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select

from config.errors import KeyUnavailableError, LostClaimError, NotFoundError, SealPendingError, SohoaError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.failures import INSTALLATION_ERRORS
from pipeline.guard import guarded
from pipeline.heartbeat import kept_alive
from pipeline.job import Job, claim, let_go
from pipeline.naming import document_names
from pipeline.seal_keys import ensure_trusted_key
from pipeline.stages import ASSEMBLE, DELIVER, PREPARE, RECOGNIZE, do_stage
from pipeline.stages.attest import attest_stage
from pipeline.stages.stage import find_done
from pipeline.transitions import move, note_reason
from signing.generated_keys import missing_root
from signing.identity import IdentitySource, belongs_to, require_signing_use
from signing.opening import open_sealer
from signing.seal import Sealer
from signing.seal_level import Level
from storage.ledger.models import Batch, Document
from storage.ledger.states import DocumentState

_STOPPING = (*INSTALLATION_ERRORS, SealPendingError)
"""What would stop the next document as well."""


class NothingToAttestError(NotFoundError):
    """A batch was to be signed by the person who scanned it, and nothing of it waits for that."""

    code = "nothing_to_attest"
    message = _("no document of the batch {batch} waits for the signature of the person who scanned")
    remedy = _("See which batches wait with `sohoa attest`.")


class NotTheOperatorError(KeyUnavailableError):
    """The certificate is not of the person who scanned the batch."""

    code = "not_the_operator"
    message = _("the certificate is of {holder}; the batch was scanned by {operator}")
    remedy = _("Only the person whom the batch sheet names signs a batch: let that person do it, with the own key.")


class Attested(StrEnum):
    """What became of a document that waited."""

    SIGNED = "signed"
    SENT_BACK = "sent_back"
    """Its PDF is to be built anew first."""
    BUSY = "busy"
    """Another worker has it."""


@dataclass(frozen=True, slots=True)
class BatchToAttest:
    """A batch whose documents wait for the signature of the person who scanned them."""

    batch_id: UUID
    agency_code: str
    operator: str
    scanned_at: datetime
    documents: int


@dataclass(frozen=True, slots=True)
class AttestFailure:
    """A document that could not be signed: its name, and why."""

    document: str
    code: str
    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class AttestSummary:
    """What a session came to: how many were signed, how many are built anew first, and what failed."""

    signed: int
    sent_back: int
    left: int
    failures: tuple[AttestFailure, ...]


def batches_to_attest(ctx: Context) -> list[BatchToAttest]:
    """Give the batches that wait for the signature of the person who scanned, the oldest first."""
    waiting = (
        select(Batch, func.count(Document.id))
        .join(Document, Document.batch_id == Batch.id)
        .where(Document.state == DocumentState.WAITING_ATTEST)
        .group_by(Batch.id)
        .order_by(Batch.created_at, Batch.id)
    )
    with ctx.ledger.reading() as session:
        return [
            BatchToAttest(batch.id, batch.agency_code, batch.operator, batch.scanned_at, count)
            for batch, count in session.execute(waiting)
        ]


def batch_to_attest(ctx: Context, batch_id: UUID) -> BatchToAttest:
    """Give a batch that waits. Raise NotFoundError when there is none, NothingToAttestError when nothing waits."""
    found = next((batch for batch in batches_to_attest(ctx) if batch.batch_id == batch_id), None)
    if found is not None:
        return found
    with ctx.ledger.reading() as session:
        if session.get(Batch, batch_id) is None:
            raise NotFoundError(subject=batch_id)
    raise NothingToAttestError(batch=batch_id)


def open_session(ctx: Context, batch: BatchToAttest, own: IdentitySource) -> Sealer:
    """Give what signs with a person's key, once it is known to be that person's, in force, trusted here, and to answer.

    Raise NotTheOperatorError, KeyUnavailableError, OwnKeyUntrustedError or WrongEnvironmentError; SealPendingError when
    whether it was revoked cannot be learnt now.
    """
    if ctx.has_lost_test_keys:
        raise missing_root(ctx.settings.keys_folder)
    held = own.held()
    if held and not any(belongs_to(identity.certificate, batch.operator) for identity in held):
        raise NotTheOperatorError(holder=held[0].subject, operator=batch.operator, file="-", key=held[0].subject)
    sealer = open_sealer(
        ctx.settings.signing,
        ctx.settings.keys_folder,
        production=ctx.is_production,
        clock=ctx.clock,
        trust=lambda: ctx.trust,
        own=own,
    )
    identity = sealer.identity(batch.operator)
    require_signing_use(identity)
    ensure_trusted_key(ctx, identity)
    sealer.ensure_not_revoked(batch.operator, level=Level.B_T)
    identity.holder.ensure_ready()
    return sealer


def attest(
    ctx: Context, batch: BatchToAttest, sealer: Sealer, tell: Callable[[str], None] = lambda _name: None
) -> AttestSummary:
    """Sign all documents of a batch that wait, one after the other; `tell` is given the name of each that is signed.

    What one document lacks does not stop the others; a missing timestamp or a fault of the key does.
    """
    waiting = document_names(ctx, _waiting(ctx, batch.batch_id))
    came_to: Counter[Attested] = Counter()
    failures: list[AttestFailure] = []
    for document_id, name in waiting.items():
        found = _attest_one(ctx, document_id, name, sealer)
        if isinstance(found, Attested):
            came_to[found] += 1
            if found is Attested.SIGNED:
                tell(name)
            continue
        failures.append(AttestFailure(name, found.code, str(found), found.remedy_text()))
        if isinstance(found, _STOPPING):
            break
    signed, sent_back = came_to[Attested.SIGNED], came_to[Attested.SENT_BACK]
    return AttestSummary(signed, sent_back, len(waiting) - signed - sent_back, tuple(failures))


def _waiting(ctx: Context, batch_id: UUID) -> list[UUID]:
    waiting = select(Document.id).where(Document.batch_id == batch_id, Document.state == DocumentState.WAITING_ATTEST)
    with ctx.ledger.reading() as session:
        return list(session.scalars(waiting.order_by(Document.received_at, Document.id)))


def _attest_one(ctx: Context, document_id: UUID, name: str, sealer: Sealer) -> Attested | SohoaError:
    job = claim(ctx, document_id, (DocumentState.WAITING_ATTEST,))
    if job is None:
        return Attested.BUSY
    try:
        with kept_alive(job):
            return guarded(lambda: _signed(job, sealer), lambda cause: _noted(job, cause), name)
    except LostClaimError:
        return Attested.BUSY
    finally:
        let_go(job)


def _signed(job: Job, sealer: Sealer) -> Attested | SohoaError:
    """Sign a document whose PDF is as it would be built today; any other is built anew by the next run first."""
    if any(find_done(job, stage) is None for stage in (DELIVER, PREPARE, RECOGNIZE, ASSEMBLE)):
        with job.commit() as session:
            move(session, job.facts.document_id, DocumentState.IN_WORK, actor=job.ctx.actor, at=job.ctx.clock())
        return Attested.SENT_BACK
    do_stage(job, attest_stage(sealer))
    return Attested.SIGNED


def _noted(job: Job, cause: SohoaError) -> Attested | SohoaError:
    """Write down why a document could not be signed; it goes on waiting for that."""
    with job.commit() as session:
        note_reason(session.get_one(Document, job.facts.document_id), cause)
    return cause
