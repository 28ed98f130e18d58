"""The two places where copies are, looked at alike: the first store and the replica, and what the ledger knows of each.

Reading goes from the longest unread on. What was read moves behind the beginning of the run, so that a run which is
stopped is gone on with by the next, and nothing is held in memory but a page of rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from pipeline.context import Context
from pipeline.copies.standing import ensure_replica_stands
from pipeline.copies.stopped import copy_may_be_kept, may_be_kept
from pipeline.rereading import KnownObject, ensure_store_stands
from storage.ledger.models import Document, DocumentVersion, ObjectCopy, StoredObject
from storage.objects import ObjectStore

PAGE = 200


class Place(StrEnum):
    """Where a copy is."""

    FIRST = "first"
    REPLICA = "replica"


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """One copy of an object: what it must be, the row that tells of it, and when it was read last."""

    place: Place
    row_id: UUID
    known: KnownObject
    size: int
    version_id: str | None
    checked_at: datetime
    record_id: UUID | None
    retention_until: datetime | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two places."""

    place: Place
    store: ObjectStore

    def ensure_stands(self, ctx: Context) -> None:
        """See that the place as a whole is there. Raise StoreError otherwise."""
        if self.place is Place.FIRST:
            ensure_store_stands(ctx)
        else:
            ensure_replica_stands(ctx, self.store)

    def row_of(self, session: Session, copy: KeptCopy) -> StoredObject | ObjectCopy:
        """Give the row that tells of a copy."""
        if self.place is Place.FIRST:
            return session.get_one(StoredObject, copy.row_id)
        return session.get_one(ObjectCopy, copy.row_id)

    def count(self, ctx: Context, *conditions: ColumnElement[bool]) -> int:
        """Count the copies here that meet conditions on `column`s."""
        query = select(func.count()).select_from(self._table).where(self._is_here(), *conditions)
        with ctx.ledger.reading() as session:
            return session.scalar(query) or 0

    def column(self, name: str) -> Any:
        """Give a column of the rows that tell of copies here."""
        return getattr(self._table, name)

    def longest_unread(self, ctx: Context, before: datetime, *, is_good: bool) -> Iterator[KeptCopy]:
        """Give the copies last read before an instant, found good or bad then, the longest unread first."""
        at, id_ = self.column("checked_at"), self.column("id")
        last: KeptCopy | None = None
        found = self.column("check_ok") if is_good else ~self.column("check_ok")
        while True:
            # The first of the two is what leads the index to its place.
            later = [at >= last.checked_at, or_(at > last.checked_at, id_ > last.row_id)] if last else []
            query = self.query().where(at < before, found, *later).order_by(at, id_).limit(PAGE)
            with ctx.ledger.reading() as session:
                page = [self.copy_of(row) for row in session.execute(query)]
            if not page:
                return
            yield from page
            last = page[-1]

    def query(self) -> Select[Any]:
        """Give the query for copies here, to be narrowed; its rows are what `copy_of` takes."""
        facts = (DocumentVersion.document_id, DocumentVersion.number, Document.stt, Document.record_id)
        query = cast("Select[Any]", select(StoredObject, *facts))
        if self.place is Place.REPLICA:
            both = cast("Select[Any]", select(ObjectCopy, StoredObject, *facts))
            query = both.join(StoredObject, StoredObject.id == ObjectCopy.object_id)
        return (
            query.join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
            .join(Document, Document.id == DocumentVersion.document_id)
            .where(self._is_here())
        )

    def copy_of(self, row: Any) -> KeptCopy:
        """Give the copy that a row of the query tells of."""
        kept, stored = row[0], row.StoredObject
        known = KnownObject(
            stored.id, row.document_id, row.stt, row.number, stored.kind, stored.key, stored.sha256, kept.check_ok
        )
        # A version id means something to the store alone that gave it.
        version = kept.store_version_id if kept.store == self.store.name else None
        return KeptCopy(
            self.place, kept.id, known, stored.size, version, kept.checked_at, row.record_id, kept.retention_until
        )

    @property
    def _table(self) -> type[StoredObject] | type[ObjectCopy]:
        return StoredObject if self.place is Place.FIRST else ObjectCopy

    def _is_here(self) -> ColumnElement[bool]:
        if self.place is Place.FIRST:
            return may_be_kept()
        return and_(ObjectCopy.store == self.store.name, copy_may_be_kept())


def sides_of(ctx: Context) -> list[Side]:
    """Give the places of copies, the first store first."""
    first = Side(Place.FIRST, ctx.store)
    return [first, Side(Place.REPLICA, ctx.replica)] if ctx.replica else [first]
