"""How the work goes: what persons are asked, week by week and now, and what failed and why."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import accumulate, pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.progress.counts import documents_by_reason, questions_by_day
from pipeline.progress.model import Backlog, BacklogWeek, Failed, Work
from pipeline.progress.pace import WEEKS
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
    asked, settled = map(_up_to, questions_by_day(session))
    weeks = pairwise(as_of - timedelta(days=7 * back) for back in range(WEEKS, -1, -1))
    for before, last in weeks:
        opened, done = asked(last), settled(last)
        yield BacklogWeek(
            before + timedelta(days=1), last, opened - asked(before), done - settled(before), opened - done
        )


def _up_to(counts: Mapping[date, int]) -> Callable[[date], int]:
    """Give how to tell how many there were up to a day."""
    days = sorted(counts)
    sums = [0, *accumulate(counts[day] for day in days)]
    return lambda last: sums[bisect_right(days, last)]
