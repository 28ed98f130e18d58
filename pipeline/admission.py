"""From a staged arrival into the ledger: a new document, the next version of one, a duplicate, or nothing new."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.codes import normalize_agency_code
from ocr.source import SourceFacts
from pipeline.batch_sheet import BatchSheet, find_sheet, read_sheet
from pipeline.context import Context
from pipeline.findings import AGENCY_UNKNOWN, NOT_IN_REGISTER, Severity, add_finding
from pipeline.holds import (
    BatchSheetMissingError,
    DuplicateError,
    EarlierDuplicateError,
    MarkedSpecimenError,
    SecretStoredError,
    SpecimenError,
)
from pipeline.identifiers import name_document
from pipeline.inbox import Arrival
from pipeline.inbox_ledger import note, was_taken
from pipeline.records import batch_of, next_number, record_of
from pipeline.secrecy_gate import EarlierSecretError
from pipeline.separators import StackPart
from pipeline.transitions import note_reason
from pipeline.versions import begin_version, is_kept
from storage.ledger import events
from storage.ledger.models import Agency, Batch, Document, DocumentVersion, Record, Stack
from storage.ledger.states import DocumentState, Lane, Role

NO_TWINS = (DocumentState.REFUSED, DocumentState.SUPERSEDED, DocumentState.DUPLICATE)
"""States in which a document does not stand for the same bytes that come in again."""
NO_VERSIONS = (DocumentState.SUPERSEDED, DocumentState.DUPLICATE, DocumentState.QUARANTINED)
"""States in which a document gets no next version."""


class Entry(StrEnum):
    """What an arrival became in the ledger."""

    NEW = "new"
    VERSION = "version"
    DUPLICATE = "duplicate"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Staged:
    """What was copied to staging: under which id, the hash it is known by, its bytes, what the file says of itself."""

    document_id: UUID
    sha256: str
    facts: SourceFacts
    size: int


@dataclass(frozen=True, slots=True)
class StagedPart:
    """A document taken out of a stack: where in it, staged as what, and the path it goes by in the inbox."""

    cut: StackPart
    staged: Staged
    path: str


@dataclass(frozen=True, slots=True)
class StagedStack:
    """A stack whose documents are staged: its own hash, how many pages it has, which are separator sheets."""

    sha256: str
    pages: int
    separators: tuple[int, ...]
    parts: tuple[StagedPart, ...]


def enter(ctx: Context, session: Session, arrival: Arrival, staged: Staged) -> Entry:
    """Write an arrival into the ledger. What lies under the path of a document of its record is its next version.

    Raise SpecimenError in production, EarlierVersionBusyError when the earlier version is just being worked on.
    """
    if was_taken(session, arrival):
        return Entry.KNOWN
    document, entry = _entered(ctx, session, arrival, staged)
    note(ctx, session, arrival, "taken", document_id=document.id, sha256=staged.sha256)
    return entry


def enter_stack(ctx: Context, session: Session, arrival: Arrival, stack: StagedStack) -> None:
    """Write all documents of a stack into the ledger, or none: each as if it lay in the inbox by itself.

    Raise as `enter` does. A document that was taken out of this very stack before, and stands, is left as it is.
    """
    if was_taken(session, arrival):
        return
    row = _stack_row(ctx, session, stack)
    first: UUID | None = None
    for part in stack.parts:
        document = _standing(session, row, part)
        if document is None:
            document, entry = _entered(ctx, session, _lying(arrival, part), part.staged)
            if entry is not Entry.DUPLICATE:
                _note_pages(session, document, row, part)
        first = first or document.id
    note(ctx, session, arrival, "taken", document_id=first, sha256=stack.sha256).stack_id = row.id


def _stack_row(ctx: Context, session: Session, stack: StagedStack) -> Stack:
    row = session.scalar(select(Stack).where(Stack.sha256 == stack.sha256))
    if row is None:
        row = Stack(
            sha256=stack.sha256,
            pages=stack.pages,
            separators=list(stack.separators),
            taken_at=ctx.clock(),
        )
        session.add(row)
        session.flush()
    return row


def _lying(arrival: Arrival, part: StagedPart) -> Arrival:
    role = Role(part.cut.role) if part.cut.role else arrival.role
    return replace(arrival, path=part.path, record=part.cut.record or arrival.record, role=role)


def _standing(session: Session, row: Stack, part: StagedPart) -> Document | None:
    """Give the document that was taken out of the same place of the same stack before, unless it was refused."""
    return session.scalar(
        select(Document)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(
            DocumentVersion.stack_id == row.id,
            DocumentVersion.number == Document.current_version,
            Document.source_path == part.path,
            Document.state.not_in(NO_TWINS),
        )
    )


def _note_pages(session: Session, document: Document, row: Stack, part: StagedPart) -> None:
    version = session.scalars(
        select(DocumentVersion).where(
            DocumentVersion.document_id == document.id, DocumentVersion.number == document.current_version
        )
    ).one()
    # Kept is a stack once all that was taken out of it is; now there is more.
    row.kept_at = None
    version.stack_id, version.first_page, version.last_page = row.id, part.cut.first, part.cut.last


def _entered(ctx: Context, session: Session, arrival: Arrival, staged: Staged) -> tuple[Document, Entry]:
    now = ctx.clock()
    agency = normalize_agency_code(arrival.agency)
    sheet = _sheet_of(ctx, arrival, staged.facts)
    batch = batch_of(session, agency, sheet, now)
    record = record_of(session, agency, arrival.record, batch.scanned_at, now)
    twin, twin_version = _twin(session, staged.sha256, record)
    earlier = _earlier(session, arrival, record)
    # The bytes of a version that was replaced, in their old place: a person wants that one back.
    is_taken_back = twin is not None and twin is earlier and twin_version != twin.current_version
    if twin is not None and twin.record_id == record.id and not is_taken_back:
        document, entry = _duplicate(ctx, session, arrival, staged, batch, twin), Entry.DUPLICATE
        note_reason(document, _known_as(arrival, twin, twin_version))
    elif earlier is not None:
        begin_version(ctx, session, earlier, arrival.path, batch, staged.sha256, staged.document_id)
        document, entry = earlier, Entry.VERSION
    else:
        document, entry = _first(ctx, session, arrival, staged, batch, record), Entry.NEW
    if entry is not Entry.DUPLICATE:
        document.page_count, document.original_bytes = staged.facts.page_count, staged.size
        document.largest_page_px = staged.facts.largest_page_px
        document.all_pages_px = staged.facts.all_pages_px
        document.lane = Lane.SIGNED if staged.facts.is_signed else None
        document.same_bytes_as_id = twin.id if twin and twin is not document else None
    _note_findings(ctx, session, document, staged.facts, record)
    events.append(
        session,
        kind="document.received",
        actor=ctx.actor,
        subject_type="document",
        subject_id=str(document.id),
        at=now,
        input_hash=staged.sha256,
        # What it is, and whose, is told once it has passed the secrecy gate.
        payload={"duplicate": entry is Entry.DUPLICATE, "version": document.current_version},
    )
    return document, entry


def _sheet_of(ctx: Context, arrival: Arrival, facts: SourceFacts) -> BatchSheet:
    path = find_sheet(arrival.folder, ctx.settings.inbox_folder)
    if path is None:
        raise BatchSheetMissingError(file=arrival.path)
    sheet = read_sheet(path, ctx.settings.inbox.profile)
    if ctx.is_production and facts.is_specimen:
        raise MarkedSpecimenError(file=arrival.path)
    if ctx.is_production and sheet.is_specimen:
        raise SpecimenError(file=arrival.path)
    return sheet


def _twin(session: Session, sha256: str, record: Record) -> tuple[Document | None, int]:
    """Give a document with the same bytes and at which version: of this record before any other, the earliest first."""
    found = session.execute(
        select(Document, DocumentVersion)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(
            DocumentVersion.original_sha256 == sha256,
            DocumentVersion.refused_at.is_(None),
            Document.state.not_in(NO_TWINS),
        )
        .order_by(
            (Document.record_id == record.id).desc(),
            (DocumentVersion.number == Document.current_version).desc(),
            Document.received_at,
        )
    ).all()
    for document, version in found:
        # Of an earlier version only what is stored is there already.
        if version.number == document.current_version or is_kept(session, version):
            return document, version.number
    return None, 0


def _known_as(arrival: Arrival, twin: Document, version: int) -> DuplicateError:
    if version == twin.current_version:
        return DuplicateError(file=arrival.path, stt=twin.stt)
    return EarlierDuplicateError(file=arrival.path, stt=twin.stt, version=version)


def _earlier(session: Session, arrival: Arrival, record: Record) -> Document | None:
    """Give the document of this record that came from the same place in the inbox.

    Raise EarlierSecretError where that one is stored and secret: it must stay known for what it is.
    """
    earlier = session.scalar(
        select(Document)
        .where(
            Document.record_id == record.id,
            Document.source_path == arrival.path,
            Document.state.not_in(NO_VERSIONS),
        )
        .with_for_update()
    )
    if earlier is not None and earlier.state == DocumentState.STUCK and earlier.reason_code == SecretStoredError.code:
        raise EarlierSecretError(file=arrival.path)
    return earlier


def _first(ctx: Context, session: Session, arrival: Arrival, staged: Staged, batch: Batch, record: Record) -> Document:
    stt, now = next_number(record), ctx.clock()
    document = _row(ctx, arrival, staged, batch, record.id)
    document.stt, document.state = stt, DocumentState.IN_WORK
    session.add(document)
    session.flush()
    session.add(
        DocumentVersion(
            document_id=document.id, number=1, reason="first_scan", created_at=now, original_sha256=staged.sha256
        )
    )
    name_document(session, document.id, record.code, stt, now)
    return document


def _duplicate(
    ctx: Context, session: Session, arrival: Arrival, staged: Staged, batch: Batch, twin: Document
) -> Document:
    document = _row(ctx, arrival, staged, batch, twin.record_id)
    document.state = DocumentState.DUPLICATE
    document.page_count, document.same_bytes_as_id = staged.facts.page_count, twin.id
    session.add(document)
    session.flush()
    return document


def _row(ctx: Context, arrival: Arrival, staged: Staged, batch: Batch, record_id: UUID | None) -> Document:
    now = ctx.clock()
    return Document(
        id=staged.document_id,
        agency_code=batch.agency_code,
        record_id=record_id,
        batch_id=batch.id,
        role=arrival.role,
        current_version=1,
        original_sha256=staged.sha256,
        source_path=arrival.path,
        place=ctx.place,
        received_at=now,
        state_since=now,
    )


def _note_findings(ctx: Context, session: Session, document: Document, facts: SourceFacts, record: Record) -> None:
    now = ctx.clock()
    is_elsewhere = document.state != DocumentState.DUPLICATE and document.same_bytes_as_id is not None
    for code in (*facts.notes, *(["same_bytes_elsewhere"] if is_elsewhere else [])):
        add_finding(session, document.id, code, Severity.NOTE, now)
    for code in _doubts(session, record):
        add_finding(session, document.id, code, Severity.WARNING, now)


def _doubts(session: Session, record: Record) -> Iterator[str]:
    """Give what is odd about a record: nobody's register has it, or its agency is not among those known."""
    if record.register_entry_id is None:
        yield NOT_IN_REGISTER
    if session.scalar(select(Agency.code).where(Agency.code == record.agency_code)) is None:
        yield AGENCY_UNKNOWN
