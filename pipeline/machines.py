"""The machines that work on one ledger: which were seen, what only they have, and what becomes of it when one is lost.

A document's files in work lie at its *place*: a home folder, which several machines may share. What can be made again
from the store is taken over from a place that has fallen silent; what only its disk has waits for it: an original that
was not stored yet, and signed bytes that were not uploaded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from config.errors import ExitCode, NotFoundError, SohoaError
from config.i18n import mark as _
from pipeline.beating import beating
from pipeline.context import Context
from pipeline.lease_clock import lease_now
from pipeline.worker import machine_of
from storage.ledger import events
from storage.ledger.locks import LEASE_LOCK, hold
from storage.ledger.models import Document, DocumentVersion, Machine, StoredObject
from storage.ledger.states import DocumentState

ARCHIVAL = "archival"
SILENT_AFTER = timedelta(minutes=30)
"""A machine that serves is seen every minute; after this long without a sign its documents are taken over."""
SEEN_EVERY_S = 60.0
COUNTED_FOR = timedelta(days=1)
"""A machine that was seen within this time counts when the work is divided."""
UNFINISHED = (
    DocumentState.IN_WORK,
    DocumentState.WAITING_RELEASE,
    DocumentState.PENDING_SIGNATURE,
    DocumentState.WAITING_ATTEST,
    DocumentState.WAITING_REVIEW,
    DocumentState.SEALED,
    DocumentState.STUCK,
)


class MachineAtWorkError(SohoaError):
    """A machine that is to be given up was seen a moment ago."""

    code = "machine_at_work"
    exit_code = ExitCode.BUSY
    message = _("{machine} was seen at {seen}: it is not lost")
    remedy = _("Stop its worker first, or wait half an hour; a machine that comes back keeps its documents.")


@dataclass(frozen=True, slots=True)
class MachineView:
    """A machine, when it was last seen by the ledger's clock, and the documents in work whose files lie with it."""

    name: str
    place: str
    seen_at: datetime
    is_silent: bool
    documents: int
    only_there: int
    """Of these, how many nobody else can go on with."""


def come_to_work(ctx: Context) -> None:
    """Note that this machine is at work, before it looks for any."""
    with ctx.ledger.session() as session:
        be_seen(ctx, session)


@contextmanager
def seen_at_work(ctx: Context) -> Iterator[None]:
    """Let this machine be seen every minute of this block, so that nobody takes over what lies with it."""

    def beat() -> bool:
        try:
            come_to_work(ctx)
        except SohoaError as cause:
            ctx.watcher.noticed(machine_of(ctx.worker), cause)
        return True

    beat()
    with beating("seen", SEEN_EVERY_S, beat):
        yield


def be_seen(ctx: Context, session: Session) -> None:
    """Note that this machine is at work; nothing in a ledger that is one machine's."""
    if ctx.place is None:
        return
    now, name, memory = lease_now(ctx, session), machine_of(ctx.worker), ctx.budget.memory
    seen = update(Machine).where(Machine.name == name).values(seen_at=now, place=ctx.place, memory_bytes=memory)
    if session.scalar(seen.returning(Machine.name)) is None:
        hold(session, LEASE_LOCK)
        if session.get(Machine, name) is None:
            session.add(Machine(name=name, place=ctx.place, seen_at=now, memory_bytes=memory))
            session.flush()


def machines_at_work(ctx: Context, session: Session) -> int:
    """Give how many machines share the work, this one among them."""
    since, own = lease_now(ctx, session) - COUNTED_FOR, machine_of(ctx.worker)
    others = select(func.count()).select_from(Machine).where(Machine.seen_at > since, Machine.name != own)
    return 1 + (session.scalar(others) or 0)


def most_memory(ctx: Context, session: Session) -> int:
    """Give the most that documents in work may need together on one of the machines that share the work."""
    since = lease_now(ctx, session) - COUNTED_FOR
    others = session.scalar(select(func.max(Machine.memory_bytes)).where(Machine.seen_at > since))
    return max(ctx.budget.memory, others or 0)


def at_work_lately(ctx: Context) -> list[str]:
    """Give the names of the machines that share the work."""
    with ctx.ledger.reading() as session:
        since = lease_now(ctx, session) - COUNTED_FOR
        return list(session.scalars(select(Machine.name).where(Machine.seen_at > since)))


def lies_here(ctx: Context) -> ColumnElement[bool]:
    """Give the SQL condition that a document's files in work are looked for on this disk, not on another machine's."""
    if ctx.place is None:
        return Document.id.is_not(None)
    return Document.place.is_(None) | (Document.place == ctx.place)


def is_within_reach(ctx: Context, session: Session) -> ColumnElement[bool]:
    """Give the SQL condition that this machine can go on with a document: its files lie here, or are not needed."""
    if ctx.place is None:
        return Document.id.is_not(None)
    silent = ~exists().where(Machine.place == Document.place, Machine.seen_at > lease_now(ctx, session) - SILENT_AFTER)
    is_free = Document.place.is_(None) | Document.state.not_in(UNFINISHED)
    return is_free | (Document.place == ctx.place) | (silent & ~_only_there())


def list_machines(ctx: Context) -> list[MachineView]:
    """Give the machines that have worked on this ledger, by name; none in a ledger that is one machine's."""
    with ctx.ledger.reading() as session:
        now = lease_now(ctx, session)
        machines = session.scalars(select(Machine).order_by(Machine.name)).all()
        return [
            MachineView(
                machine.name,
                machine.place,
                machine.seen_at,
                now - machine.seen_at > SILENT_AFTER,
                _count(session, Document.place == machine.place),
                _count(session, (Document.place == machine.place) & _only_there()),
            )
            for machine in machines
        ]


def give_up(ctx: Context, name: str) -> list[UUID]:
    """Let others go on with the documents of a machine that never comes back; give these documents.

    What only its disk had shows in the next run: an original not stored is to be scanned again, a signature is made
    anew. Raise NotFoundError, MachineAtWorkError while it, or another that shares its folder, was seen just now.
    """
    with ctx.ledger.session() as session:
        machine = session.get(Machine, name)
        if machine is None:
            raise NotFoundError(subject=name)
        sharing = select(func.max(Machine.seen_at)).where(Machine.place == machine.place)
        seen_at = session.scalar(sharing)
        now = lease_now(ctx, session)
        if seen_at is not None and now - seen_at <= SILENT_AFTER:
            raise MachineAtWorkError(machine=name, seen=seen_at.isoformat(timespec="seconds"))
        lost = update(Document).where(Document.place == machine.place, Document.state.in_(UNFINISHED))
        documents = list(session.scalars(lost.values(place=None).returning(Document.id)))
        session.delete(machine)
        events.append(
            session,
            kind="machine.given_up",
            actor=ctx.actor,
            subject_type="place",
            subject_id=machine.place,
            at=ctx.clock(),
            payload={"documents": len(documents)},
        )
        return documents


def _only_there() -> ColumnElement[bool]:
    """Give the SQL condition that nobody else can go on with a document: only its place has what it needs."""
    version = DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.current_version
    has_signed_bytes = DocumentVersion.sealed_sha256.is_not(None) | DocumentVersion.attested_sha256.is_not(None)
    # What was assembled was stored before; a file that came in signed is its own archival object.
    is_stored = DocumentVersion.assembled_sha256.is_not(None) | exists().where(
        StoredObject.version_id == DocumentVersion.id, StoredObject.kind == ARCHIVAL
    )
    needs_disk = ~is_stored | (has_signed_bytes & DocumentVersion.archived_at.is_(None))
    # The person who scanned signs what lies there.
    return (Document.state == DocumentState.WAITING_ATTEST) | exists().where(*version, needs_disk)


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(Document).where(condition, Document.state.in_(UNFINISHED))
    return session.scalar(counted) or 0
