"""A document's objects in the store: named, put once, read back, and only then written into the ledger."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import ReadBackError
from pipeline.context import Context
from pipeline.copies.copying import copy_at_once
from pipeline.job import Job
from pipeline.rereading import KnownObject
from storage.ledger import events
from storage.ledger.models import StoredObject
from storage.ledger.types import new_id
from storage.objects import StoredReceipt, archival_name, object_key

ARCHIVAL, ORIGINAL, STACK, TEXT, WORDS = "archival", "original", "stack", "text", "words"
EARLIER = "earlier"
"""An archival object whose timestamp was renewed since: the renewed one has taken its place."""


def put_object(job: Job, kind: str, suffix: str, source: Path, sha256: str) -> str:
    """Put one file of a document into the store, read it back, note it in the ledger, copy it; give its key.

    Raise LostClaimError when another worker has the document, ReadBackError when the store gives other bytes.
    """
    key = key_of(job, suffix)
    with job.ctx.ledger.reading() as session:
        if session.scalar(select(StoredObject.id).where(StoredObject.key == key, StoredObject.sha256 == sha256)):
            return key
    job.ensure_claimed()
    receipt = job.ctx.store.put(key, source, sha256)
    if job.ctx.store.read_back(key) != sha256:
        raise ReadBackError(key=key)
    facts = job.facts
    with job.commit() as session:
        owner = Owner(facts.document_id, facts.version_id, facts.version)
        known = note_object(job.ctx, session, owner, kind, receipt)
    copy_at_once(job.ctx, known, source)
    return key


def key_of(job: Job, suffix: str) -> str:
    """Give the key of one of a document's objects."""
    facts = job.facts
    name = archival_name(facts.record_code, facts.stt, suffix)
    return object_key(job.ctx.environment, facts.agency_code, facts.year, facts.record_id, facts.version, name)


@dataclass(frozen=True, slots=True)
class Owner:
    """The version of a document that an object belongs to."""

    document_id: UUID
    version_id: UUID
    version: int


def note_object(ctx: Context, session: Session, owner: Owner, kind: str, receipt: StoredReceipt) -> KnownObject:
    """Write an object that was put and read back into the ledger and the event log; give it as it is known now."""
    now, object_id = ctx.clock(), new_id()
    session.add(
        StoredObject(
            id=object_id,
            version_id=owner.version_id,
            kind=kind,
            key=receipt.key,
            sha256=receipt.sha256,
            size=receipt.size,
            store=ctx.store.name,
            store_version_id=receipt.version_id,
            retention_until=receipt.retention_until,
            stored_at=now,
            checked_at=now,
            check_ok=True,
        )
    )
    events.append(
        session,
        kind=f"object.stored.{kind}",
        actor=ctx.actor,
        subject_type="document",
        subject_id=str(owner.document_id),
        at=now,
        output_hash=receipt.sha256,
        payload={"size": receipt.size, "version": owner.version},
    )
    return KnownObject(
        object_id, owner.document_id, None, owner.version, kind, receipt.key, receipt.sha256, was_good=True
    )
