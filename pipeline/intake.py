"""From the inbox into the ledger: every arrival is taken, held or refused, and each is accounted for.

A file is copied to staging while its hash is taken, compared with what is known, looked at as a file, and only then
becomes a document of a record. Nothing of the inbox is removed here.
"""

import errno
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select

from config.errors import (
    DiskFullError,
    FileVanishedError,
    InputRefusedError,
    SecrecyMarkError,
    SohoaError,
    UnsafePathError,
    recall,
)
from ocr.source import inspect
from pipeline.admission import Entry, Staged, StagedStack, enter, enter_stack
from pipeline.batch_sheet import find_sheet
from pipeline.context import Context
from pipeline.guard import NO_SPACE, guarded
from pipeline.holds import (
    BatchSheetMissingError,
    FileUnreadableError,
    JustArrivedError,
)
from pipeline.inbox import Arrival, arrivals, limits
from pipeline.inbox_ledger import contents_sha256, forget, is_settled, note
from pipeline.job import staged_version, staging_folder
from pipeline.stack_intake import drop_staged, stage_stack
from storage.ledger.models import Document
from storage.ledger.states import DocumentState
from storage.ledger.types import new_id

Notice = Callable[[str, SohoaError], None]
"""Told of each arrival that was held or refused: its path in the inbox, and why."""

_BLOCK = 1 << 20


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


def time_to_stand_still(ctx: Context) -> timedelta:
    """Give how long it takes until all that is new in the inbox has stood still, if nothing of it changes any more.

    Raise InboxMissingError when there is no inbox to look into.
    """
    left = [
        wait
        for arrival in arrivals(ctx.settings.inbox_folder)
        if (wait := _still_to_stand(ctx, arrival)) and not arrival.fault and not is_settled(ctx, arrival)
    ]
    return max(left, default=timedelta())


def _still_to_stand(ctx: Context, arrival: Arrival) -> timedelta:
    """Give for how long an arrival must not change before it is taken; nothing once it stood still long enough."""
    needed = timedelta(seconds=ctx.settings.inbox.stable_after_s)
    age = ctx.clock() - arrival.changed_at
    return min(max(needed - age, timedelta()), needed)


def _take(ctx: Context, arrival: Arrival, notice: Notice) -> tuple[str, str]:
    """Take an arrival if it is ready; give what it came to and, where it was put off, the cause's code."""
    if is_settled(ctx, arrival):
        return "known", ""
    document_id = new_id()
    staged = staging_folder(ctx, document_id)

    def admitted() -> tuple[str, str]:
        _hold_if_unready(ctx, arrival)
        files, sha256 = _stage(arrival, staged_version(ctx, document_id, 1))
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
            forget(session, arrival)
        else:
            note(ctx, session, arrival, "waiting" if held else "refused", cause=cause)
    if hindered:
        return "hindered"
    return "held" if held else "refused"


def _hold_if_unready(ctx: Context, arrival: Arrival) -> None:
    if arrival.fault is not None:
        raise arrival.fault
    if _still_to_stand(ctx, arrival):
        raise JustArrivedError(file=arrival.path, seconds=f"{ctx.settings.inbox.stable_after_s:g}")
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
    return FileUnreadableError(file=shown_path, cause=err)


def _admit(ctx: Context, arrival: Arrival, document_id: UUID, files: tuple[Path, ...], sha256: str) -> str:
    with ctx.ledger.reading() as session:
        known = session.scalars(select(Document).where(Document.original_sha256 == sha256)).all()
        for twin in known:
            if twin.state == DocumentState.QUARANTINED:
                raise recall(twin.reason_code or SecrecyMarkError.code, twin.reason_details)
    try:
        facts = inspect(files, limits(ctx))
        stack = stage_stack(ctx, arrival, files, sha256, facts)
    except InputRefusedError as err:
        # The person knows the file by its name in the inbox, not by its staged copy.
        raise type(err)(**{**err.details, "file": arrival.path}) from err
    if stack is not None:
        return _admit_stack(ctx, arrival, document_id, stack)
    staged = Staged(document_id, sha256, facts, sum(file.stat().st_size for file in files))
    with ctx.ledger.session() as session:
        entry = enter(ctx, session, arrival, staged)
    if entry is not Entry.NEW:
        shutil.rmtree(staging_folder(ctx, document_id))
    return "known" if entry is Entry.KNOWN else "taken"


def _admit_stack(ctx: Context, arrival: Arrival, document_id: UUID, stack: StagedStack) -> str:
    """Take all documents of a stack, or none; what is staged of those that became none is deleted."""
    with ExitStack() as unstage:
        for part in stack.parts:
            unstage.callback(drop_staged, ctx, part)
        with ctx.ledger.session() as session:
            enter_stack(ctx, session, arrival, stack)
        unstage.pop_all()
    with ctx.ledger.reading() as session:
        for part in stack.parts:
            document = session.get(Document, part.staged.document_id)
            if document is None or document.state == DocumentState.DUPLICATE:
                drop_staged(ctx, part)
    shutil.rmtree(staging_folder(ctx, document_id))
    return "taken"
