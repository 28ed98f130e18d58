"""What stands around the shares: the queue, findings, what waits for a person, where the register comes from."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, case, exists, func, select
from sqlalchemy.orm import Session

from pipeline.findings import SCAN_SHORT, Severity
from pipeline.holds import SignerUntrustedError
from pipeline.progress.counts import (
    Subject,
    count_kept,
    documents_by_finding,
    documents_by_level,
    documents_by_reason,
    entries_by_kind,
)
from pipeline.progress.model import (
    UNKNOWN_LEVEL,
    Attention,
    FindingCount,
    Question,
    QueueCount,
    RegisterFacts,
)
from storage.ledger.models import (
    Document,
    DocumentVersion,
    EntryStanding,
    InboxItem,
    Record,
    RegisterImport,
    ReviewTask,
)
from storage.ledger.states import DocumentState

LISTED = 500
"""Most rows a report lists one by one; the total is always given."""
UNTOLD: dict[str, str] = {DocumentState.WAITING_TRUST: SignerUntrustedError.code}
"""Why documents in a state wait where the ledger notes no reason of their own."""
FOR_PERSONS = (
    DocumentState.WAITING_ATTEST,
    DocumentState.WAITING_REVIEW,
    DocumentState.WAITING_RELEASE,
    DocumentState.PENDING_SIGNATURE,
    DocumentState.WAITING_TRUST,
    DocumentState.STUCK,
    DocumentState.REFUSED,
    DocumentState.QUARANTINED,
)


def count_queue(session: Session) -> tuple[QueueCount, ...]:
    """Count documents by state and level, in the order in which states follow each other."""
    found: dict[str, dict[str, int]] = {}
    for state, level, count in documents_by_level(session):
        found.setdefault(state, {})[level or UNKNOWN_LEVEL] = count
    return tuple(
        QueueCount(state, sum(found[state].values()), dict(sorted(found[state].items())))
        for state in DocumentState
        if state in found
    )


def count_findings(session: Session) -> tuple[FindingCount, ...]:
    """Count documents by what was noticed about them."""
    return tuple(FindingCount(*one) for one in documents_by_finding(session))


def count_short(session: Session, rows: FromClause) -> Iterator[FindingCount]:
    """Count the register rows of which fewer documents or pages were scanned than the register states, if any."""
    short = select(func.count()).select_from(rows).where(rows.c.is_short, ~rows.c.is_withdrawn)
    if count := count_kept(session, Subject.SHORT) if rows is EntryStanding.__table__ else session.scalar(short):
        yield FindingCount(SCAN_SHORT, Severity.WARNING, count)


def list_attention(session: Session) -> tuple[tuple[Attention, ...], int]:
    """List what waits for a person or was refused, oldest first, and give how many there are in all."""
    query = (
        # Snapshots cannot be changed any more: no record is named in them that may prove to be secret.
        select(Document, case((is_cleared(), Record.code)))
        .outerjoin(Record, Record.id == Document.record_id)
        .where(Document.id.in_(_waiting_longest(session)))
        .order_by(Document.state_since, Document.id)
    )
    rows = session.execute(query).all()
    questions = _questions(session, [document.id for document, _code in rows])
    listed = [
        Attention(
            document_id=document.id,
            record_code=code,
            agency_code=document.agency_code,
            state=document.state,
            reason_code=document.reason_code or UNTOLD.get(document.state),
            since=document.state_since,
            questions=tuple(questions.get(document.id, ())),
        )
        for document, code in rows
    ]
    refused = (InboxItem.document_id.is_(None), InboxItem.outcome.in_(("waiting", "refused")))
    total = sum(count for (state, _reason), count in documents_by_reason(session).items() if state in FOR_PERSONS)
    total += session.scalar(select(func.count()).select_from(InboxItem).where(*refused)) or 0
    items = session.scalars(select(InboxItem).where(*refused).order_by(InboxItem.first_seen_at).limit(LISTED))
    listed += [_inbox_attention(item) for item in items]
    return tuple(sorted(listed, key=lambda one: one.since)[:LISTED]), total


def _waiting_longest(session: Session) -> list[UUID]:
    """Give the documents that have waited for a person longest; each state is read by an index in its order."""
    found: list[tuple[datetime, UUID]] = []
    for state in FOR_PERSONS:
        oldest = select(Document.state_since, Document.id).where(Document.state == state)
        rows = session.execute(oldest.order_by(Document.state_since, Document.id).limit(LISTED))
        found += ((since, id_) for since, id_ in rows)
    return [id_ for _since, id_ in sorted(found)[:LISTED]]


def is_cleared() -> ColumnElement[bool]:
    """Give the SQL condition that a document has passed the secrecy gate, or was refused and will not come to it."""
    passed = exists().where(DocumentVersion.document_id == Document.id, DocumentVersion.secrecy_passed_at.is_not(None))
    return passed | (Document.state == DocumentState.REFUSED)


def register_facts(session: Session) -> RegisterFacts:
    """Say where the denominators come from."""
    entries = entries_by_kind(session)
    last = session.execute(
        select(RegisterImport.imported_at, RegisterImport.sha256)
        .order_by(RegisterImport.imported_at.desc(), RegisterImport.id.desc())
        .limit(1)
    ).one_or_none()
    return RegisterFacts(
        entries=entries.get("listed", 0) + entries.get("missing", 0),
        withdrawn=entries.get("withdrawn", 0),
        missing=entries.get("missing", 0),
        last_import_at=last[0] if last else None,
        last_import_sha256=last[1] if last else None,
    )


def _questions(session: Session, documents: Sequence[UUID]) -> dict[UUID, list[Question]]:
    query = (
        select(ReviewTask.document_id, ReviewTask.reason_code, ReviewTask.field_name)
        .where(ReviewTask.document_id.in_(documents), ReviewTask.settled_at.is_(None))
        .order_by(ReviewTask.opened_at, ReviewTask.id)
    )
    found: dict[UUID, list[Question]] = {}
    for document, reason, field in session.execute(query):
        found.setdefault(document, []).append(Question(reason, field))
    return found


def _inbox_attention(item: InboxItem) -> Attention:
    agency, _, _rest = item.path.partition("/")
    return Attention(None, None, agency, f"inbox_{item.outcome}", item.reason_code, item.first_seen_at)
