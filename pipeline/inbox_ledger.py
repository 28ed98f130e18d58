"""What the ledger knows of the inbox: each path seen, what became of it, and what may be tidied away."""

import hashlib
from contextlib import suppress
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from config.errors import SohoaError
from pipeline.context import Context
from pipeline.holds import FileUnreadableError
from pipeline.inbox import Arrival, arrivals
from pipeline.job import file_sha256
from pipeline.place_marker import inbox_mark
from pipeline.transitions import plain_details
from storage.ledger import events
from storage.ledger.locks import INBOX_LOCK, hold
from storage.ledger.models import Document, DocumentVersion, InboxItem, Stack, StoredObject
from storage.ledger.states import DocumentState, Lane

SETTLED = ("taken", "refused", "removed")
TAKEN = ("taken", "removed")


def is_settled(ctx: Context, arrival: Arrival) -> bool:
    """Tell whether this very file was taken or refused before and has not changed since."""
    with ctx.ledger.reading() as session:
        item = session.scalar(_item_of(arrival))
        return item is not None and item.outcome in SETTLED and _unchanged(item, arrival)


def was_taken(session: Session, arrival: Arrival) -> bool:
    """Tell whether another process took this very file in the meantime; until this transaction ends none can."""
    hold(session, INBOX_LOCK)
    item = session.scalar(_item_of(arrival))
    return item is not None and item.outcome in TAKEN and _unchanged(item, arrival)


def taken_item(session: Session, arrival: Arrival) -> InboxItem | None:
    """Give what the ledger knows of an arrival that was taken and has not changed since."""
    item = session.scalar(_item_of(arrival))
    return item if item is not None and item.outcome == "taken" and _unchanged(item, arrival) else None


def contents_sha256(hashes: list[str], *, is_folder: bool) -> str:
    """Give the hash an arrival is known by: of its one file, or of the list of its pages' hashes."""
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest() if is_folder else hashes[0]


def note(
    ctx: Context,
    session: Session,
    arrival: Arrival,
    outcome: str,
    *,
    document_id: UUID | None = None,
    sha256: str | None = None,
    cause: SohoaError | None = None,
) -> InboxItem:
    """Write down what became of an arrival, and give what is known of it then; a refusal is an event."""
    now = ctx.clock()
    hold(session, INBOX_LOCK)
    item = session.scalar(_item_of(arrival))
    if item is not None and cause is not None and item.outcome in TAKEN and _unchanged(item, arrival):
        # Another process took it, and perhaps removed it, while this one still looked.
        return item
    if item is None:
        item = InboxItem(inbox=arrival.inbox, path=arrival.path, first_seen_at=now, stable_since=arrival.changed_at)
        session.add(item)
    item.size, item.modified_ns, item.stable_since = arrival.size, arrival.modified_ns, arrival.changed_at
    item.outcome, item.document_id, item.sha256 = outcome, document_id, sha256
    item.stack_id = None
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
    return item


def forget(session: Session, arrival: Arrival) -> None:
    """Strike an arrival out: of a file with a secrecy mark not even the name is kept."""
    session.execute(delete(InboxItem).where(InboxItem.inbox == arrival.inbox, InboxItem.path == arrival.path))


def adopt(ctx: Context, mark: str) -> None:
    """Let what was seen before inboxes were marked count as seen in the first inbox that is."""
    marked = select(InboxItem.id).where(InboxItem.inbox != "")
    with ctx.ledger.session() as session:
        if session.scalar(marked.limit(1)) is None:
            session.execute(update(InboxItem).values(inbox=mark))


def reconsider_refused(ctx: Context) -> int:
    """Let refused files that still lie in the inbox be looked at again at the next run; give how many."""
    refused_later = select(Document.id).where(Document.state == DocumentState.REFUSED)
    refused_parts = select(DocumentVersion.stack_id).join(Document, Document.id == DocumentVersion.document_id)
    refused_parts = refused_parts.where(Document.state == DocumentState.REFUSED, DocumentVersion.stack_id.is_not(None))
    with ctx.ledger.session() as session:
        return len(
            session.scalars(
                update(InboxItem)
                .where(
                    (InboxItem.outcome == "refused")
                    | ((InboxItem.outcome == "taken") & InboxItem.document_id.in_(refused_later))
                    | ((InboxItem.outcome == "taken") & InboxItem.stack_id.in_(refused_parts))
                )
                .values(outcome="waiting")
                .returning(InboxItem.id)
            ).all()
        )


def tidy(ctx: Context) -> int:
    """Remove files from the inbox whose originals are stored and were read back; give how many arrivals.

    Only a file that still is what was taken is removed: its bytes are compared once more, and one that changed is
    looked at again. A duplicate goes once its twin's original is stored.
    """
    if ctx.settings.inbox.keep_files:
        return 0
    removed = 0
    for arrival in arrivals(ctx.settings.inbox_folder):
        try:
            removed += _remove_if_kept(ctx, arrival)
        except OSError as err:
            ctx.watcher.noticed(arrival.path, FileUnreadableError(file=arrival.path, cause=err))
    return removed


def settle_missing(ctx: Context) -> None:
    """Bring the ledger in line with files that are no longer in the inbox.

    What was taken and kept counts as removed; what waited is struck out, since a person took it away.
    """
    present = {arrival.path for arrival in arrivals(ctx.settings.inbox_folder)}
    of_this = InboxItem.inbox == inbox_mark(ctx.settings.inbox_folder)
    with ctx.ledger.session() as session:
        open_items = select(InboxItem).where(of_this, InboxItem.outcome.in_(["waiting", "refused", "taken"]))
        for item in session.scalars(open_items):
            if item.path in present:
                continue
            if item.outcome == "waiting":
                session.delete(item)
            elif item.outcome == "refused":
                item.outcome = "gone"
            elif _is_kept(session, item, 1):
                item.outcome = "removed"


def _remove_if_kept(ctx: Context, arrival: Arrival) -> bool:
    with ctx.ledger.reading() as session:
        item = session.scalar(_item_of(arrival))
        if item is None or item.outcome != "taken" or not _unchanged(item, arrival):
            return False
        if not _is_kept(session, item, len(arrival.files)):
            return False
    is_same = contents_sha256([file_sha256(file) for file in arrival.files], is_folder=arrival.is_folder) == item.sha256
    if is_same:
        for file in arrival.files:
            file.unlink(missing_ok=True)
        _drop_empty_folders(ctx, arrival)
    with ctx.ledger.session() as session:
        outcome = "removed" if is_same else "waiting"
        session.execute(update(InboxItem).where(InboxItem.id == item.id).values(outcome=outcome))
    return is_same


def _is_kept(session: Session, item: InboxItem, files: int) -> bool:
    """Tell whether all files of an arrival are stored as originals and were read back well."""
    if item.stack_id is not None:
        return session.get_one(Stack, item.stack_id).kept_at is not None
    document = session.get(Document, item.document_id) if item.document_id else None
    if document is None:
        return False
    keeper = document.same_bytes_as_id if document.state == DocumentState.DUPLICATE else document.id
    lane = session.scalar(select(Document.lane).where(Document.id == keeper))
    # A file that came in signed is its own archival object.
    kind = "archival" if lane == Lane.SIGNED else "original"
    checks = session.scalars(
        select(StoredObject.check_ok)
        .join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
        .where(
            DocumentVersion.document_id == keeper,
            DocumentVersion.original_sha256 == item.sha256,
            StoredObject.kind == kind,
        )
    ).all()
    return len(checks) >= files and all(checks)


def _item_of(arrival: Arrival) -> Select[InboxItem]:
    return select(InboxItem).where(InboxItem.inbox == arrival.inbox, InboxItem.path == arrival.path)


def _unchanged(item: InboxItem, arrival: Arrival) -> bool:
    return (item.size, item.modified_ns) == (arrival.size, arrival.modified_ns)


def _drop_empty_folders(ctx: Context, arrival: Arrival) -> None:
    """Take away the folders an arrival leaves empty, up to its record's; agencies' folders stay."""
    agency = len(ctx.settings.inbox_folder.parts) + 1
    for folder in (arrival.source, *arrival.source.parents):
        if len(folder.parts) <= agency:
            return
        # One that is not empty, or is in use again, stays.
        with suppress(OSError):
            folder.rmdir()
