"""What a process has for itself for a while: an inbox, a chunk of documents. By the ledger's clock, with a heartbeat.

A lease keeps workers out of each other's way and no more: that a document is worked on by one alone is held by its own
claim and fencing number (pipeline/job.py), also when a process sleeps longer than its lease.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config.errors import LedgerBusyError, LedgerError, SohoaError
from pipeline.beating import beating
from pipeline.context import Context
from pipeline.lease_clock import lease_now
from pipeline.machines import be_seen
from pipeline.worker import is_known_dead
from storage.ledger.locks import LEASE_LOCK, hold
from storage.ledger.models import ChunkDocument, WorkLease

BEATS_A_LEASE = 3
_ASK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as it was taken: prolonged and given back under its fencing number alone."""

    id: UUID
    subject: str
    fence: int


@contextmanager
def leased(ctx: Context, subject: str) -> Iterator[Lease | None]:
    """Have something alone in this block; None where another process has it."""
    with ctx.ledger.session() as session:
        lease = take(ctx, session, subject)
    if lease is None:
        yield None
        return
    with kept(ctx, lease):
        yield lease


@contextmanager
def in_turn(ctx: Context, subject: str) -> Iterator[None]:
    """Have something alone in this block, after whoever has it; on one machine nothing is to be waited for.

    Raise LedgerBusyError when no turn came for as long as a lease lasts.
    """
    if ctx.ledger.is_one_machines:
        yield
        return
    deadline = time.monotonic() + ctx.settings.run.claim_s
    while True:
        with leased(ctx, subject) as lease:
            if lease is not None:
                yield
                return
        if time.monotonic() > deadline:
            raise LedgerBusyError(cause=subject)
        time.sleep(_ASK_EVERY_S)


@contextmanager
def kept(ctx: Context, lease: Lease) -> Iterator[None]:
    """Prolong a lease in the background of this block, and give it back at its end."""
    every_s = ctx.settings.run.claim_s / BEATS_A_LEASE
    try:
        with beating(f"lease-{lease.subject}", every_s, lambda: _beat(ctx, lease)):
            yield
    finally:
        # Where the ledger does not answer, it runs out by itself.
        with suppress(LedgerError), ctx.ledger.session() as session:
            _end(session, [lease.id], lease.fence)


def take(ctx: Context, session: Session, subject: str) -> Lease | None:
    """Take a lease that is free, has run out, or was a dead process's of this machine; None when it is taken."""
    hold(session, LEASE_LOCK)
    now = lease_now(ctx, session)
    row = session.scalar(select(WorkLease).where(WorkLease.subject == subject))
    if row is None:
        row = WorkLease(subject=subject, fence=0)
        session.add(row)
    elif row.until is not None and row.until > now and not is_known_dead(row.owner):
        return None
    row.owner, row.fence = ctx.worker, row.fence + 1
    row.until = now + timedelta(seconds=ctx.settings.run.claim_s)
    session.flush()
    return Lease(row.id, subject, row.fence)


def end_dead_leases(ctx: Context, session: Session) -> None:
    """Strike out chunks whose lease ran out or whose owner is known to have ended: anybody may take their documents."""
    hold(session, LEASE_LOCK)
    now = lease_now(ctx, session)
    rows = session.execute(select(WorkLease.id, WorkLease.owner, WorkLease.until)).all()
    _end(session, [row.id for row in rows if row.until is None or row.until <= now or is_known_dead(row.owner)])
    session.execute(delete(ChunkDocument).where(ChunkDocument.lease_id.not_in(select(WorkLease.id))))


def prolong(ctx: Context, session: Session, lease: Lease) -> bool:
    """Prolong a lease; tell whether it is still ours."""
    until = lease_now(ctx, session) + timedelta(seconds=ctx.settings.run.claim_s)
    ours = update(WorkLease).where(WorkLease.id == lease.id, WorkLease.fence == lease.fence).values(until=until)
    return session.scalar(ours.returning(WorkLease.id)) is not None


def _beat(ctx: Context, lease: Lease) -> bool:
    try:
        with ctx.ledger.session() as session:
            be_seen(ctx, session)
            return prolong(ctx, session, lease)
    except SohoaError as cause:
        # The ledger may answer again before the lease runs out.
        ctx.watcher.noticed(lease.subject, cause)
        return True


def _end(session: Session, leases: list[UUID], fence: int | None = None) -> None:
    """Give leases back: those of chunks go with their documents, an inbox is free."""
    ours = delete(WorkLease).where(WorkLease.id.in_(leases))
    if fence is not None:
        ours = ours.where(WorkLease.fence == fence)
    ended = session.scalars(ours.returning(WorkLease.id)).all()
    session.execute(delete(ChunkDocument).where(ChunkDocument.lease_id.in_(ended)))
