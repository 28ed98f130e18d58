"""The work divided among processes: chunks of documents, agency by agency, each leased by one process.

Without them every machine would begin with the same oldest documents and ask the ledger in vain for most of them. What
is left of a chunk whose owner died is free again when its lease has run out.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, exists, insert, select
from sqlalchemy.orm import Session

from pipeline.context import Context
from pipeline.lease_clock import lease_now
from pipeline.leases import Lease, end_dead_leases, kept, take
from pipeline.machines import machines_at_work
from storage.ledger.models import ChunkDocument, Document, WorkLease

SHARES_A_MACHINE = 2
"""What is free is divided into this many chunks for each machine, so that all end at about the same time."""

CHOSEN_FROM = 2000
"""Of so many of the oldest documents a chunk is chosen, agency by agency."""


@contextmanager
def chunk_of(ctx: Context, free: Mapping[UUID, int]) -> Iterator[list[UUID]]:
    """Lease a chunk of the documents that were free a moment ago, in their order; empty when others took them."""
    with ctx.ledger.session() as session:
        lease, chunk = _lease(ctx, session, list(islice(free, CHOSEN_FROM)))
    with kept(ctx, lease):
        yield chunk


def in_no_others_chunk(ctx: Context, session: Session) -> ColumnElement[bool]:
    """Give the SQL condition that a document is in nobody's chunk."""
    return ~exists().where(
        ChunkDocument.document_id == Document.id,
        WorkLease.id == ChunkDocument.lease_id,
        WorkLease.until > lease_now(ctx, session),
    )


def chunk_size(documents: int, machines: int, workers: int, most: int) -> int:
    """Give how many documents a machine takes at a time: few enough that the others have their share."""
    if machines == 1:
        return most
    return min(most, max(workers, math.ceil(documents / (SHARES_A_MACHINE * machines))))


def sharded(agencies: Mapping[UUID, str], busy: set[str]) -> list[UUID]:
    """Give documents agency by agency, the one with the oldest first, those that others are busy with last."""
    by_agency: dict[str, list[UUID]] = {}
    for document_id, agency in agencies.items():
        by_agency.setdefault(agency, []).append(document_id)
    order = sorted(by_agency, key=lambda agency: agency in busy)
    return [document_id for agency in order for document_id in by_agency[agency]]


def _lease(ctx: Context, session: Session, free: Sequence[UUID]) -> tuple[Lease, list[UUID]]:
    lease = take(ctx, session, f"chunk:{uuid4()}")
    if lease is None:
        raise AssertionError("a new name is nobody's")
    end_dead_leases(ctx, session)
    of_others = select(ChunkDocument.document_id)
    agencies = dict(
        session.execute(
            select(Document.id, Document.agency_code)
            .where(Document.id.in_(free), Document.id.not_in(of_others))
            .order_by(Document.received_at, Document.id)
        ).all()
    )
    busy_with = select(Document.agency_code).join(ChunkDocument, ChunkDocument.document_id == Document.id)
    busy = set(session.scalars(busy_with.distinct()))
    run = ctx.settings.run
    size = chunk_size(len(agencies), machines_at_work(ctx, session), run.workers, run.batch_size)
    chunk = sharded(agencies, busy)[:size]
    if chunk:
        rows = [{"document_id": document_id, "lease_id": lease.id} for document_id in chunk]
        session.execute(insert(ChunkDocument), rows)
    return lease, chunk
