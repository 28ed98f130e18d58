"""Renewal: a further archive timestamp over what was sealed, before the newest one can prove nothing any more.

The renewed file is a new object under the next version number; the one before stays. Nothing else of the document
changes: it is neither read nor sealed anew.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from config.digests import known_digests
from config.errors import ExitCode, LostClaimError, SohoaError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.copies.copying import copy_at_once
from pipeline.copies.reading import fetch_sound
from pipeline.guard import guarded
from pipeline.heartbeat import kept_alive
from pipeline.job import Job, claim, file_sha256, let_go
from pipeline.objects import ARCHIVAL, EARLIER, Owner, key_of, note_object
from pipeline.rereading import KnownObject, known_objects
from pipeline.signature_rows import record_own_signatures
from pipeline.soundness import ensure_sound
from signing.profiles import AGENCY_SEAL
from signing.report import SignatureReport
from signing.timestamps import TokenFacts
from storage.ledger import events
from storage.ledger.models import Document, DocumentVersion, StoredObject
from storage.ledger.states import DocumentState

_AT_A_TIME = 200


class ObjectUnsoundError(SohoaError):
    """What is in the store is not what was stored: it is not carried on."""

    code = "object_unsound"
    exit_code = ExitCode.INVALID
    message = _("{document}: the stored file is not what was stored ({cause}); it was not renewed")
    remedy = _("Restore it from the backup or the second store, then `sohoa audit --objects` and `sohoa renew`.")


@dataclass(frozen=True, slots=True)
class Renewed:
    """What became of one document that was due: proven until when, or why not."""

    document: str
    proven_until: datetime | None
    failure: SohoaError | None = None


@dataclass(frozen=True, slots=True)
class RenewalSummary:
    """What a run of renewals came to; `left`: what is due and was not come to."""

    due: int
    renewed: int
    failures: tuple[Renewed, ...]
    left: int


def due_documents(ctx: Context, within: timedelta | None = None) -> int:
    """Say how many documents need a further archive timestamp within a time (as the settings have it if not given)."""
    with ctx.ledger.reading() as session:
        return (
            session.scalar(select(func.count()).select_from(DocumentVersion).join(*_DOCUMENT).where(_due(ctx, within)))
            or 0
        )


def renew_due(
    ctx: Context,
    *,
    within: timedelta | None = None,
    limit: int | None = None,
    tell: Callable[[Renewed], None] = lambda _renewed: None,
) -> RenewalSummary:
    """Renew what is due, what ends first first. One that fails is told and does not stop the others."""
    due = due_documents(ctx, within)
    renewed, failures = 0, []
    for document_id in _first_ending(ctx, within, min(due, limit) if limit is not None else due):
        found = renew_document(ctx, document_id)
        if found is None:
            continue
        tell(found)
        if found.failure is None:
            renewed += 1
        else:
            failures.append(found)
    return RenewalSummary(due, renewed, tuple(failures), due_documents(ctx, within))


def renew_document(ctx: Context, document_id: UUID) -> Renewed | None:
    """Put a further archive timestamp over an archived document; None when another worker has it."""
    job = claim(ctx, document_id, (DocumentState.ARCHIVED,))
    if job is None:
        return None
    try:
        with kept_alive(job):
            return guarded(lambda: _renew(job), lambda cause: Renewed(job.name, None, cause), job.name)
    except LostClaimError:
        return None
    finally:
        let_go(job)


def _renew(job: Job) -> Renewed:
    (known,) = known_objects(
        job.ctx, StoredObject.kind == ARCHIVAL, StoredObject.version_id == job.facts.version_id, limit=1
    )
    job.folder.mkdir(parents=True, exist_ok=True)
    # Whoever lost the claim in between may still be at work: each has files of its own.
    before, after = (job.folder / f"{name}.{job.fence}.pdf" for name in ("before-renewal", "renewed"))
    try:
        _fetch(job, known, before)
        job.ensure_claimed()
        newest = job.ctx.sealer.renew(before, after)
        reports = ensure_sound(job, after, before, AGENCY_SEAL)
        _keep(job, known, after, newest, reports)
    finally:
        before.unlink(missing_ok=True)
        after.unlink(missing_ok=True)
    return Renewed(job.name, newest.until)


def _fetch(job: Job, known: KnownObject, before: Path) -> None:
    read = fetch_sound(job.ctx, known, before)
    if not read.is_good:
        raise ObjectUnsoundError(document=job.name, cause=read.found.fault)


def _keep(job: Job, known: KnownObject, after: Path, newest: TokenFacts, reports: tuple[SignatureReport, ...]) -> None:
    """Store the renewed file under the next number, and only then let it take the place of the one before."""
    number, key = _free_key(job)
    sha256 = file_sha256(after)
    receipt = job.ctx.store.put(key, after, sha256)
    if job.ctx.store.read_back(key) != sha256:
        raise ObjectUnsoundError(document=job.name, cause="other_bytes")
    with job.commit() as session:
        session.get_one(StoredObject, known.id).kind = EARLIER
        session.flush()
        version = session.get_one(DocumentVersion, job.facts.version_id)
        version.object_number, version.proven_until = number, newest.until
        version.timestamp_digest = newest.shortest_digest
        owner = Owner(job.facts.document_id, job.facts.version_id, number)
        renewed = note_object(job.ctx, session, owner, ARCHIVAL, receipt)
        record_own_signatures(job, session, reports)
        events.append(
            session,
            kind="document.renewed",
            actor=job.ctx.actor,
            subject_type="document",
            subject_id=str(job.facts.document_id),
            at=job.ctx.clock(),
            input_hash=known.sha256,
            output_hash=sha256,
            payload={"version": job.facts.version, "object": number},
        )
    copy_at_once(job.ctx, renewed, after)


def _free_key(job: Job) -> tuple[int, str]:
    """Give the next number of the document, and its key; what a run that was cut off left behind is passed by."""
    with job.ctx.ledger.reading() as session:
        taken = select(func.max(DocumentVersion.number), func.max(DocumentVersion.object_number)).where(
            DocumentVersion.document_id == job.facts.document_id
        )
        number = 1 + max(filter(None, session.execute(taken).one()))
    while True:
        numbered = replace(job, facts=replace(job.facts, version=number))
        if not job.ctx.store.exists(key_of(numbered, "pdf")):
            return number, key_of(numbered, "pdf")
        number += 1


_DOCUMENT = (
    Document,
    (Document.id == DocumentVersion.document_id) & (Document.current_version == DocumentVersion.number),
)


def _due(ctx: Context, within: timedelta | None) -> ColumnElement[bool]:
    """Say what is due: sealed here, and its newest timestamp ends soon, or nobody wrote down when it ends."""
    soon = ctx.clock() + (within if within is not None else timedelta(days=ctx.settings.signing.renew_days))
    digests = known_digests()
    unsafe = [name for name in digests.dates if not digests.is_safe(name, soon)]
    ends = DocumentVersion.proven_until.is_(None) | (DocumentVersion.proven_until <= soon)
    return (
        (Document.state == DocumentState.ARCHIVED)
        & DocumentVersion.sealed_sha256.is_not(None)
        & (ends | DocumentVersion.timestamp_digest.in_(unsafe))
    )


def _first_ending(ctx: Context, within: timedelta | None, most: int) -> Iterator[UUID]:
    given: set[UUID] = set()
    while len(given) < most:
        query = (
            select(Document.id)
            .select_from(DocumentVersion)
            .join(*_DOCUMENT)
            .where(_due(ctx, within))
            .order_by(DocumentVersion.proven_until, Document.id)
            .limit(_AT_A_TIME + len(given))
        )
        with ctx.ledger.reading() as session:
            fresh = [id_ for id_ in session.scalars(query) if id_ not in given][: most - len(given)]
        if not fresh:
            return
        given.update(fresh)
        yield from fresh
