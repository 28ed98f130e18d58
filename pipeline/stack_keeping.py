"""Stacks stored whole, bit for bit, beside the documents taken out of them.

A stack is stored from the inbox, under its first document, once the originals of all its documents are stored: then
every page of it has passed the secrecy check. For a document whose bytes stood in the record already, that one's count.
Of a stack with a secret document nothing but the others is ever stored.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from config.errors import ReadBackError, SohoaError
from pipeline.context import Context
from pipeline.copies.copying import copy_at_once
from pipeline.guard import guarded
from pipeline.holds import SecretStoredError
from pipeline.inbox import Arrival, arrivals
from pipeline.inbox_ledger import contents_sha256, taken_item
from pipeline.job import file_sha256
from pipeline.objects import STACK, Owner, note_object
from pipeline.originals import are_originals_stored
from pipeline.rereading import KnownObject
from pipeline.separators import Separator, cut
from pipeline.stack_intake import part_path
from storage.ledger.models import Document, DocumentVersion, Record, Stack, StoredObject
from storage.ledger.states import DocumentState
from storage.objects import StoredReceipt, archival_name, object_key


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
        owner = _owner(session, stack, arrival) if stack.kept_at is None else None
        if owner is None:
            return False
        keys = _keys(ctx, session, owner, stack, arrival)
    hashes = [file_sha256(file) for file in arrival.files]
    if contents_sha256(hashes, is_folder=arrival.is_folder) != stack.sha256:
        return False
    for key, file, sha256 in zip(keys, arrival.files, hashes, strict=True):
        receipt = ctx.store.put(key, file, sha256)
        if ctx.store.read_back(key) != sha256:
            raise ReadBackError(key=key)
        if known := _note(ctx, owner, receipt):
            copy_at_once(ctx, known, file)
    with ctx.ledger.session() as session:
        session.execute(update(Stack).where(Stack.id == stack.id).values(kept_at=ctx.clock()))
    return True


def _owner(session: Session, stack: Stack, arrival: Arrival) -> DocumentVersion | None:
    """Give the version that a stack is stored under: of its first document; None while not every one is stored.

    None too where one of them is stored and turned out secret: what else holds its pages must not be stored as well.
    """
    taken_out = session.scalars(
        select(DocumentVersion).where(DocumentVersion.stack_id == stack.id).order_by(DocumentVersion.created_at)
    ).all()
    if _has_stored_secret(session, [version.document_id for version in taken_out]):
        return None
    owners = []
    parts = cut(stack.pages, dict.fromkeys(stack.separators, Separator()))
    for number, part in enumerate(parts, 1):
        own = [version for version in taken_out if (version.first_page, version.last_page) == (part.first, part.last)]
        versions = own or _same_bytes(session, part_path(arrival, number))
        stored = (one for one in versions if are_originals_stored(session, one, one.original_sha256 or ""))
        owners.append(next(stored, None))
    return owners[0] if None not in owners else None


def _has_stored_secret(session: Session, documents: Sequence[UUID]) -> bool:
    secret = select(Document.id).where(
        Document.id.in_(documents),
        Document.state == DocumentState.STUCK,
        Document.reason_code == SecretStoredError.code,
    )
    return session.scalar(secret.limit(1)) is not None


def _same_bytes(session: Session, path: str) -> Sequence[DocumentVersion]:
    """Give the versions that a duplicate taken out of a stack, under this path, has the bytes of."""
    duplicate = aliased(Document)
    return session.scalars(
        select(DocumentVersion)
        .join(duplicate, duplicate.same_bytes_as_id == DocumentVersion.document_id)
        .where(
            duplicate.source_path == path,
            duplicate.state == DocumentState.DUPLICATE,
            DocumentVersion.original_sha256 == duplicate.original_sha256,
        )
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


def _note(ctx: Context, version: DocumentVersion, receipt: StoredReceipt) -> KnownObject | None:
    """Write a file of a stack down; None where it is written down already."""
    with ctx.ledger.session() as session:
        if session.scalar(select(StoredObject.id).where(StoredObject.key == receipt.key)) is not None:
            return None
        return note_object(ctx, session, Owner(version.document_id, version.id, version.number), STACK, receipt)
