"""What of a register row's documents is there on a day: signed, stored, readable.

A document counts at the version that was current on the day; an archival object is readable when every copy of it was
good when last re-read; a signature counts when it is valid and trusted, and a test signature in a test ledger only.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, and_, case, exists, func, or_, select

from config.clock import VIETNAM
from storage.ledger.models import Document, DocumentVersion, Record, Signature, StoredObject
from storage.ledger.states import DocumentState, Environment, RecordState, Role

KINDS = ("digitized", "signed", "stored")
"""What is told of documents: signed and stored, each of the two."""
UNREAD = (DocumentState.REFUSED, DocumentState.QUARANTINED)
"""Documents that came in and are not taken: their pages are still to come."""
_VALID, _INVALID = "valid", "invalid"
_COUNTED_ROLES = ("agency", "foreign")


def day_end(day: date) -> datetime:
    """Give the first instant after a Vietnamese calendar day."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=VIETNAM)


def there_by_entry(
    as_of: date, environment: Environment, entries: Collection[UUID] | None = None, at: datetime | None = None
) -> CTE:
    """Give one row for each register row that has scans: how many documents came in, and how many of a kind are there.

    Columns: entry_id, documents, completed_at (when the last of its documents was archived for the first time), pages
    (of today's versions, as delivered), and for each role results_here (taken, at whatever stage), results_signed,
    results_stored, results_digitized, papers_….
    `entries`: only of these. `at`: as far as the ledger can tell how it was at that instant, not at the day's end.
    """
    documents = _documents(at or day_end(as_of), environment, entries, is_past=at is not None)
    is_stored, is_signed = documents.c.is_stored == 1, documents.c.is_signed == 1
    holds = {"here": documents.c.is_here == 1, "stored": is_stored, "signed": is_signed}
    holds["digitized"] = and_(is_stored, is_signed)
    query = (
        select(
            Record.register_entry_id.label("entry_id"),
            func.count().label("documents"),
            func.max(documents.c.first_archived_at).label("completed_at"),
            *(
                func.sum(case((and_(documents.c.role == role, is_such), 1), else_=0)).label(f"{role}s_{kind}")
                for role in Role
                for kind, is_such in holds.items()
            ),
            func.sum(documents.c.pages).label("pages"),
        )
        .join(documents, documents.c.record_id == Record.id)
        .where(Record.register_entry_id.is_not(None), Record.state != RecordState.SUPERSEDED)
        .group_by(Record.register_entry_id)
    )
    if entries is not None:
        query = query.where(Record.register_entry_id.in_(entries))
    return query.cte("done")


def _documents(
    end: datetime, environment: Environment, entries: Collection[UUID] | None, *, is_past: bool = False
) -> CTE:
    """Give each document that had come in before an instant, with what holds of its version of then."""
    newest = (
        select(
            DocumentVersion.document_id,
            func.max(DocumentVersion.number).label("number"),
            # A scan made anew of what was there already completes nothing.
            func.min(case((DocumentVersion.archived_at < end, DocumentVersion.archived_at))).label("first_archived_at"),
        )
        .join(Document, Document.id == DocumentVersion.document_id)
        # One beyond the current version was refused.
        .where(DocumentVersion.created_at < end, DocumentVersion.number <= Document.current_version)
        .group_by(DocumentVersion.document_id)
    )
    if entries is not None:
        ours = Document.record_id.in_(select(Record.id).where(Record.register_entry_id.in_(entries)))
        newest = newest.where(ours)
    current = newest.cte("current_version")
    version = DocumentVersion
    is_stored = and_(
        version.archived_at < end,
        # A document superseded after the day was archived on it.
        or_(
            Document.state == DocumentState.ARCHIVED,
            and_(Document.state == DocumentState.SUPERSEDED, Document.state_since >= end),
            # So was one whose next version came in after the day.
            version.number < Document.current_version,
        ),
        _is_readable(end if is_past else None),
    )
    is_signed = _is_validly_signed(environment)
    is_here = Document.state.not_in(UNREAD)
    query: Select[Any] = (
        select(
            Document.record_id,
            Document.role,
            current.c.first_archived_at,
            case((is_here, 1), else_=0).label("is_here"),
            case((is_here, func.coalesce(Document.page_count, 0)), else_=0).label("pages"),
            case((is_stored, 1), else_=0).label("is_stored"),
            case((is_signed, 1), else_=0).label("is_signed"),
        )
        .join(current, current.c.document_id == Document.id)
        .join(version, and_(version.document_id == Document.id, version.number == current.c.number))
        .where(Document.record_id.is_not(None))
        .where(
            or_(
                Document.state.not_in((DocumentState.SUPERSEDED, DocumentState.DUPLICATE)),
                and_(Document.state == DocumentState.SUPERSEDED, Document.state_since >= end),
            )
        )
    )
    # Each document is looked at once, not once for each count that is made of it.
    return query.cte("document_on_day").prefix_with("MATERIALIZED")


def _is_readable(at: datetime | None) -> ColumnElement[bool]:
    """The archival object is there and every copy of it was good when last re-read.

    `at`: what was found bad only later was good then, for it was stored as read back.
    """
    was_good = StoredObject.check_ok if at is None else or_(StoredObject.check_ok, StoredObject.checked_at > at)
    stored = (StoredObject.version_id == DocumentVersion.id, StoredObject.kind == "archival")
    return and_(exists().where(*stored, was_good), ~exists().where(*stored, ~was_good))


def _is_validly_signed(environment: Environment) -> ColumnElement[bool]:
    """The version bears a signature that counts here, and none that is broken.

    Test signatures count in a test ledger only. One by others counts only if intact and trusted.
    """
    of_version = Signature.version_id == DocumentVersion.id
    ours = and_(Signature.role == "agency", Signature.is_trusted)
    foreign = and_(Signature.role == "foreign", Signature.is_trusted, Signature.verdict == _VALID)
    if environment is Environment.TEST:
        holds = and_(ours, or_(Signature.verdict == _VALID, Signature.is_test))
        counts = and_(Signature.role.in_(_COUNTED_ROLES), or_(holds, foreign))
    else:
        counts = and_(or_(and_(ours, Signature.verdict == _VALID), foreign), ~Signature.is_test)
    return and_(exists().where(of_version, counts), ~exists().where(of_version, Signature.verdict == _INVALID))
