"""A document's objects in the store: named, put once, read back, and only then written into the ledger."""

from pathlib import Path

from sqlalchemy import select

from config.errors import ReadBackError
from pipeline.job import Job
from storage.ledger import events
from storage.ledger.models import StoredObject
from storage.objects import StoredReceipt, archival_name, object_key

ARCHIVAL, ORIGINAL, TEXT, WORDS = "archival", "original", "text", "words"


def put_object(job: Job, kind: str, suffix: str, source: Path, sha256: str) -> str:
    """Put one file of a document into the store, read it back, note it in the ledger; give its key.

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
    _note_stored(job, kind, receipt)
    return key


def key_of(job: Job, suffix: str) -> str:
    """Give the key of one of a document's objects."""
    facts = job.facts
    name = archival_name(facts.record_code, facts.stt, suffix)
    return object_key(job.ctx.environment, facts.agency_code, facts.year, facts.record_id, facts.version, name)


def _note_stored(job: Job, kind: str, receipt: StoredReceipt) -> None:
    ctx, facts = job.ctx, job.facts
    now = ctx.clock()
    with job.commit() as session:
        session.add(
            StoredObject(
                version_id=facts.version_id,
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
            subject_id=str(facts.document_id),
            at=now,
            output_hash=receipt.sha256,
            payload={"size": receipt.size, "version": facts.version},
        )
