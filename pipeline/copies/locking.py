"""Object lock by retention class: put on a record's files once its class is known, and made longer, never shorter.

Nothing here unlocks or deletes: the end of a retention period is a person's decision, and destruction an event of its
own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from config.clock import legal_date
from config.errors import ObjectMissingError
from pipeline.context import Context
from pipeline.copies.retention import locked_until, retention_rules
from pipeline.copies.sides import KeptCopy, Side
from pipeline.record_metadata import OUTSIDE
from storage.ledger import events
from storage.ledger.models import Document, Record, RegisterEntry

_AT_A_TIME = 100


@dataclass(frozen=True, slots=True)
class Locked:
    """How many files were locked; `missing`: one was not there under the version that the ledger names."""

    count: int
    missing: ObjectMissingError | None


def lock_unlocked(ctx: Context, side: Side) -> Locked:
    """Lock the files of a place whose record's class became known. Raise StoreError if it refuses.

    One that is missing hinders no other.
    """
    locked, missing = 0, None
    for record_id in _lockable(ctx, side):
        query = side.query().where(Document.record_id == record_id, _is_unlocked(side))
        with ctx.ledger.reading() as session:
            copies = [side.copy_of(row) for row in session.execute(query)]
        for copy in copies:
            try:
                locked += lock_again(ctx, side, copy)
            except ObjectMissingError as cause:
                missing = cause
    return Locked(locked, missing)


def lock_again(ctx: Context, side: Side, copy: KeptCopy) -> bool:
    """Lock a copy, or lock it for longer, if its record's class asks for it; tell whether that was done."""
    if not side.store.locks or copy.record_id is None:
        return False
    with ctx.ledger.reading() as session:
        record = session.get_one(Record, copy.record_id)
        kept = side.row_of(session, copy)
        # A version and a lock are those of the store that the row names, which may be another one than stands here now.
        is_of_here = kept.store == side.store.name
        version = kept.store_version_id if is_of_here else None
        present = kept.retention_until if is_of_here else None
        until = locked_until(session, record, ctx.clock(), present)
    if until is None or (present is not None and present >= until):
        return False
    end = side.store.lock(copy.known.key, version, until)
    with ctx.ledger.session() as session:
        kept = side.row_of(session, copy)
        kept.store, kept.store_version_id, kept.retention_until = side.store.name, version, end
        _log(ctx, session, copy, until.date().isoformat())
    return True


def _lockable(ctx: Context, side: Side) -> Iterator[UUID]:
    """Give the records of which a file is not locked, whose class and end are known, and whose time is not over."""
    last = UUID(int=0)
    while True:
        query = _known_class(ctx, side).where(Record.id > last).order_by(Record.id).limit(_AT_A_TIME)
        with ctx.ledger.reading() as session:
            page = session.scalars(query).all()
        if not page:
            return
        yield from page
        last = page[-1]


def _known_class(ctx: Context, side: Side) -> Select[UUID]:
    """Give the query for these records. What it leaves out would else be asked about again in each night."""
    rules, year = retention_rules(), legal_date(ctx.clock()).year
    of_record = (Document.record_id == Record.id, Document.state.not_in(OUTSIDE))
    unlocked = side.query().where(Document.record_id == Record.id, _is_unlocked(side))
    return (
        select(Record.id)
        .outerjoin(RegisterEntry, RegisterEntry.id == Record.register_entry_id)
        .where(
            unlocked.correlate(Record).exists(),
            ~exists().where(*of_record, Document.maintenance.is_(None)),
            or_(
                exists().where(*of_record, Document.maintenance.in_(rules.permanent)),
                *(
                    exists().where(*of_record, Document.maintenance == code)
                    & (RegisterEntry.resolved_on >= date(year - years, 1, 1))
                    for code, years in rules.years.items()
                ),
            ),
        )
    )


def _is_unlocked(side: Side) -> ColumnElement[bool]:
    """Say in SQL that a copy is not known to be locked in the store that stands here now."""
    return or_(side.column("retention_until").is_(None), side.column("store") != side.store.name)


def _log(ctx: Context, session: Session, copy: KeptCopy, until: str) -> None:
    events.append(
        session,
        kind="object.locked",
        actor=ctx.actor,
        subject_type="document",
        subject_id=str(copy.known.document_id),
        at=ctx.clock(),
        payload={"kind": copy.known.kind, "version": copy.known.version, "copy": copy.place.value, "until": until},
    )
