"""How the work goes: what persons are asked, and what failed and why."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.progress.model import Backlog, Failed, Work
from storage.ledger.models import Document, ReviewTask
from storage.ledger.states import DocumentState

FAILED = (DocumentState.REFUSED, DocumentState.STUCK, DocumentState.QUARANTINED)


def count_work(session: Session) -> Work:
    """Count open questions by reason, and documents that failed by state and reason, the most first."""
    task = ReviewTask
    how_many = func.count()
    questions = session.execute(
        select(task.reason_code, how_many, func.count(task.document_id.distinct()), func.min(task.opened_at))
        .where(task.settled_at.is_(None))
        .group_by(task.reason_code)
        .order_by(how_many.desc(), task.reason_code)
    )
    failed = session.execute(
        select(Document.state, Document.reason_code, how_many)
        .where(Document.state.in_(FAILED))
        .group_by(Document.state, Document.reason_code)
        .order_by(how_many.desc(), Document.state, Document.reason_code)
    )
    received = select(how_many).select_from(Document).where(Document.state != DocumentState.DUPLICATE)
    return Work(
        received=session.scalar(received) or 0,
        backlog=tuple(Backlog(*row) for row in questions),
        failed=tuple(Failed(DocumentState(state), reason, count) for state, reason, count in failed),
    )
