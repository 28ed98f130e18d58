"""What stands where: the counts of `status`, and all that is known of one record for `show`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.errors import NotFoundError, recall
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.archival_metadata import known_metadata, metadata_sources, missing_columns
from pipeline.backups.standing import backup_warnings
from pipeline.check_result import CheckResult
from pipeline.context import Context
from pipeline.copies.standing import ReplicaStanding, replica_standing
from pipeline.field_views import FieldView, current_fields
from pipeline.findings import WORDS_CORRECTED
from pipeline.health_signing import key_warnings
from pipeline.holds import SignerUntrustedError
from pipeline.identifiers import identifiers_of
from pipeline.inbox import InboxMissingError, arrivals
from pipeline.naming import names_in, record_and_number, shown_place
from pipeline.objects import STACK
from pipeline.page_readings import PageView, page_readings
from pipeline.page_views import CodeView, StackPages, page_codes, stack_pages
from pipeline.record_metadata import OUTSIDE, RecordMetadata, record_metadata
from pipeline.register.linking import ProposedRow, match_of
from pipeline.signature_rows import known_signatures
from signing.report import Verdict
from storage.ledger.models import (
    Backfill,
    Document,
    DocumentVersion,
    Finding,
    InboxItem,
    Record,
    ReviewTask,
    Signature,
    StoredObject,
)
from storage.ledger.states import DocumentState

HASH_ALONE = _("{agency}: the file whose sha256 begins with {sha256}")
SHA256_DIGITS = 12
GRAVEST = {"inbox_refused": 0, DocumentState.REFUSED: 0, DocumentState.QUARANTINED: 1, DocumentState.STUCK: 2}
"""What is told before all that merely waits."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something refused, held or stuck: where, why, and what to do, in the active language."""

    where: str
    state: str
    code: str
    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Status:
    """The counts of the whole ledger."""

    environment: str
    documents: dict[str, int]
    pages: dict[str, int]
    open_questions: int
    inbox_waiting: int
    inbox_refused: int
    troubles: tuple[Trouble, ...]
    inbox_lying: int | None = None
    """How many files and folders of pages lie in the inbox now; None when it cannot be looked into."""
    is_inbox_seen: bool = True
    """Whether a run has ever looked into the inbox and found something."""
    bad_objects: tuple[str, ...] = ()
    """The keys of stored files that did not read back well when last read."""
    replica: ReplicaStanding | None = None
    """How far second copies lag behind; None where none are made."""
    keys: tuple[CheckResult, ...] = ()
    """What is to be seen to: keys that run out soon or cannot be had, and a backup that is too old."""


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a document: why there is it, when it came in and was archived, and the hash it came in with."""

    number: int
    reason: str
    created_at: datetime
    archived_at: datetime | None
    original_sha256: str | None
    asked_for: str | None = None
    """Why it was issued anew, in the words of who asked for that."""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document as `show` tells of it."""

    document_id: UUID
    stt: int | None
    role: str
    state: str
    state_since: datetime
    lane: str | None
    pages: int | None
    version: int
    original_sha256: str
    source_path: str | None
    trouble: Trouble | None
    fields: tuple[FieldView, ...]
    codes: tuple[CodeView, ...]
    findings: tuple[tuple[str, int, str], ...]
    """(severity, page or 0, code)."""
    questions: tuple[tuple[str | None, str], ...]
    """(field or None, reason) still open."""
    signatures: tuple[tuple[str, str, str, datetime | None], ...]
    """(role, signer, verdict, time)."""
    objects: tuple[tuple[str, str, str], ...]
    """(kind, key, sha256), of all versions; a stack that it was taken out of is stored under one document of it."""
    versions: tuple[VersionView, ...]
    identifiers: tuple[tuple[str, str], ...]
    """(scheme, name)."""
    stack_pages: StackPages | None
    """Where it was taken out of a stack."""
    metadata: dict[str, str]
    missing_metadata: tuple[str, ...]
    """Required by TT 05/2025, and filled by nothing and nobody."""
    corrected_words: int
    """So many words language put right."""
    readings: tuple[PageView, ...]
    metadata_sources: dict[str, str] = field(default_factory=dict)
    """By name of a datum: `agency` where its agency says so for all its documents, `person`, or `program`."""
    register_row: ProposedRow | None = None
    """The row of the register that it is, or may be."""


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record as `show` tells of it."""

    record_id: UUID
    code: str
    agency_code: str
    year: int
    state: str
    is_in_register: bool
    identifiers: tuple[tuple[str, str], ...]
    """(scheme, name)."""
    metadata: RecordMetadata
    documents: tuple[DocumentView, ...]


def read_status(ctx: Context) -> Status:
    """Count what stands where, and list what is refused, held or stuck, and which keys and backups to see to."""
    keys = (*key_warnings(ctx), *backup_warnings(ctx))
    replica = replica_standing(ctx)
    with ctx.ledger.reading() as session:
        rows = session.execute(
            select(Document.state, func.count(), func.sum(Document.page_count)).group_by(Document.state)
        ).all()
        outcomes = session.execute(select(InboxItem.outcome, func.count()).group_by(InboxItem.outcome))
        inbox = {outcome: count for outcome, count in outcomes}  # noqa: C416 - rows are not pairs to a type checker
        questions = session.scalar(
            select(func.count())
            .select_from(ReviewTask)
            .join(Document, Document.id == ReviewTask.document_id)
            .where(ReviewTask.settled_at.is_(None), Document.state == DocumentState.WAITING_REVIEW)
        )
        return Status(
            environment=ctx.environment,
            documents={state: count for state, count, _pages in rows},
            pages={state: int(pages or 0) for state, _count, pages in rows},
            open_questions=questions or 0,
            inbox_waiting=inbox.get("waiting", 0),
            inbox_refused=inbox.get("refused", 0),
            troubles=tuple(_troubles(session)),
            inbox_lying=_lying(ctx),
            is_inbox_seen=bool(inbox) or bool(rows),
            bad_objects=tuple(
                session.scalars(select(StoredObject.key).where(~StoredObject.check_ok).order_by(StoredObject.key))
            ),
            keys=keys,
            replica=replica,
        )


def _lying(ctx: Context) -> int | None:
    try:
        return sum(1 for _arrival in arrivals(ctx.settings.inbox_folder))
    except InboxMissingError:
        return None


def show_record(ctx: Context, name: str) -> list[RecordView]:
    """Give all that is known under a mã hồ sơ, of each agency that has it; under a document's code, of it alone.

    Raise NotFoundError when nothing is called so.
    """
    with ctx.ledger.reading() as session:
        code, stt = record_and_number(session, name)
        records = session.scalars(select(Record).where(Record.code == code).order_by(Record.agency_code)).all()
        views = [_record_view(session, record, stt) for record in records]
    return [view for view in views if view.documents or stt is None]


def show_record_of(ctx: Context, record_id: UUID) -> RecordView:
    """Give all that is known of one record. Raise NotFoundError when there is none."""
    with ctx.ledger.reading() as session:
        record = session.get(Record, record_id)
        if record is None:
            raise NotFoundError(subject=record_id)
        return _record_view(session, record, None)


def _record_view(session: Session, record: Record, stt: int | None) -> RecordView:
    return RecordView(
        record_id=record.id,
        code=record.code,
        agency_code=record.agency_code,
        year=record.year,
        state=record.state,
        is_in_register=record.register_entry_id is not None,
        identifiers=identifiers_of(session, record.id),
        metadata=record_metadata(session, record),
        documents=tuple(_document_view(session, document) for document in _documents(session, record, stt)),
    )


def _documents(session: Session, record: Record, stt: int | None) -> Sequence[Document]:
    of_record = select(Document).where(Document.record_id == record.id).order_by(Document.stt)
    return session.scalars(of_record if stt is None else of_record.where(Document.stt == stt)).all()


def _document_view(session: Session, document: Document) -> DocumentView:
    version_id = session.scalar(
        select(DocumentVersion.id).where(
            DocumentVersion.document_id == document.id, DocumentVersion.number == document.current_version
        )
    )
    findings = session.execute(
        select(Finding.severity, Finding.page, Finding.code)
        .where(Finding.document_id == document.id)
        .order_by(Finding.page, Finding.code)
    )
    questions = session.execute(
        select(ReviewTask.field_name, ReviewTask.reason_code).where(
            ReviewTask.document_id == document.id, ReviewTask.settled_at.is_(None)
        )
    )
    return DocumentView(
        document_id=document.id,
        stt=document.stt,
        role=document.role,
        state=document.state,
        state_since=document.state_since,
        lane=document.lane,
        pages=document.page_count,
        version=document.current_version,
        original_sha256=document.original_sha256,
        source_path=document.source_path,
        trouble=_untrusted(session, document)
        if document.state == DocumentState.WAITING_TRUST and not document.reason_code
        else _document_trouble(session, document),
        fields=current_fields(session, version_id) if version_id else (),
        codes=page_codes(session, version_id),
        stack_pages=stack_pages(session, version_id),
        findings=tuple((severity, page, code) for severity, page, code in findings),
        questions=tuple((field_name, reason) for field_name, reason in questions),
        signatures=known_signatures(session, version_id),
        objects=_objects(session, document.id),
        identifiers=identifiers_of(session, document.id),
        metadata=known_metadata(document),
        # What is no part of its record is described by nobody.
        missing_metadata=() if document.state in OUTSIDE else tuple(missing_columns(document)),
        versions=_versions(session, document),
        corrected_words=_corrected_words(session, document),
        readings=page_readings(session, version_id),
        metadata_sources=metadata_sources(session, document),
        register_row=match_of(session, document.id),
    )


def _objects(session: Session, document_id: UUID) -> tuple[tuple[str, str, str], ...]:
    """Give all stored objects that hold pages of a document: its own, and the stacks it was taken out of."""
    own = DocumentVersion.document_id == document_id
    # Asked for first: a condition on two tables at once would have every version looked at.
    stacks = session.scalars(select(DocumentVersion.stack_id).where(own, DocumentVersion.stack_id.is_not(None))).all()
    found = session.execute(
        select(StoredObject.kind, StoredObject.key, StoredObject.sha256)
        .join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
        .where(own | DocumentVersion.stack_id.in_(stacks), own | (StoredObject.kind == STACK))
        .order_by(DocumentVersion.number, StoredObject.key)
    )
    return tuple((kind, key, sha256) for kind, key, sha256 in found)


def _corrected_words(session: Session, document: Document) -> int:
    details = session.scalar(
        select(Finding.details).where(Finding.document_id == document.id, Finding.code == WORDS_CORRECTED)
    )
    return int((details or {}).get("words", 0))


def _versions(session: Session, document: Document) -> tuple[VersionView, ...]:
    found = session.execute(
        select(DocumentVersion, Backfill.reason)
        .outerjoin(Backfill, Backfill.id == DocumentVersion.backfill_id)
        .where(DocumentVersion.document_id == document.id)
        .order_by(DocumentVersion.number)
    )
    return tuple(
        VersionView(v.number, v.reason, v.created_at, v.archived_at, v.original_sha256, asked_for)
        for v, asked_for in found
    )


def _troubles(session: Session) -> list[Trouble]:
    items = session.scalars(select(InboxItem).where(InboxItem.reason_code.is_not(None)).order_by(InboxItem.path))
    documents = session.scalars(
        select(Document).where(Document.reason_code.is_not(None)).order_by(Document.received_at)
    )
    troubles = [
        _trouble(item.path, f"inbox_{item.outcome}", item.reason_code or "", item.reason_details)
        for item in items
        if item.outcome in {"waiting", "refused"}
    ]
    waiting = select(Document).where(Document.state == DocumentState.WAITING_TRUST, Document.reason_code.is_(None))
    troubles += [_untrusted(session, document) for document in session.scalars(waiting.order_by(Document.received_at))]
    troubles += [trouble for document in documents if (trouble := _document_trouble(session, document))]
    return sorted(troubles, key=lambda trouble: GRAVEST.get(trouble.state, len(GRAVEST)))


def _untrusted(session: Session, document: Document) -> Trouble:
    """Say whose signature a stored file waits for; its state alone would tell neither whose nor what to do."""
    signers = session.scalars(
        select(Signature.signer)
        .join(DocumentVersion, DocumentVersion.id == Signature.version_id)
        .where(
            DocumentVersion.document_id == document.id,
            DocumentVersion.number == document.current_version,
            Signature.verdict != Verdict.VALID,
        )
        .order_by(Signature.signer)
    )
    name = names_in(session, [document.id])[document.id]
    error = SignerUntrustedError(file=name, signer=", ".join(dict.fromkeys(signers)) or "–")
    return Trouble(name, document.state, error.code, str(error), error.remedy_text())


def _document_trouble(session: Session, document: Document) -> Trouble | None:
    if not document.reason_code:
        return None
    where = shown_place(session, document)
    if document.record_id is None:
        # Of a secret file the path is kept nowhere: whoever looks for it in the inbox has its hash to go by.
        sha256 = document.original_sha256[:SHA256_DIGITS]
        where = gettext(HASH_ALONE).format(agency=document.agency_code, sha256=sha256)
    return _trouble(where, document.state, document.reason_code, document.reason_details)


def _trouble(where: str, state: str, code: str, details: dict[str, object] | None) -> Trouble:
    error = recall(code, details)
    return Trouble(where, state, code, str(error), error.remedy_text())
