"""Brings a document back that was archived after the backup its ledger came from; no number is given twice."""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config.codes import is_record_code
from config.errors import ReadBackError
from ocr.assemble.identity import PdfIdentity
from pipeline.context import Context
from pipeline.identifiers import name_document, name_record
from pipeline.objects import Owner, note_object
from pipeline.resting import settle_record
from pipeline.signature_rows import keep_own_signatures
from pipeline.transitions import move
from signing.profiles import AGENCY_SEAL
from signing.report import SignatureReport
from storage.ledger import events
from storage.ledger.models import Batch, Document, DocumentVersion, Record, RegisterEntry, ReviewTask, StoredObject
from storage.ledger.states import DocumentState as S
from storage.objects import StoredReceipt

BROUGHT_BACK = "brought_back"
WAY: dict[S, tuple[S, ...]] = {
    S.IN_WORK: (S.WAITING_RELEASE, S.SEALED, S.ARCHIVED),
    S.WAITING_REVIEW: (S.WAITING_RELEASE, S.SEALED, S.ARCHIVED),
    S.WAITING_ATTEST: (S.IN_WORK, S.WAITING_RELEASE, S.SEALED, S.ARCHIVED),
    S.WAITING_RELEASE: (S.SEALED, S.ARCHIVED),
    S.PENDING_SIGNATURE: (S.SEALED, S.ARCHIVED),
    S.STUCK: (S.SEALED, S.ARCHIVED),
    S.ARCHIVED: (S.IN_WORK, S.WAITING_RELEASE, S.SEALED, S.ARCHIVED),
    S.WAITING_TRUST: (S.IN_WORK, S.WAITING_RELEASE, S.SEALED, S.ARCHIVED),
    S.REFUSED: (S.IN_WORK, S.WAITING_RELEASE, S.SEALED, S.ARCHIVED),
}
"""The states a document goes through to where it was, from where the older ledger has it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One object of such a document, with the hash it reads back with."""

    key: str
    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A document in the store that its seal proves."""

    key: str
    stt: int
    version: int
    identity: PdfIdentity
    reports: tuple[SignatureReport, ...]
    stored: tuple[Stored, ...]
    original_sha256: str
    """The hash that what came in is known by."""

    @property
    def record_code(self) -> str:
        """The mã hồ sơ, as the PDF says it."""
        return self.identity.title.rpartition(".")[0]

    @property
    def sealed_sha256(self) -> str:
        """The hash of the sealed PDF."""
        return next(one.sha256 for one in self.stored if one.key == self.key)


def bring_back(ctx: Context, whole: Whole) -> None:
    """Write a proven document into the ledger as archived; its text and fields are read anew by `sohoa backfill`."""
    receipts = {one: _receipt(ctx, one) for one in whole.stored}
    now = ctx.clock()
    with ctx.ledger.session() as session:
        record = _record(session, whole.key, whole.record_code, now)
        record.next_stt = max(record.next_stt, whole.stt + 1)
        document = _document(ctx, session, whole, record)
        version = _version(session, whole, document, now)
        session.flush()
        _forget_what_was_asked(session, document, now)
        owner = Owner(document.id, version.id, version.number)
        for one, receipt in receipts.items():
            if session.scalar(select(StoredObject.id).where(StoredObject.key == one.key)) is None:
                note_object(ctx, session, owner, one.kind, receipt)
        keep_own_signatures(session, version.id, whole.reports, now)
        for state in WAY[S(document.state)]:
            output = whole.sealed_sha256 if state in {S.SEALED, S.ARCHIVED} else None
            move(session, document.id, state, actor=ctx.actor, at=now, output_sha256=output)
        version.archived_at = now
        settle_record(session, ctx, record.id)
        events.append(
            session,
            kind="document.brought_back",
            actor=ctx.actor,
            subject_type="document",
            subject_id=str(document.id),
            at=now,
            output_hash=whole.sealed_sha256,
            payload={"version": version.number, "stt": whole.stt},
        )


def reserve_numbers(ctx: Context, key: str, code: str, stt: int, number: int) -> None:
    """See that a number in the store that the ledger knows nothing of is given to no other paper, nor its version."""
    now = ctx.clock()
    with ctx.ledger.session() as session:
        known = session.get(Record, UUID(key.split("/")[3]))
        if known is None and not is_record_code(code):
            # A register row's name may have been altered for the store; a person enters it again.
            return
        record = known or _record(session, key, code, now)
        record.next_stt = max(record.next_stt, stt + 1)
        document = session.scalar(select(Document).where(Document.record_id == record.id, Document.stt == stt))
        if document is None:
            return
        most = select(func.max(DocumentVersion.number)).where(DocumentVersion.document_id == document.id)
        for each in range((session.scalar(most) or 0) + 1, number + 1):
            session.add(
                DocumentVersion(
                    document_id=document.id, number=each, reason=BROUGHT_BACK, created_at=now, refused_at=now
                )
            )


def _receipt(ctx: Context, one: Stored) -> StoredReceipt:
    """Give the store's receipt: putting the same bytes again changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "object"
        if ctx.store.fetch(one.key, copy) != one.sha256:
            raise ReadBackError(key=one.key)
        return ctx.store.put(one.key, copy, one.sha256)


def _record(session: Session, key: str, code: str, now: datetime) -> Record:
    """Give the record a key names, made anew under the same id where the ledger does not have it."""
    _env, agency, year, record_id, *_rest = key.split("/")
    record = session.get(Record, UUID(record_id), with_for_update=True)
    if record is not None:
        return record
    entry = session.scalar(
        select(RegisterEntry.id).where(RegisterEntry.agency_code == agency, RegisterEntry.record_code == code)
    )
    record = Record(
        id=UUID(record_id),
        agency_code=agency,
        code=code,
        year=int(year),
        register_entry_id=entry,
        next_stt=1,
        created_at=now,
    )
    session.add(record)
    session.flush()
    name_record(session, record, code, now)
    return record


def _document(ctx: Context, session: Session, whole: Whole, record: Record) -> Document:
    now, identity = ctx.clock(), whole.identity
    document = session.get(Document, identity.document_id, with_for_update=True)
    if document is None:
        document = Document(
            id=identity.document_id,
            agency_code=record.agency_code,
            record_id=record.id,
            batch_id=_batch(session, record.agency_code, identity, now).id,
            stt=whole.stt,
            state=S.IN_WORK,
            original_sha256=whole.original_sha256,
            page_count=identity.pages,
            received_at=now,
            state_since=now,
        )
        session.add(document)
        session.flush()
        name_document(session, document.id, record.code, whole.stt, now)
        _tell(ctx, session, "document.received", whole, document, {"duplicate": False, "version": whole.version})
    document.current_version, document.original_sha256 = whole.version, whole.original_sha256
    # Whoever had it in work before the backup writes nothing any more.
    document.claim_fence = (document.claim_fence or 0) + 1
    document.claim_owner = document.claim_until = None
    facts = {"record": str(record.id), "pages": document.page_count, "version": whole.version}
    _tell(ctx, session, "document.admitted", whole, document, facts)
    return document


def _version(session: Session, whole: Whole, document: Document, now: datetime) -> DocumentVersion:
    version = session.scalar(
        select(DocumentVersion).where(
            DocumentVersion.document_id == document.id, DocumentVersion.number == whole.version
        )
    )
    if version is None:
        version = DocumentVersion(
            document_id=document.id, number=whole.version, reason=BROUGHT_BACK, created_at=now, refused_at=None
        )
        session.add(version)
    elif version.reason == BROUGHT_BACK:
        # Its number was kept by a repair that failed.
        version.refused_at = None
    seal = next(report for report in whole.reports if report.field == AGENCY_SEAL.field)
    version.original_sha256 = whole.original_sha256
    version.secrecy_passed_at = version.secrecy_passed_at or now
    version.sealed_sha256, version.sealed_at = whole.sealed_sha256, seal.signed_at
    version.pdfa_claim = "pdfa_2b_checked"
    return version


def _batch(session: Session, agency: str, identity: PdfIdentity, now: datetime) -> Batch:
    """Give the batch as far as the PDF tells of it: who scanned, and when; the device is not known any more."""
    told = f"{BROUGHT_BACK}\n{identity.converter}\n{identity.converted_at.isoformat()}"
    sha256 = hashlib.sha256(told.encode()).hexdigest()
    batch = session.scalar(select(Batch).where(Batch.agency_code == agency, Batch.sheet_sha256 == sha256))
    if batch is None:
        batch = Batch(
            agency_code=agency,
            operator=identity.converter,
            scanned_at=identity.converted_at,
            device="–",
            sheet_sha256=sha256,
            created_at=now,
        )
        session.add(batch)
        session.flush()
    return batch


def _forget_what_was_asked(session: Session, document: Document, now: datetime) -> None:
    """Close questions that were answered after the backup, since it was sealed then."""
    session.execute(
        update(ReviewTask)
        .where(ReviewTask.document_id == document.id, ReviewTask.settled_at.is_(None))
        .values(settled_at=now, decision="obsolete")
    )


def _tell(
    ctx: Context, session: Session, kind: str, whole: Whole, document: Document, payload: Mapping[str, object]
) -> None:
    events.append(
        session,
        kind=kind,
        actor=ctx.actor,
        subject_type="document",
        subject_id=str(document.id),
        at=ctx.clock(),
        input_hash=whole.original_sha256,
        payload=payload,
    )
