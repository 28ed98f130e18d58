"""Objects that the ledger does not name: of which document one is, and whether its hash is known all the same.

The proof is a hash that the ledger or its event log already has: what came in, what was committed as sealed, or what an
event says was stored. A name alone proves nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from pipeline.context import Context
from pipeline.lease_clock import lease_now
from pipeline.lost_events import waits_for_reconciling
from pipeline.objects import ARCHIVAL, ORIGINAL, STACK, Owner
from pipeline.runner import WORKABLE
from storage.ledger.models import Document, DocumentVersion, Event, Record, Stack, StoredObject
from storage.objects import ListedObject, archival_name

STORED = "object.stored."


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose object it is and of which kind, with the hash it has."""

    owner: Owner
    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Unnoted:
    """An object that the ledger does not name.

    `is_in_work`: a run puts it there now, or the next one will note it; `is_claimed`: a run that is at work, and is no
    memory of a ledger that was put back.
    """

    key: str
    document_id: UUID | None
    is_in_work: bool
    is_claimed: bool
    proof: Proof | None


def judge_unnoted(ctx: Context, record: str, listed: list[ListedObject]) -> Iterator[Unnoted]:
    """Judge the objects of one record, named by its part of the key, that the ledger does not name."""
    for one in listed:
        with ctx.ledger.reading() as session:
            found = _owner_of(session, record, one.key)
            is_claimed = found is not None and _is_claimed(session, found[0], lease_now(ctx, session))
        if found is None:
            yield Unnoted(one.key, None, is_in_work=False, is_claimed=False, proof=None)
        elif is_claimed or found[0].state in WORKABLE:
            yield Unnoted(one.key, found[0].id, is_in_work=True, is_claimed=is_claimed, proof=None)
        else:
            proof = _proof(ctx, *found, one.key)
            yield Unnoted(one.key, found[0].id, is_in_work=False, is_claimed=False, proof=proof)


def number_of(record_code: str, name: str) -> int | None:
    """Give the STT in a file's name; None for a name that none of a record's documents has."""
    begin = archival_name(record_code, 1, "pdf").removesuffix("1.pdf")
    number = name.removeprefix(begin).partition(".")[0] if name.startswith(begin) else ""
    return int(number) if number.isdecimal() else None


def parts_of(key: str) -> tuple[UUID, int, str] | None:
    """Give the record's id, the version and the file's name of a key; None for one that is not built so."""
    parts = key.split("/")
    try:
        record_id, version = UUID(parts[3]), int(parts[4].removeprefix("v"))
    except (IndexError, ValueError):
        return None
    return (record_id, version, parts[5]) if len(parts) == 6 else None


def _owner_of(session: Session, record: str, key: str) -> tuple[Document, DocumentVersion] | None:
    parts = parts_of(key)
    if parts is None or not key.startswith(record):
        return None
    record_id, number, name = parts
    row = session.get(Record, record_id)
    stt = number_of(row.code, name) if row is not None else None
    found = session.execute(
        select(Document, DocumentVersion)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(Document.record_id == record_id, Document.stt == stt, DocumentVersion.number == number)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def _is_claimed(session: Session, document: Document, now: datetime) -> bool:
    """Say whether a run has a document now; none has while a ledger that was put back waits for its comparison."""
    is_held = document.claim_until is not None and document.claim_until > now
    return is_held and waits_for_reconciling(session) is None


def _proof(ctx: Context, document: Document, version: DocumentVersion, key: str) -> Proof | None:
    sha256 = ctx.store.read_back(key)
    with ctx.ledger.reading() as session:
        kind = _kind_of(session, document, version, sha256)
    return None if kind is None else Proof(Owner(document.id, version.id, version.number), kind, sha256)


def _kind_of(session: Session, document: Document, version: DocumentVersion, sha256: str) -> str | None:
    """Say as what a document's bytes are known by this hash; None where they are not."""
    told = session.scalars(
        select(Event.kind)
        .where(
            Event.subject_id == str(document.id),
            Event.kind.startswith(STORED, autoescape=True),
            Event.output_sha256 == sha256,
        )
        .limit(1)
    ).first()
    if told is not None:
        return told.removeprefix(STORED)
    if sha256 == version.sealed_sha256 and not _has(session, version, ARCHIVAL):
        return ARCHIVAL
    if version.secrecy_passed_at is not None and sha256 == version.original_sha256:
        return ORIGINAL
    return STACK if session.scalar(select(exists().where(Stack.sha256 == sha256))) else None


def _has(session: Session, version: DocumentVersion, kind: str) -> bool:
    return bool(
        session.scalar(select(exists().where(StoredObject.version_id == version.id, StoredObject.kind == kind)))
    )
