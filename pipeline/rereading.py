"""One reading of what is stored: every byte against the hash the ledger recorded.

What was found is written down at once, so a run that is cut off goes on where it stopped, and counting follows: an
object that is gone or damaged makes its document count as not digitized until it reads back well again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from config.errors import ObjectMissingError, StoreError, StoreUnreachableError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.findings import settle_bad_copies
from pipeline.sealed_heads import noted_keys, stored_seqs
from storage.ledger import events
from storage.ledger.models import Document, DocumentVersion, StoredObject

GOOD, MISSING, OTHER_BYTES, UNREADABLE = "good", "missing", "other_bytes", "unreadable"
NOTHING_THERE = _("it holds nothing of this ledger; is its disk mounted, or the bucket another one?")


@dataclass(frozen=True, slots=True)
class KnownObject:
    """One stored object as the ledger knows it."""

    id: UUID
    document_id: UUID
    stt: int | None
    version: int
    kind: str
    key: str
    sha256: str
    was_good: bool


@dataclass(frozen=True, slots=True)
class ObjectStanding:
    """What the ledger says of all stored objects: how many, how many bad when last read, and the oldest reading."""

    total: int
    bad: int
    oldest_check_at: datetime | None


def object_standing(ctx: Context) -> ObjectStanding:
    """Say how many objects are stored, how many were bad when last read, and how long ago the oldest was read."""
    with ctx.ledger.reading() as session:
        total, oldest = session.execute(select(func.count(), func.min(StoredObject.checked_at))).one()
        bad = session.scalar(select(func.count()).select_from(StoredObject).where(~StoredObject.check_ok))
    return ObjectStanding(total, bad or 0, oldest)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading found: the hash of what is there, and `good` or what is wrong."""

    sha256: str | None
    fault: str


def read_object(ctx: Context, known: KnownObject, read: Callable[[str], str]) -> Reading:
    """Read one object by the way given, and judge it. Raise StoreError when it is the store itself that fails."""
    try:
        sha256 = read(known.key)
    except StoreError as err:
        ensure_store_stands(ctx)
        return Reading(None, MISSING if isinstance(err, ObjectMissingError) else UNREADABLE)
    return Reading(sha256, GOOD if sha256 == known.sha256 else OTHER_BYTES)


def note_reading(ctx: Context, known: KnownObject, found: Reading, *, always: bool) -> None:
    """Write down what a reading found; the event log tells each fault and change, and with `always` each reading."""
    now, is_good = ctx.clock(), found.fault == GOOD
    with ctx.ledger.session() as session:
        row = session.get_one(StoredObject, known.id)
        row.checked_at, row.check_ok = now, is_good
        if is_good and not known.was_good:
            settle_bad_copies(session, known.document_id, ctx.replica_name)
        if always or not is_good or not known.was_good:
            events.append(
                session,
                kind=f"object.reread.{found.fault}",
                actor=ctx.actor,
                subject_type="document",
                subject_id=known.document_id,
                at=now,
                input_hash=known.sha256,
                output_hash=found.sha256,
                payload={"kind": known.kind, "version": known.version},
            )


def known_objects(
    ctx: Context, *conditions: object, limit: int | None = None, as_stored: bool = False
) -> list[KnownObject]:
    """Give stored objects as the ledger knows them, the longest unread first, or in the order they were stored."""
    order = (StoredObject.id,) if as_stored else (StoredObject.checked_at, StoredObject.id)
    query = (
        select(StoredObject, DocumentVersion.document_id, Document.stt, DocumentVersion.number)
        .join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(*conditions)  # type: ignore[arg-type] # conditions of SQL
        .order_by(*order)
        .limit(limit)
    )
    with ctx.ledger.reading() as session:
        return [
            KnownObject(row.id, document_id, stt, number, row.kind, row.key, row.sha256, row.check_ok)
            for row, document_id, stt, number in session.execute(query)
        ]


def ensure_store_stands(ctx: Context) -> None:
    """Tell a fault of one object from one of the store, lest a disk that is not mounted condemn the whole archive."""
    ctx.store.check(ctx.environment)
    if noted_keys(ctx) and next(stored_seqs(ctx), None) is None:
        raise StoreUnreachableError(store=ctx.store.name, cause=NOTHING_THERE)
