"""The events of a record out of the log, and for each the way to a signed head that covers it.

Nobody else's events are in it: the hashes on the way say nothing of what they stand for. Left out is who looked at the
record; that is between them and the inspector. What is shown proves that these events are in the log, not that there
are no others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.context import Context
from pipeline.covered_events import covering_heads, paths_to
from pipeline.event_chain import seal_head
from pipeline.evidence.choosing import Chosen
from pipeline.sealed_heads import SIGNATURE, SealedHead, bring_head
from signing.certificates import signature_time
from storage.ledger.event_tree import Step
from storage.ledger.events import facts_of
from storage.ledger.models import Document, Event, Record, RegisterEntry

KIND, SCHEMA = "sohoa.event_proofs", 1
STORED, RENEWED = "object.stored.", "document.renewed"
PACKED = "record.evidence_packed"
LOOKS = ("record.viewed", "record.downloaded", "record.personal_data_opened", PACKED)
TOKEN, STAMPED = ".tst", ".sig"


@dataclass(frozen=True, slots=True)
class LogSlice:
    """Events as canonical JSON, a line each, and their proofs in the same order; `unproven`: under no head yet."""

    lines: bytes
    proofs: dict[str, Any]
    heads: tuple[int, ...]
    events: int
    unproven: int


def slice_of(ctx: Context, record_id: UUID, given: Sequence[Chosen]) -> LogSlice:
    """Give the events about a record and the documents given; a head is signed when the files' own are under none.

    Raise ChainBrokenError when the log is not what its heads were signed over, and as `seal_head` does.
    """
    with ctx.ledger.reading() as session:
        found = _events(session, _subjects(session, record_id, given))
    needed = [event.seq for event in found if event.kind.startswith(STORED)]
    heads = covering_heads(ctx, [event.seq for event in found])
    if any(seq not in heads for seq in needed):
        seal_head(ctx)
        heads = covering_heads(ctx, [event.seq for event in found])
    paths = _paths(ctx, found, heads)
    return LogSlice(
        lines=b"".join(facts_of(event).canonical() + b"\n" for event in found),
        proofs={
            "kind": KIND,
            "schema": SCHEMA,
            "events": [_proof(event, heads.get(event.seq), paths.get(event.hash, [])) for event in found],
        },
        heads=tuple(sorted({head.seq for head in heads.values()})),
        events=len(found),
        unproven=sum(event.seq not in heads for event in found),
    )


def put_heads(ctx: Context, seqs: Iterable[int], folder: Path) -> None:
    """Put the heads into a folder: each with its signature, and apart the timestamp and what that is over."""
    folder.mkdir(parents=True)
    for seq in seqs:
        head = folder / bring_head(ctx, seq, folder).place
        stamp = signature_time(head.with_suffix(SIGNATURE).read_bytes())
        if stamp is not None:
            head.with_suffix(TOKEN).write_bytes(stamp.token)
            head.with_suffix(STAMPED).write_bytes(stamp.stamped)


def _subjects(session: Session, record_id: UUID, given: Sequence[Chosen]) -> list[str]:
    """Give what the events are about: the record, the documents, their batches, and the imports of the register row."""
    batches = session.scalars(select(Document.batch_id).where(Document.id.in_([one.document_id for one in given])))
    entry_id = session.get_one(Record, record_id).register_entry_id
    entry = session.get(RegisterEntry, entry_id) if entry_id else None
    imports = [entry.first_import_id, entry.last_import_id] if entry is not None else []
    found = [record_id, *(one.document_id for one in given), *batches, *imports]
    return sorted({str(each) for each in found if each is not None})


def _events(session: Session, subjects: Sequence[str]) -> list[Event]:
    about = select(Event).where(Event.subject_id.in_(subjects), Event.kind.not_in(LOOKS)).order_by(Event.seq)
    return list(session.scalars(about))


def _paths(ctx: Context, found: Sequence[Event], heads: dict[int, SealedHead]) -> dict[str, list[Step]]:
    by_head: dict[int, dict[str, int]] = {}
    for event in found:
        if event.seq in heads:
            by_head.setdefault(heads[event.seq].seq, {})[event.hash] = event.seq
    known = {head.seq: head for head in heads.values()}
    return {
        event_hash: path
        for seq, asked in by_head.items()
        for event_hash, path in paths_to(ctx, known[seq], asked).items()
    }


def _proof(event: Event, head: SealedHead | None, path: Sequence[Step]) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "prev_hash": event.prev_hash,
        "hash": event.hash,
        "head": head.seq if head is not None else None,
        "path": [{side: neighbour} for side, neighbour in path],
    }
