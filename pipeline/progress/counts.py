"""How many documents, register rows and findings there are of each kind, without looking at each of them.

The database notes what each change adds; what stands on that list and the kept sums together are right at any time.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum

from sqlalchemy import Select, delete, exists, func, select, union_all
from sqlalchemy.orm import Session

from storage.ledger.models import Agency, CountChange, KeptCount
from storage.ledger.states import DocumentState

_AT_ONCE = 20_000
"""Changes added up in one step."""
_Key = tuple[str, str, str, str]


class Subject(StrEnum):
    """What is counted."""

    DOCUMENT = "document"
    ENTRY = "entry"
    FINDING = "finding"


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
    added: Counter[_Key] = Counter()
    while changes := session.execute(taken).all():
        for subject, agency, code, detail, number in changes:
            added[subject, agency, code, detail] += number
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
