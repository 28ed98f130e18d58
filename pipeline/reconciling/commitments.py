"""What the ledger has committed to keep and has not stored: signed bytes that wait for their upload, and scans."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from sqlalchemy import exists, select

from config.errors import SohoaError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.holds import OriginalsLostError
from pipeline.job import claim, file_sha256, let_go, staged_version, work_folder
from pipeline.lease_clock import lease_now
from pipeline.machines import lies_here
from pipeline.objects import ARCHIVAL, ORIGINAL
from pipeline.originals import are_original, keep_originals
from pipeline.reconciling.model import Difference, Found, Kind
from pipeline.runner import process
from storage.ledger import events
from storage.ledger.models import Document, DocumentVersion, Record, StoredObject
from storage.ledger.states import DocumentState
from storage.objects import archival_name, object_key

_PAST_INTAKE = (
    DocumentState.WAITING_ATTEST,
    DocumentState.WAITING_REVIEW,
    DocumentState.WAITING_RELEASE,
    DocumentState.PENDING_SIGNATURE,
    DocumentState.SEALED,
    DocumentState.ARCHIVED,
    DocumentState.WAITING_TRUST,
)
"""States that a document reaches only with its scan stored."""


class NotSentOnError(SohoaError):
    """A sealed document did not get into the store."""

    code = "not_sent_on"
    retry_helps = True
    message = _("the sealed document did not get into the store: {cause}")
    remedy = _("See `sohoa status` for the cause; then `sohoa run`.")


def check_commitments(ctx: Context) -> Iterator[Found]:
    """Give what was sealed and not archived, and what passed the secrecy check and was not stored."""
    yield from _sealed(ctx)
    yield from _originals(ctx)


def _sealed(ctx: Context) -> Iterator[Found]:
    query = (
        select(Document, DocumentVersion, Record)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Record, Record.id == Document.record_id)
        .where(
            DocumentVersion.number == Document.current_version,
            DocumentVersion.sealed_sha256.is_not(None),
            DocumentVersion.archived_at.is_(None),
            Document.state.in_([DocumentState.SEALED, DocumentState.STUCK]),
            lies_here(ctx),
        )
        .order_by(Document.id)
    )
    with ctx.ledger.reading() as session:
        query = query.where(Document.claim_until.is_(None) | (Document.claim_until < lease_now(ctx, session)))
        for document, version, record in session.execute(query):
            name = archival_name(record.code, document.stt)
            key = object_key(ctx.environment, document.agency_code, record.year, record.id, version.number, name)
            if not _is_at_hand(ctx, version, key):
                yield Found(Difference(Kind.SEALED_LOST, key, document.id))
            elif document.state == DocumentState.STUCK:
                yield Found(Difference(Kind.SEALED_WAITS, key, document.id))
            else:
                difference = Difference(Kind.SEALED_WAITS, key, document.id, is_mendable=True)
                yield Found(difference, partial(_send_on, ctx, document.id, version.sealed_sha256))


def _is_at_hand(ctx: Context, version: DocumentVersion, key: str) -> bool:
    sealed = str(version.sealed_sha256)
    path = work_folder(ctx, version.document_id, version.number) / f"sealed-{sealed[:16]}.pdf"
    if path.is_file() and file_sha256(path) == sealed:
        return True
    return ctx.store.exists(key) and ctx.store.read_back(key) == sealed


def _send_on(ctx: Context, document_id: UUID, sealed: str | None) -> None:
    """Let a sealed document go on to where it was going."""
    outcome = process(ctx, document_id)
    if outcome is None or outcome.failure:
        raise NotSentOnError(cause=outcome.failure if outcome else "-")
    _note(ctx, "object.sent_on", document_id, sealed)


def _originals(ctx: Context) -> Iterator[Found]:
    is_stored = exists().where(
        StoredObject.version_id == DocumentVersion.id, StoredObject.kind.in_([ORIGINAL, ARCHIVAL])
    )
    query = (
        select(Document, DocumentVersion)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(
            DocumentVersion.number == Document.current_version,
            Document.state.in_(_PAST_INTAKE),
            DocumentVersion.secrecy_passed_at.is_not(None),
            ~is_stored,
            lies_here(ctx),
        )
        .order_by(Document.id)
    )
    with ctx.ledger.reading() as session:
        for document, version in session.execute(query):
            staged = staged_version(ctx, document.id, version.number)
            files = tuple(sorted(staged.iterdir())) if staged.is_dir() else ()
            if are_original(files, document.original_sha256):
                difference = Difference(Kind.ORIGINAL_WAITS, str(staged), document.id, is_mendable=True)
                yield Found(difference, partial(_keep, ctx, document.id, document.original_sha256))
            else:
                yield Found(Difference(Kind.ORIGINAL_LOST, str(document.id), document.id))


def _keep(ctx: Context, document_id: UUID, sha256: str) -> None:
    job = claim(ctx, document_id, _PAST_INTAKE)
    if job is None:
        raise OriginalsLostError(file=document_id)
    try:
        keep_originals(job)
    finally:
        let_go(job)
    _note(ctx, "object.sent_on", document_id, sha256)


def _note(ctx: Context, kind: str, document_id: UUID, sha256: str | None) -> None:
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind=kind,
            actor=ctx.actor,
            subject_type="document",
            subject_id=str(document_id),
            at=ctx.clock(),
            output_hash=sha256,
        )
