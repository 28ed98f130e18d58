"""From the inbox into the ledger: every arrival is taken, held or refused, and each is accounted for.

A file is copied to staging while its hash is taken, compared with what is known, looked at as a file, and only then
becomes a document of a record. Nothing of the inbox is removed here.
"""

import errno
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.codes import normalize_agency_code
from config.errors import (
    DiskFullError,
    FileVanishedError,
    InputRefusedError,
    SecrecyMarkError,
    SohoaError,
    UnsafePathError,
    recall,
)
from ocr.source import Limits, SourceFacts, inspect
from pipeline.batch_sheet import BatchSheet, find_sheet, read_sheet
from pipeline.context import Context
from pipeline.findings import Severity, add_finding
from pipeline.guard import NO_SPACE, guarded
from pipeline.holds import (
    BatchSheetMissingError,
    DuplicateError,
    FileUnreadableError,
    MarkedSpecimenError,
    SpecimenError,
    StillArrivingError,
)
from pipeline.identifiers import name_document
from pipeline.inbox import Arrival, arrivals
from pipeline.inbox_ledger import contents_sha256, earlier_refused, forget, is_settled, note, was_taken
from pipeline.job import staging_folder
from pipeline.records import batch_of, next_number, record_of
from pipeline.transitions import move
from storage.ledger import events
from storage.ledger.models import Agency, Document, DocumentVersion, Record
from storage.ledger.states import DocumentState, Lane
from storage.ledger.types import new_id

Notice = Callable[[str, SohoaError], None]
"""Told of each arrival that was held or refused: its path in the inbox, and why."""

NO_TWINS = (DocumentState.REFUSED, DocumentState.SUPERSEDED, DocumentState.DUPLICATE)
"""States in which a document does not stand for the same bytes that come in again."""
_BLOCK = 1 << 20


class Entry(StrEnum):
    """What an arrival became in the ledger."""

    NEW = "new"
    DUPLICATE = "duplicate"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class PutOffCount:
    """How many arrivals were held, hindered or refused for one reason."""

    outcome: str
    code: str
    arrivals: int


@dataclass(frozen=True, slots=True)
class IntakeCount:
    """What one look at the inbox came to."""

    taken: int = 0
    held: int = 0
    refused: int = 0
    known: int = 0
    hindered: int = 0
    """How many of those held wait for no fault of theirs: the disk is full, the ledger busy, a program missing."""
    put_off: tuple[PutOffCount, ...] = ()
    """Why the others wait or were refused, the most frequent cause first."""


def drain(ctx: Context, notice: Notice) -> IntakeCount:
    """Take everything in the inbox that stands still and is not known yet; tell of what is held or refused.

    Raise InboxMissingError when there is no inbox to look into.
    """
    tally = {"taken": 0, "held": 0, "refused": 0, "known": 0, "hindered": 0}
    causes: Counter[tuple[str, str]] = Counter()
    for arrival in arrivals(ctx.settings.inbox_folder):
        came_to, cause = _take(ctx, arrival, notice)
        tally[came_to] += 1
        if cause:
            causes[came_to, cause] += 1
    tally["held"] += tally["hindered"]
    return IntakeCount(**tally, put_off=tuple(PutOffCount(*why, count) for why, count in causes.most_common()))


def limits(ctx: Context) -> Limits:
    """Give the size limits of this installation."""
    inbox = ctx.settings.inbox
    return Limits(inbox.max_pages, inbox.max_page_pixels, inbox.max_file_mb * 1_000_000)


def _take(ctx: Context, arrival: Arrival, notice: Notice) -> tuple[str, str]:
    """Take an arrival if it is ready; give what it came to and, where it was put off, the cause's code."""
    if is_settled(ctx, arrival):
        return "known", ""
    document_id = new_id()
    staged = staging_folder(ctx, document_id)

    def admitted() -> tuple[str, str]:
        _hold_if_unready(ctx, arrival)
        files, sha256 = _stage(arrival, staged)
        return _admit(ctx, arrival, document_id, files, sha256), ""

    def put_off(cause: SohoaError) -> tuple[str, str]:
        return _put_off(ctx, arrival, staged, cause, notice), cause.code

    return guarded(admitted, put_off, arrival.path)


def _put_off(ctx: Context, arrival: Arrival, staged: Path, cause: SohoaError, notice: Notice) -> str:
    """Hold or refuse an arrival; what is not the file's own fault only waits."""
    shutil.rmtree(staged, ignore_errors=True)
    notice(arrival.path, cause)
    secret = isinstance(cause, SecrecyMarkError)
    hindered = not isinstance(cause, InputRefusedError)
    held = not secret and (cause.retry_helps or hindered)
    with ctx.ledger.session() as session:
        if secret:
            forget(session, arrival.path)
        else:
            note(ctx, session, arrival, "waiting" if held else "refused", cause=cause)
    if hindered:
        return "hindered"
    return "held" if held else "refused"


def _hold_if_unready(ctx: Context, arrival: Arrival) -> None:
    if arrival.fault is not None:
        raise arrival.fault
    stable_after_s = ctx.settings.inbox.stable_after_s
    if stable_after_s and ctx.clock() - arrival.changed_at < timedelta(seconds=stable_after_s):
        raise StillArrivingError(file=arrival.path)
    if find_sheet(arrival.folder, ctx.settings.inbox_folder) is None:
        raise BatchSheetMissingError(file=arrival.path)


def _stage(arrival: Arrival, staged: Path) -> tuple[tuple[Path, ...], str]:
    """Copy an arrival to staging; give the copies in page order and the hash of one file or of the list."""
    staged.mkdir(parents=True)
    copies, hashes = [], []
    for number, source in enumerate(arrival.files, 1):
        copy = staged / f"{number:06d}{source.suffix.lower()}"
        hashes.append(_copy_hashing(source, copy, arrival.path))
        copies.append(copy)
    return tuple(copies), contents_sha256(hashes, is_folder=arrival.is_folder)


def _copy_hashing(source: Path, copy: Path, shown_path: str) -> str:
    digest = hashlib.sha256()
    try:
        with _opened(source) as reader, copy.open("xb") as writer:
            before = os.fstat(reader.fileno())
            while block := reader.read(_BLOCK):
                digest.update(block)
                writer.write(block)
        after = source.lstat()
    except OSError as err:
        raise _explained(err, shown_path) from err
    same = (before.st_size, before.st_mtime_ns, before.st_ino) == (after.st_size, after.st_mtime_ns, after.st_ino)
    if not same or copy.stat().st_size != after.st_size:
        raise FileVanishedError(file=shown_path)
    return digest.hexdigest()


def _opened(source: Path) -> BinaryIO:
    """Open a file of the inbox without following a link or waiting for a pipe that was put in its place."""
    return os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")


def _explained(err: OSError, shown_path: str) -> SohoaError:
    if err.errno in NO_SPACE:
        return DiskFullError(file=shown_path)
    if err.errno in {errno.ENOENT, errno.ESTALE, errno.ENOTDIR}:
        return FileVanishedError(file=shown_path)
    if err.errno == errno.ELOOP:
        return UnsafePathError(file=shown_path)
    return FileUnreadableError(file=shown_path, cause=err.strerror or type(err).__name__)


def _admit(ctx: Context, arrival: Arrival, document_id: UUID, files: tuple[Path, ...], sha256: str) -> str:
    with ctx.ledger.reading() as session:
        known = session.scalars(select(Document).where(Document.original_sha256 == sha256)).all()
        for twin in known:
            if twin.state == DocumentState.QUARANTINED:
                raise recall(twin.reason_code or SecrecyMarkError.code, twin.reason_details)
    try:
        facts = inspect(files, limits(ctx))
    except InputRefusedError as err:
        # The person knows the file by its name in the inbox, not by its staged copy.
        raise type(err)(**{**err.details, "file": arrival.path}) from err
    with ctx.ledger.session() as session:
        outcome = _enter(ctx, session, arrival, document_id, sha256, facts)
    if outcome is not Entry.NEW:
        shutil.rmtree(staging_folder(ctx, document_id))
    return "known" if outcome is Entry.KNOWN else "taken"


def _enter(
    ctx: Context, session: Session, arrival: Arrival, document_id: UUID, sha256: str, facts: SourceFacts
) -> Entry:
    """Write an arrival into the ledger as a document, which may be a duplicate within its record."""
    if was_taken(session, arrival):
        return Entry.KNOWN
    now = ctx.clock()
    agency = normalize_agency_code(arrival.agency)
    sheet = _sheet(ctx, arrival)
    if ctx.is_production:
        _refuse_specimen(arrival, facts, sheet)
    batch = batch_of(session, agency, sheet, now)
    record = record_of(session, agency, arrival.record, batch.scanned_at, now)
    refused = earlier_refused(session, arrival)
    twin = _twin(session, sha256, record)
    duplicate = twin is not None and twin.record_id == record.id
    stt = None if duplicate else next_number(record)
    session.add(
        Document(
            id=document_id,
            agency_code=agency,
            record_id=record.id,
            batch_id=batch.id,
            stt=stt,
            role=arrival.role,
            state=DocumentState.DUPLICATE if duplicate else DocumentState.IN_WORK,
            reason_code=DuplicateError.code if duplicate else None,
            reason_details={"file": arrival.path, "stt": twin.stt} if duplicate and twin else None,
            lane=Lane.SIGNED if facts.is_signed else None,
            original_sha256=sha256,
            source_path=arrival.path,
            page_count=facts.page_count,
            same_bytes_as_id=twin.id if twin else None,
            received_at=now,
            state_since=now,
        )
    )
    session.flush()
    if stt is not None:
        session.add(DocumentVersion(document_id=document_id, number=1, reason="first_scan", created_at=now))
        name_document(session, document_id, record.code, stt, now)
    notes = [*facts.notes, *(["same_bytes_elsewhere"] if twin is not None and not duplicate else [])]
    _note_findings(session, document_id, notes, _doubts(session, record), now)
    if refused is not None:
        move(session, refused.id, DocumentState.SUPERSEDED, actor=ctx.actor, at=now)
    note(ctx, session, arrival, "taken", document_id=document_id, sha256=sha256)
    events.append(
        session,
        kind="document.received",
        actor=ctx.actor,
        subject_type="document",
        subject_id=str(document_id),
        at=now,
        input_hash=sha256,
        # What it is, and whose, is told once it has passed the secrecy gate.
        payload={"duplicate": duplicate},
    )
    return Entry.DUPLICATE if duplicate else Entry.NEW


def _sheet(ctx: Context, arrival: Arrival) -> BatchSheet:
    path = find_sheet(arrival.folder, ctx.settings.inbox_folder)
    if path is None:
        raise BatchSheetMissingError(file=arrival.path)
    return read_sheet(path)


def _refuse_specimen(arrival: Arrival, facts: SourceFacts, sheet: BatchSheet) -> None:
    """Raise a SpecimenError for a file that says of itself that it is one, or whose batch sheet says so."""
    if facts.is_specimen:
        raise MarkedSpecimenError(file=arrival.path)
    if sheet.is_specimen:
        raise SpecimenError(file=arrival.path)


def _twin(session: Session, sha256: str, record: Record) -> Document | None:
    """Give a document with the same bytes: of this record before any other, the earliest first."""
    return session.scalar(
        select(Document)
        .where(Document.original_sha256 == sha256, Document.state.not_in(NO_TWINS))
        .order_by((Document.record_id == record.id).desc(), Document.received_at)
    )


def _note_findings(
    session: Session, document_id: UUID, notes: Iterable[str], doubts: Iterable[str], now: datetime
) -> None:
    for code in notes:
        add_finding(session, document_id, code, Severity.NOTE, now)
    for code in doubts:
        add_finding(session, document_id, code, Severity.WARNING, now)


def _doubts(session: Session, record: Record) -> Iterator[str]:
    """Give what is odd about a record: nobody's register has it, or its agency is not among those known."""
    if record.register_entry_id is None:
        yield "not_in_register"
    if session.scalar(select(Agency.code).where(Agency.code == record.agency_code)) is None:
        yield "agency_unknown"
