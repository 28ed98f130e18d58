"""What the ledger knows of the inbox: each path seen, what became of it, and what may be tidied away."""

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config.errors import SohoaError
from pipeline.context import Context
from pipeline.inbox import Arrival, arrivals
from pipeline.transitions import plain_details
from storage.ledger import events
from storage.ledger.models import Document, DocumentVersion, InboxItem, StoredObject
from storage.ledger.states import DocumentState, Lane

SETTLED = ("taken", "refused", "stored", "removed")


def is_settled(ctx: Context, arrival: Arrival) -> bool:
    """Tell whether this very file was taken or refused before and has not changed since."""
    with ctx.ledger.session() as session:
        item = session.scalar(select(InboxItem).where(InboxItem.path == arrival.path))
        return item is not None and item.outcome in SETTLED and _unchanged(item, arrival)


def note(
    ctx: Context,
    session: Session,
    arrival: Arrival,
    outcome: str,
    *,
    document_id: UUID | None = None,
    sha256: str | None = None,
    cause: SohoaError | None = None,
) -> None:
    """Write down what became of an arrival; a refusal is an event."""
    now = ctx.clock()
    item = session.scalar(select(InboxItem).where(InboxItem.path == arrival.path).with_for_update())
    if item is None:
        item = InboxItem(path=arrival.path, first_seen_at=now, stable_since=arrival.changed_at)
        session.add(item)
    item.size, item.modified_ns, item.stable_since = arrival.size, arrival.modified_ns, arrival.changed_at
    item.outcome, item.document_id, item.sha256 = outcome, document_id, sha256
    item.reason_code = cause.code if cause else None
    item.reason_details = plain_details(cause) if cause else None
    session.flush()
    if outcome == "refused" and cause is not None:
        events.append(
            session,
            kind="inbox.refused",
            actor=ctx.actor,
            subject_type="inbox_item",
            subject_id=str(item.id),
            at=now,
            payload={"reason": cause.code},
        )


def forget(session: Session, path: str) -> None:
    """Strike a path out: of a file with a secrecy mark not even the name is kept."""
    session.execute(delete(InboxItem).where(InboxItem.path == path))


def reconsider_refused(ctx: Context) -> int:
    """Let refused files be looked at again at the next run, after limits or rules changed; give how many."""
    with ctx.ledger.session() as session:
        return len(
            session.scalars(
                update(InboxItem)
                .where(InboxItem.outcome == "refused")
                .values(outcome="waiting")
                .returning(InboxItem.id)
            ).all()
        )


def tidy(ctx: Context) -> int:
    """Remove files from the inbox whose originals are stored and were read back; give how many arrivals.

    Only a file that still is what was taken is removed. A duplicate goes once its twin's original is stored.
    """
    removed = 0
    inbox = ctx.settings.inbox_folder
    if ctx.settings.inbox.keep_files or not inbox.is_dir():
        return 0
    for arrival in arrivals(inbox):
        with ctx.ledger.session() as session:
            item = session.scalar(select(InboxItem).where(InboxItem.path == arrival.path))
            if item is None or item.outcome != "taken" or not _unchanged(item, arrival):
                continue
            if not _is_kept(session, item):
                continue
            for file in arrival.files:
                file.unlink(missing_ok=True)
            item.outcome = "removed"
        _drop_empty_folders(arrival)
        removed += 1
    return removed


def _is_kept(session: Session, item: InboxItem) -> bool:
    document = session.get(Document, item.document_id) if item.document_id else None
    if document is None:
        return False
    keeper = document.same_bytes_as_id if document.state == DocumentState.DUPLICATE else document.id
    # A file that came in signed is its own archival object.
    kind = "archival" if document.lane == Lane.SIGNED else "original"
    checks = session.scalars(
        select(StoredObject.check_ok)
        .join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
        .where(DocumentVersion.document_id == keeper, DocumentVersion.number == 1, StoredObject.kind == kind)
    ).all()
    return bool(checks) and all(checks)


def _unchanged(item: InboxItem, arrival: Arrival) -> bool:
    return (item.size, item.modified_ns) == (arrival.size, arrival.modified_ns)


def _drop_empty_folders(arrival: Arrival) -> None:
    for folder in {file.parent for file in arrival.files}:
        if not any(folder.iterdir()):
            folder.rmdir()
