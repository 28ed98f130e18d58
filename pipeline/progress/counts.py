"""How many documents, register rows, findings and questions there are of each kind, without looking at each of them.

The database notes what each change adds; what stands on that list and the kept sums together are right at any time.
Records in no register and short rows are right as of when the kept standings were last brought up to date.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from sqlalchemy import Select, delete, exists, func, select, union_all
from sqlalchemy.orm import Session

from storage.ledger.models import Agency, CountChange, KeptCount
from storage.ledger.states import DocumentState

_AT_ONCE = 20_000
"""Changes added up in one step."""
CountKey = tuple[str, str, str, str]
"""Subject, agency, code and detail, as in KeptCount."""


class Subject(StrEnum):
    """What is counted."""

    DOCUMENT = "document"
    ENTRY = "entry"
    FINDING = "finding"
    ASKED = "asked"
    SETTLED = "settled"
    OUTSIDE = "outside"
    SHORT = "short"


def documents_by_level(session: Session) -> Iterator[tuple[str, str | None, int]]:
    """Give how many documents are in each state at each level; None: of agencies whose level nobody entered."""
    some = _counted(Subject.DOCUMENT).subquery()
    number = func.sum(some.c.number)
    query = select(some.c.code, Agency.level, number).outerjoin(Agency, Agency.code == some.c.agency_code)
    for state, level, count in session.execute(query.group_by(some.c.code, Agency.level).having(number != 0)):
        yield state, level, int(count)


def documents_by_reason(session: Session) -> Mapping[tuple[DocumentState, str | None], int]:
    """Give how many documents are in each state for each reason."""
    found: Counter[tuple[DocumentState, str | None]] = Counter()
    for state, reason, count in _by_code(session, Subject.DOCUMENT):
        found[DocumentState(state), reason or None] += count
    return found


def entries_by_kind(session: Session) -> Mapping[str, int]:
    """Give how many register rows are listed, missing and withdrawn."""
    return {kind: count for kind, _none, count in _by_code(session, Subject.ENTRY)}


def documents_by_finding(session: Session) -> Iterator[tuple[str, str, int]]:
    """Give of how many documents a thing was noticed, with its severity, the most first."""
    yield from sorted(_by_code(session, Subject.FINDING), key=lambda one: (-one[2], one[0], one[1]))


def questions_by_day(session: Session) -> tuple[Mapping[date, int], Mapping[date, int]]:
    """Give how many questions were asked, and how many settled, on each Vietnamese day.

    One that a clock saw settled before it was asked was settled when it was asked.
    """
    asked, settled = (
        {date.fromisoformat(day): count for day, _none, count in _by_code(session, subject)}
        for subject in (Subject.ASKED, Subject.SETTLED)
    )
    return asked, settled


def count_kept(session: Session, subject: Subject, agency: str | None = None) -> int:
    """Give how many there are of what is counted by agency alone, in all or of an agency."""
    some = _counted(subject).subquery()
    number = select(func.sum(some.c.number))
    return int(session.scalar(number if agency is None else number.where(some.c.agency_code == agency)) or 0)


def kept_of(session: Session, key: CountKey) -> int:
    """Give what one sum is, with what changed since."""
    found = (
        select(func.sum(table.number)).where(
            table.subject == key[0], table.agency_code == key[1], table.code == key[2], table.detail == key[3]
        )
        for table in (KeptCount, CountChange)
    )
    return sum(int(session.scalar(query) or 0) for query in found)


def has_changes(session: Session) -> bool:
    """Say whether there are changes to add up."""
    return session.scalar(select(exists(select(CountChange.id)))) or False


def add_up_changes(session: Session) -> None:
    """Add to the kept sums what changed; whoever calls this is alone with it."""
    some = select(CountChange.id).order_by(CountChange.id).limit(_AT_ONCE).scalar_subquery()
    row = CountChange
    taken = (
        delete(row)
        .where(row.id.in_(some))
        .returning(row.subject, row.agency_code, row.code, row.detail, row.number)
        .execution_options(synchronize_session=False)
    )
    added: Counter[CountKey] = Counter()
    while changes := session.execute(taken).all():
        for subject, agency, code, detail, number in changes:
            added[subject, agency, code, detail] += number
    add_to_counts(session, added)


def add_to_counts(session: Session, added: Mapping[CountKey, int]) -> None:
    """Add to the kept sums; whoever calls this is alone with them."""
    for key, number in sorted(added.items()):
        kept = session.get(KeptCount, key)
        if kept is not None:
            kept.number += number
        elif number:
            subject, agency, code, detail = key
            session.add(KeptCount(subject=subject, agency_code=agency, code=code, detail=detail, number=number))
    session.flush()


def _by_code(session: Session, subject: Subject) -> Iterator[tuple[str, str, int]]:
    some = _counted(subject).subquery()
    number = func.sum(some.c.number)
    query = select(some.c.code, some.c.detail, number).group_by(some.c.code, some.c.detail).having(number != 0)
    for code, detail, count in session.execute(query):
        yield code, detail, int(count)


def _counted(subject: Subject) -> Select[tuple[str, str, str, int]]:
    """Give the sums and what changed since, in one statement, so that both are of one moment."""
    both = union_all(
        *(
            select(table.agency_code, table.code, table.detail, table.number).where(table.subject == subject)
            for table in (KeptCount, CountChange)
        )
    ).subquery()
    return select(both.c.agency_code, both.c.code, both.c.detail, both.c.number)
