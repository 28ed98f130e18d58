"""The two ordered streams that are merged: the objects the ledger names, and those the store lists.

They are compared agency by agency and year by year: within one year both sort alike on every server and every database,
and no transaction stays open for longer than one year's keys take.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.context import Context
from pipeline.copies.stopped import may_be_kept
from storage.ledger.models import Document, DocumentVersion, Record, StoredObject
from storage.objects import ListedObject

_ROWS_AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class NamedObject:
    """One object as the ledger names it."""

    id: UUID
    key: str
    sha256: str
    size: int
    kind: str
    document_id: UUID
    version: int
    was_good: bool
    may_be_kept: bool
    """Not so where its document turned out secret: then it is to leave the store."""


Pair = tuple[NamedObject | None, ListedObject | None]
"""What the ledger and the store say of one key."""


def years(ctx: Context) -> Iterator[tuple[str, int]]:
    """Give every agency and year that the ledger or the store has something of."""
    with ctx.ledger.reading() as session:
        known = {(agency, year) for agency, year in session.execute(select(Record.agency_code, Record.year).distinct())}
    env = str(ctx.environment)
    stored = {
        (agency, int(year))
        for agency in ctx.store.folders(env)
        if not agency.startswith("_")
        for year in ctx.store.folders(f"{env}/{agency}")
        if year.isdecimal()
    }
    yield from sorted(known | stored)


def pairs_of(ctx: Context, session: Session, agency: str, year: int) -> Iterator[Pair]:
    """Merge what the ledger names and what the store lists of one agency and year, key by key."""
    named = _named(session, agency, year)
    listed = ctx.store.listing(f"{ctx.environment}/{agency}/{year}")
    left, right = next(named, None), next(listed, None)
    while left is not None or right is not None:
        order = _order(left, right)
        yield left if order <= 0 else None, right if order >= 0 else None
        if order <= 0:
            left = next(named, None)
        if order >= 0:
            right = next(listed, None)


def _order(left: NamedObject | None, right: ListedObject | None) -> int:
    if left is None or right is None:
        return 1 if left is None else -1
    here, there = left.key.encode(), right.key.encode()
    return (here > there) - (here < there)


def _named(session: Session, agency: str, year: int) -> Iterator[NamedObject]:
    bytes_order = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    rows = session.execute(
        select(StoredObject, DocumentVersion.document_id, DocumentVersion.number, may_be_kept())
        .join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(Record, Record.id == Document.record_id)
        .where(Record.agency_code == agency, Record.year == year)
        .order_by(StoredObject.key.collate(bytes_order))
        .execution_options(yield_per=_ROWS_AT_A_TIME)
    )
    for row, document_id, number, is_kept in rows:
        session.expunge(row)
        yield NamedObject(row.id, row.key, row.sha256, row.size, row.kind, document_id, number, row.check_ok, is_kept)
