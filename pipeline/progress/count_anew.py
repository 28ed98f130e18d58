"""Every kept count held against counting every row, and brought to it.

In one statement, so that both are of one moment, whoever writes meanwhile.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, case, func, insert, literal, select, union_all
from sqlalchemy.orm import Session

from pipeline.progress.counts import Subject
from pipeline.progress.kept_sums import STANDINGS, is_counted_short
from storage.ledger.days import vietnamese_day_text
from storage.ledger.models import CountChange, Document, Finding, KeptCount, OutsideRecord, RegisterEntry, ReviewTask

_COLUMNS = ["subject", "agency_code", "code", "detail", "number"]


def correct_counts(session: Session) -> None:
    """Bring all counts to what counting every row gives, kept standings being right."""
    session.execute(insert(CountChange).from_select(_COLUMNS, wrong_counts()))


def wrong_counts() -> Select[Any]:
    """Give the query for what counting every row gives otherwise: subject, agency, code, detail, how many more."""
    kept = (
        select(table.subject, table.agency_code, table.code, table.detail, -table.number)
        for table in (KeptCount, CountChange)
    )
    both = union_all(*_counted_anew(), *kept).subquery()
    subject, agency, code, detail, number = both.c
    more = func.sum(number)
    return select(subject, agency, code, detail, more).group_by(subject, agency, code, detail).having(more != 0)


def _counted_anew() -> Iterator[Select[Any]]:
    document, entry, finding, task = Document, RegisterEntry, Finding, ReviewTask
    yield _counts(Subject.DOCUMENT, document.agency_code, document.state, func.coalesce(document.reason_code, ""))
    kind = case(
        (entry.withdrawn_at.is_not(None), "withdrawn"), (entry.missing_since_id.is_not(None), "missing"), else_="listed"
    )
    yield _counts(Subject.ENTRY, code=kind)
    documents = func.count(finding.document_id.distinct())
    yield _counts(Subject.FINDING, code=finding.code, detail=finding.severity, number=documents)
    yield _counts(Subject.ASKED, code=vietnamese_day_text(task.opened_at))
    later = case((task.settled_at < task.opened_at, task.opened_at), else_=task.settled_at)
    yield _counts(Subject.SETTLED, code=vietnamese_day_text(later)).where(task.settled_at.is_not(None))
    yield _counts(Subject.OUTSIDE, OutsideRecord.agency_code)
    yield _counts(Subject.SHORT, STANDINGS.c.agency_code).where(*is_counted_short())


def _counts(
    subject: Subject,
    agency: SQLColumnExpression[Any] | None = None,
    code: SQLColumnExpression[Any] | None = None,
    detail: SQLColumnExpression[Any] | None = None,
    number: SQLColumnExpression[int] | None = None,
) -> Select[Any]:
    under = (agency, code, detail)
    named = [literal("") if one is None else one for one in under]
    counted: Select[Any] = select(literal(subject.value), *named, func.count() if number is None else number)
    return counted.group_by(*(one for one in under if one is not None))
