"""What stands around the shares: the queue, findings, what waits for a person, what no register knows."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from pipeline.holds import SignerUntrustedError
from pipeline.progress.model import (
    UNKNOWN_LEVEL,
    Attention,
    FindingCount,
    Question,
    QueueCount,
    RegisterFacts,
    Unregistered,
)
from storage.ledger.models import (
    Agency,
    Document,
    DocumentVersion,
    Finding,
    InboxItem,
    Record,
    RegisterEntry,
    RegisterImport,
    ReviewTask,
)
from storage.ledger.states import DocumentState, RecordState

LISTED = 500
"""Most rows a report lists one by one; the total is always given."""
UNTOLD: dict[str, str] = {DocumentState.WAITING_TRUST: SignerUntrustedError.code}
"""Why documents in a state wait where the ledger notes no reason of their own."""
FOR_PERSONS = (
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
    query = (
        select(Document.state, Agency.level, func.count())
        .outerjoin(Agency, Agency.code == Document.agency_code)
        .group_by(Document.state, Agency.level)
    )
    found: dict[str, dict[str, int]] = {}
    for state, level, count in session.execute(query):
        found.setdefault(state, {})[level or UNKNOWN_LEVEL] = count
    return tuple(
        QueueCount(state, sum(found[state].values()), dict(sorted(found[state].items())))
        for state in DocumentState
        if state in found
    )


def count_findings(session: Session) -> tuple[FindingCount, ...]:
    """Count documents by what was noticed about them."""
    query = (
        select(Finding.code, Finding.severity, func.count(Finding.document_id.distinct()))
        .group_by(Finding.code, Finding.severity)
        .order_by(func.count(Finding.document_id.distinct()).desc(), Finding.code)
    )
    return tuple(FindingCount(*row) for row in session.execute(query))


def list_attention(session: Session) -> tuple[tuple[Attention, ...], int]:
    """List what waits for a person or was refused, oldest first, and give how many there are in all."""
    of_persons = Document.state.in_(FOR_PERSONS)
    query = (
        # Snapshots cannot be changed any more: no record is named in them that may prove to be secret.
        select(Document, case((_is_cleared(), Record.code)))
        .outerjoin(Record, Record.id == Document.record_id)
        .where(of_persons)
        .order_by(Document.state_since, Document.id)
        .limit(LISTED)
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
    total = session.scalar(select(func.count()).select_from(Document).where(of_persons)) or 0
    total += session.scalar(select(func.count()).select_from(InboxItem).where(*refused)) or 0
    items = session.scalars(select(InboxItem).where(*refused).order_by(InboxItem.first_seen_at).limit(LISTED))
    listed += [_inbox_attention(item) for item in items]
    return tuple(sorted(listed, key=lambda one: one.since)[:LISTED]), total


def list_unregistered(session: Session) -> tuple[tuple[Unregistered, ...], int]:
    """List records that stand in no register, and give how many there are in all."""
    cleared = exists().where(Document.record_id == Record.id, _is_cleared())
    condition = (Record.register_entry_id.is_(None), Record.state != RecordState.SUPERSEDED, cleared)
    rows = session.execute(
        select(Record.code, Record.agency_code)
        .where(*condition)
        .order_by(Record.agency_code, Record.code)
        .limit(LISTED)
    )
    total = session.scalar(select(func.count()).select_from(Record).where(*condition)) or 0
    return tuple(Unregistered(code, agency) for code, agency in rows), total


def _is_cleared() -> ColumnElement[bool]:
    """Give the SQL condition that a document has passed the secrecy gate, or was refused and will not come to it."""
    passed = exists().where(DocumentVersion.document_id == Document.id, DocumentVersion.secrecy_passed_at.is_not(None))
    return passed | (Document.state == DocumentState.REFUSED)


def register_facts(session: Session) -> RegisterFacts:
    """Say where the denominators come from."""
    entry = RegisterEntry

    def how_many(*conditions: object) -> int:
        return session.scalar(select(func.count()).select_from(entry).where(*conditions)) or 0  # type: ignore[arg-type]

    last = session.execute(
        select(RegisterImport.imported_at, RegisterImport.sha256)
        .order_by(RegisterImport.imported_at.desc(), RegisterImport.id.desc())
        .limit(1)
    ).one_or_none()
    return RegisterFacts(
        entries=how_many(entry.withdrawn_at.is_(None)),
        withdrawn=how_many(entry.withdrawn_at.is_not(None)),
        missing=how_many(entry.withdrawn_at.is_(None), entry.missing_since_id.is_not(None)),
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
