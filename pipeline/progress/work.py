"""How the work goes: what persons are asked, week by week and now, and what failed and why."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from pipeline.progress.counts import documents_by_reason
from pipeline.progress.model import Backlog, BacklogWeek, Failed, Work
from pipeline.progress.pace import WEEKS
from pipeline.progress.there import day_end
from storage.ledger.models import ReviewTask
from storage.ledger.states import DocumentState

FAILED = (DocumentState.REFUSED, DocumentState.STUCK, DocumentState.QUARANTINED)


def count_work(session: Session, as_of: date) -> Work:
    """Count open questions by reason, and documents that failed by state and reason, the most first.

    Also the questions of each of the last weeks up to a day.
    """
    task = ReviewTask
    how_many = func.count()
    questions = session.execute(
        select(task.reason_code, how_many, func.count(task.document_id.distinct()), func.min(task.opened_at))
        .where(task.settled_at.is_(None))
        .group_by(task.reason_code)
        .order_by(how_many.desc(), task.reason_code)
    )
    by_reason = documents_by_reason(session)
    failed = [(state, reason, count) for (state, reason), count in by_reason.items() if state in FAILED]
    return Work(
        received=sum(count for (state, _reason), count in by_reason.items() if state is not DocumentState.DUPLICATE),
        backlog=tuple(Backlog(*row) for row in questions),
        failed=tuple(Failed(*one) for one in sorted(failed, key=lambda one: (-one[2], one[0], one[1] or ""))),
        backlog_weeks=tuple(_backlog_weeks(session, as_of)),
    )


def _backlog_weeks(session: Session, as_of: date) -> Iterator[BacklogWeek]:
    task = ReviewTask
    weeks = list(pairwise(as_of - timedelta(days=7 * back) for back in range(WEEKS, -1, -1)))
    counted = []
    for before, last in weeks:
        start, end = day_end(before), day_end(last)
        is_open = and_(task.opened_at < end, or_(task.settled_at.is_(None), task.settled_at >= end))
        counted += [
            and_(task.opened_at >= start, task.opened_at < end),
            and_(task.settled_at >= start, task.settled_at < end),
            is_open,
        ]
    # What was settled before counts in none of them.
    lately = or_(task.settled_at.is_(None), task.settled_at >= day_end(weeks[0][0]))
    row = session.execute(select(*(func.sum(case((one, 1), else_=0)) for one in counted)).where(lately)).one()
    figures = [int(count or 0) for count in row]
    for number, (before, last) in enumerate(weeks):
        opened, settled, is_open_count = figures[3 * number : 3 * number + 3]
        yield BacklogWeek(before + timedelta(days=1), last, opened, settled, is_open_count)
