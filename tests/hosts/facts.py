"""What a run must leave, whatever happened on the way: no times, ids or signature bytes; and what must hold of it."""

from collections import Counter
from typing import Any

from sqlalchemy import select

from pipeline.context import Context
from pipeline.event_chain import check_event_chain
from pipeline.verification import verify_record
from signing.report import Verdict
from storage.ledger.models import (
    ChunkDocument,
    Document,
    DocumentVersion,
    Event,
    FieldValue,
    InboxItem,
    Page,
    Record,
    StageRun,
    StoredObject,
)

ONCE = ("document.received", "document.admitted", "document.sealed", "document.archived", "record.open")


def facts_of(ctx: Context) -> dict[str, Any]:
    """Give what is the same in two runs over the same scans. Raise where chain, signatures or store are not whole."""
    check_event_chain(ctx)
    with ctx.ledger.reading() as session:
        records = session.scalars(select(Record.code)).all()
        for record in records:
            assert {proof.verdict for proof in verify_record(ctx, record)} == {Verdict.VALID}
        stored = session.scalars(select(StoredObject)).all()
        assert all(ctx.store.read_back(item.key) == item.sha256 for item in stored)
        assert session.scalars(select(ChunkDocument)).all() == [], "no chunk is left behind"
        assert session.scalars(select(Document.claim_until).where(Document.claim_until.is_not(None))).all() == []
        named = select(Record.code, Document.stt).join(Record, Record.id == Document.record_id)
        of_version = named.join(DocumentVersion, DocumentVersion.document_id == Document.id)
        pages = of_version.join(Page, Page.version_id == DocumentVersion.id)
        fields = of_version.join(FieldValue, FieldValue.version_id == DocumentVersion.id)
        objects = of_version.join(StoredObject, StoredObject.version_id == DocumentVersion.id)
        stages = of_version.join(StageRun, StageRun.version_id == DocumentVersion.id)
        events = Counter(session.scalars(select(Event.kind)))
        return {
            "documents": _sorted(session, named.add_columns(Document.state, Document.page_count, Document.tries)),
            "inbox": sorted(session.execute(select(InboxItem.path, InboxItem.outcome)).all()),
            "pages": _sorted(session, pages.add_columns(Page.number, Page.text)),
            "fields": _sorted(session, fields.add_columns(FieldValue.name, FieldValue.source, FieldValue.value)),
            "objects": _sorted(session, objects.add_columns(StoredObject.kind)),
            "stages": _sorted(session, stages.add_columns(StageRun.stage)),
            "once": {kind: events[kind] for kind in ONCE},
            "stored": sum(count for kind, count in events.items() if kind.startswith("object.stored.")),
        }


def _sorted(session: Any, query: Any) -> list[Any]:
    return sorted((tuple(row) for row in session.execute(query)), key=str)
