"""Stacks stored whole, bit for bit, beside the documents taken out of them.

A stack is stored from the inbox, under its first document, once the originals of all its documents are stored: then
every page of it has passed the secrecy check. Of one with a secret document nothing but the others is ever stored.
"""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.errors import ReadBackError, SohoaError
from pipeline.context import Context
from pipeline.guard import guarded
from pipeline.inbox import Arrival, arrivals
from pipeline.inbox_ledger import contents_sha256, taken_item
from pipeline.job import file_sha256
from pipeline.objects import Owner, note_object
from pipeline.originals import are_originals_stored
from storage.ledger.models import Document, DocumentVersion, InboxItem, Record, Stack, StoredObject
from storage.objects import StoredReceipt, archival_name, object_key

STACK = "stack"


def keep_stacks(ctx: Context) -> int:
    """Store every stack in the inbox whose documents are all stored; give how many. One that cannot be read waits."""
    kept = [
        guarded(partial(_keep, ctx, arrival), partial(_left, ctx, arrival), arrival.path) for arrival in _lying(ctx)
    ]
    return sum(kept)


def _lying(ctx: Context) -> list[Arrival]:
    return [arrival for arrival in arrivals(ctx.settings.inbox_folder) if not arrival.fault]


def _left(ctx: Context, arrival: Arrival, cause: SohoaError) -> bool:
    """Leave a stack in the inbox for the next run."""
    ctx.watcher.noticed(arrival.path, cause)
    return False


def _keep(ctx: Context, arrival: Arrival) -> bool:
    with ctx.ledger.reading() as session:
        item = taken_item(session, arrival)
        if item is None or item.stack_id is None:
            return False
        stack = session.get_one(Stack, item.stack_id)
        versions = _versions(session, stack, item)
        is_ready = all(are_originals_stored(session, version, version.original_sha256 or "") for version in versions)
        if stack.kept_at is not None or not versions or not is_ready:
            return False
        keys = _keys(ctx, session, versions[0], stack, arrival)
    hashes = [file_sha256(file) for file in arrival.files]
    if contents_sha256(hashes, is_folder=arrival.is_folder) != stack.sha256:
        return False
    for key, file, sha256 in zip(keys, arrival.files, hashes, strict=True):
        receipt = ctx.store.put(key, file, sha256)
        if ctx.store.read_back(key) != sha256:
            raise ReadBackError(key=key)
        _note(ctx, versions[0], receipt)
    with ctx.ledger.session() as session:
        session.execute(update(Stack).where(Stack.id == stack.id).values(kept_at=ctx.clock()))
    return True


def _versions(session: Session, stack: Stack, item: InboxItem) -> Sequence[DocumentVersion]:
    """Give the versions taken out of a stack; where all were duplicates, that of the document that has the first."""
    taken_out = session.scalars(
        select(DocumentVersion)
        .where(DocumentVersion.stack_id == stack.id)
        .order_by(DocumentVersion.created_at, DocumentVersion.first_page)
    ).all()
    if taken_out:
        return taken_out
    twin = select(Document.same_bytes_as_id).where(Document.id == item.document_id)
    return session.scalars(
        select(DocumentVersion)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.id.in_(twin), DocumentVersion.number == Document.current_version)
    ).all()


def _keys(ctx: Context, session: Session, version: DocumentVersion, stack: Stack, arrival: Arrival) -> list[str]:
    """Give the key of each file of a stack, its name begun with the stack's hash: a document may stand in several."""
    document = session.get_one(Document, version.document_id)
    record = session.get_one(Record, document.record_id)
    keys = []
    for number, file in enumerate(arrival.files, 1):
        suffix = f"{stack.sha256[:3]}{number:05d}.{file.suffix.lower().lstrip('.') or 'bin'}"
        name = archival_name(record.code, document.stt or 0, suffix)
        keys.append(object_key(ctx.environment, document.agency_code, record.year, record.id, version.number, name))
    return keys


def _note(ctx: Context, version: DocumentVersion, receipt: StoredReceipt) -> None:
    with ctx.ledger.session() as session:
        if session.scalar(select(StoredObject.id).where(StoredObject.key == receipt.key)) is None:
            note_object(ctx, session, Owner(version.document_id, version.id, version.number), STACK, receipt)
