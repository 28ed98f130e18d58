"""How far the replica lags behind, and whether it is there as a whole."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, func, select

from config.errors import StoreUnreachableError
from pipeline.context import Context
from pipeline.copies.stopped import copy_may_be_kept, may_be_kept
from pipeline.rereading import NOTHING_THERE
from storage.ledger.models import ObjectCopy, StoredObject
from storage.objects import ObjectStore

_LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class Lag:
    """How many objects wait for their second copy, since when the oldest, and how many copies were bad when read."""

    waiting: int
    oldest_at: datetime | None
    bad: int


@dataclass(frozen=True, slots=True)
class ReplicaStanding:
    """The replica's name and how far it lags behind."""

    name: str
    lag: Lag


def replica_standing(ctx: Context) -> ReplicaStanding | None:
    """Say how the replica stands by the ledger, without asking it; None where there is none."""
    return ReplicaStanding(ctx.replica.name, lag(ctx, ctx.replica.name)) if ctx.replica else None


def lag(ctx: Context, store: str) -> Lag:
    """Say how far a replica of this name lags behind the ledger."""
    with ctx.ledger.reading() as session:
        total = session.scalar(select(func.count()).select_from(StoredObject).where(may_be_kept())) or 0
        kept = select(func.count()).select_from(ObjectCopy).where(ObjectCopy.store == store, copy_may_be_kept())
        copied, bad = session.scalar(kept) or 0, kept.where(~ObjectCopy.check_ok)
        oldest = None
        if total > copied:
            here = exists().where(ObjectCopy.object_id == StoredObject.id, ObjectCopy.store == store)
            # In the order of ids, which is that of time.
            waiting = select(StoredObject.stored_at).where(~here, may_be_kept()).order_by(StoredObject.id).limit(1)
            oldest = session.scalar(waiting)
        return Lag(total - copied, oldest, session.scalar(bad) or 0)


def has_good_copy(ctx: Context) -> ColumnElement[bool]:
    """Say in SQL that a stored object has a copy in the replica which was good when last read."""
    if ctx.replica is None:
        return false()
    copies = (ObjectCopy.object_id == StoredObject.id, ObjectCopy.store == ctx.replica.name, ObjectCopy.check_ok)
    return exists().where(*copies)


def ensure_replica_stands(ctx: Context, replica: ObjectStore) -> None:
    """See that the replica answers and is the one the ledger knows, not the empty place where a disk is not mounted.

    Raise StoreError otherwise: then nothing is said about the copies in it, and none is put there.
    """
    replica.check(ctx.environment)
    query = (
        select(StoredObject.key)
        .join(ObjectCopy, ObjectCopy.object_id == StoredObject.id)
        .where(ObjectCopy.store == replica.name, ObjectCopy.check_ok)
        .limit(_LOOKED_AT)
    )
    # Those read last are often of one record, whose folder alone may be gone; so some of those unread longest, too.
    ends = ObjectCopy.checked_at.desc(), ObjectCopy.checked_at
    with ctx.ledger.reading() as session:
        keys = [key for end in ends for key in session.scalars(query.order_by(end))]
    if keys and not any(replica.exists(key) for key in keys):
        raise StoreUnreachableError(store=replica.name, cause=NOTHING_THERE)
