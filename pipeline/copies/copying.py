"""Each stored object also into the replica: at once where it answers, by a sweep where it did not.

A replica that is dead stops nothing: what it lacks waits, is counted, and is copied when it answers again.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from config.errors import DiskFullError, ReadBackError, SohoaError, StoreError, WriteOnceError
from pipeline.context import Context
from pipeline.copies.heads import copy_heads
from pipeline.copies.standing import ensure_replica_stands, lag
from pipeline.copies.stopped import may_be_kept
from pipeline.rereading import GOOD, KnownObject, ensure_store_stands, known_objects, note_reading, read_object
from storage.ledger import events
from storage.ledger.models import ObjectCopy, StoredObject
from storage.objects import ObjectStore, StoredReceipt

_AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a sweep came to; `trouble`: why it ended before all was copied, or what could not be."""

    copied: int
    left: int
    trouble: SohoaError | None = None


def copy_at_once(ctx: Context, known: KnownObject, source: Path) -> None:
    """Put what was just stored into the replica too. One that does not answer is left alone for a while."""
    replica = ctx.replica
    if replica is None or ctx.replica_pause.is_on(ctx.clock()):
        return
    try:
        if not ctx.replica_pause.has_looked:
            ensure_replica_stands(ctx, replica)
            ctx.replica_pause.has_looked = True
        _copy(ctx, replica, known, source)
    except StoreError as cause:
        ctx.replica_pause.begin(ctx.clock())
        ctx.watcher.noticed("", cause)


def copy_waiting(
    ctx: Context, *, limit: int | None = None, tell: Callable[[int, int], None] = lambda _copied, _of: None
) -> CopyReport:
    """Copy what waits for the replica, the oldest first; what is not good in the first store waits on."""
    replica = ctx.replica
    if replica is None:
        return CopyReport(0, 0)
    waiting = lag(ctx, replica.name).waiting
    asked = waiting if limit is None else min(limit, waiting)
    copied = 0
    trouble: SohoaError | None = None
    try:
        ensure_replica_stands(ctx, replica)
        copy_heads(ctx, replica)
        for known in _waiting(ctx, replica.name, asked):
            try:
                copied += _bring_over(ctx, replica, known)
            except DiskFullError:
                raise
            except StoreError as cause:
                # One object that is not good here, or is not taken there: the next may be, if both places stand.
                ensure_store_stands(ctx)
                ensure_replica_stands(ctx, replica)
                trouble = cause
            tell(copied, asked)
    except StoreError as cause:
        trouble = cause
    return CopyReport(copied, lag(ctx, replica.name).waiting, trouble)


def note_copy(ctx: Context, session: Session, known: KnownObject, store: str, receipt: StoredReceipt) -> None:
    """Write down that the replica has an object; that it has it once more changes the row that is there."""
    now = ctx.clock()
    # Of two that copy the same object at once, the run that stores it and a sweep, the second finds the first's row.
    session.execute(select(StoredObject.id).where(StoredObject.id == known.id).with_for_update())
    found = session.scalar(select(ObjectCopy).where(ObjectCopy.object_id == known.id, ObjectCopy.store == store))
    copy = found or ObjectCopy(object_id=known.id, store=store, stored_at=now)
    copy.store_version_id, copy.retention_until = receipt.version_id, receipt.retention_until
    copy.checked_at, copy.check_ok = now, True
    session.add(copy)


def _copy(ctx: Context, replica: ObjectStore, known: KnownObject, source: Path) -> None:
    try:
        receipt = replica.put(known.key, source, known.sha256)
    except WriteOnceError:
        # The ledger knows of no copy, so these other bytes are nobody's: they are kept aside, or as an older version.
        receipt = replica.replace(known.key, source, known.sha256)
    if replica.read_back(known.key) != known.sha256:
        raise ReadBackError(key=known.key)
    with ctx.ledger.session() as session:
        note_copy(ctx, session, known, replica.name, receipt)
        events.append(
            session,
            kind="object.copied",
            actor=ctx.actor,
            subject_type="document",
            subject_id=str(known.document_id),
            at=ctx.clock(),
            output_hash=known.sha256,
            payload={"kind": known.kind, "version": known.version},
        )


def _bring_over(ctx: Context, replica: ObjectStore, known: KnownObject) -> bool:
    """Copy one object from the first store. Raise ReadBackError when it is not good there."""
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = Path(folder) / "object"
        found = read_object(ctx, known, lambda key: ctx.store.fetch(key, path))
        if found.fault != GOOD:
            note_reading(ctx, known, found, always=False)
            raise ReadBackError(key=known.key)
        _copy(ctx, replica, known, path)
    return True


def _waiting(ctx: Context, store: str, most: int) -> Iterator[KnownObject]:
    """Give what the replica lacks, in the order it was stored."""
    given, last = 0, UUID(int=0)
    here = exists().where(ObjectCopy.object_id == StoredObject.id, ObjectCopy.store == store)
    while given < most:
        page = known_objects(
            ctx, ~here, may_be_kept(), StoredObject.id > last, limit=min(_AT_A_TIME, most - given), as_stored=True
        )
        if not page:
            return
        yield from page
        given, last = given + len(page), page[-1].id
