"""Kept counts: whatever is written in whatever order, they are what counting every row gives."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import TypeVar

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from pipeline.progress.count_anew import correct_counts, wrong_counts
from pipeline.progress.counts import has_changes
from pipeline.progress.kept import bring_up_to_date
from pipeline.progress.surroundings import FOR_PERSONS, count_findings, count_queue, list_attention, register_facts
from pipeline.progress.there import day_end
from pipeline.progress.work import FAILED, count_work
from storage.ledger import Ledger
from storage.ledger.models import Agency, CountChange, Document, Finding, KeptCount, RegisterEntry, ReviewTask
from storage.ledger.states import DOCUMENT_TRANSITIONS, DocumentState, Environment
from storage.migrations import rules_v5, rules_v6
from tests.integration.pipeline.counting_town import AGENCIES, NOON, Scan, Town, open_town

TODAY = date(2026, 11, 24)
Row = TypeVar("Row")
NOTICED = ("blurred", "few_pages", "doubtful")


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        yield town


def _some(session: Session, random: Random, table: type[Row]) -> Row | None:
    rows = session.scalars(select(table)).all()
    return random.choice(rows) if rows else None


def _come_in(town: Town, random: Random) -> None:
    entry = town.entry(random.choice(AGENCIES).code, resolved_on=TODAY)
    states = (DocumentState.IN_WORK, DocumentState.WAITING_REVIEW, DocumentState.REFUSED, DocumentState.STUCK)
    reasons = (None, "pdf_damaged", "disk_full")
    scans = [
        Scan(state=random.choice(states), reason_code=random.choice(reasons), archived_at=None)
        for _ in range(random.randrange(3))
    ]
    town.record(entry, *scans)


def _go_on(town: Town, random: Random) -> None:
    if document := _some(town.session, random, Document):
        after = [two for one, two in DOCUMENT_TRANSITIONS if one == document.state]
        if after:
            document.state = random.choice(sorted(after))
            document.state_since = NOON + timedelta(minutes=random.randrange(100))


def _give_reason(town: Town, random: Random) -> None:
    if document := _some(town.session, random, Document):
        document.reason_code, document.tries = random.choice((None, "pdf_damaged")), document.tries + 1


def _notice(town: Town, random: Random) -> None:
    """Notice something on some pages of a document, in one statement or two."""
    if document := _some(town.session, random, Document):
        known = set(town.session.scalars(select(Finding.page).where(Finding.document_id == document.id)))
        for page in set(range(5)) - known:
            if random.random() < 0.5:
                code, severity = random.choice(NOTICED), random.choice(("note", "warning"))
                town.session.add(
                    Finding(document_id=document.id, page=page, code=code, severity=severity, found_at=NOON)
                )


def _settle_one(town: Town, random: Random) -> None:
    if finding := _some(town.session, random, Finding):
        town.session.delete(finding)


def _settle_many(town: Town, random: Random) -> None:
    town.session.execute(
        delete(Finding).where(Finding.code == random.choice(NOTICED), Finding.page < random.randrange(5)),
        execution_options={"synchronize_session": "fetch"},
    )


def _see_otherwise(town: Town, random: Random) -> None:
    """Let findings be others: all of a kind in one statement, or one."""
    values = {"severity": random.choice(("note", "warning")), "details": {"n": random.randrange(9)}}
    which = Finding.code == random.choice(NOTICED)
    if random.random() < 0.5 and (finding := _some(town.session, random, Finding)):
        which = Finding.id == finding.id
    town.session.execute(update(Finding).where(which).values(values), execution_options={"synchronize_session": False})
    town.session.expire_all()


def _ask(town: Town, random: Random) -> None:
    if document := _some(town.session, random, Document):
        # Around midnight in Vietnam, in the last weeks and long before.
        opened = NOON - timedelta(days=random.randrange(80), hours=random.randrange(24), seconds=random.randrange(9))
        settled = random.choice((None, opened + timedelta(hours=random.randrange(-30, 900))))
        reason = random.choice(("unsure", "not_found"))
        town.session.add(
            ReviewTask(document_id=document.id, version=1, reason_code=reason, opened_at=opened, settled_at=settled)
        )


def _answer(town: Town, random: Random) -> None:
    if task := _some(town.session, random, ReviewTask):
        task.settled_at = random.choice((None, NOON, task.opened_at))


def _take_back(town: Town, random: Random) -> None:
    if task := _some(town.session, random, ReviewTask):
        town.session.delete(task)


def _lose(town: Town, random: Random) -> None:
    if entry := _some(town.session, random, RegisterEntry):
        entry.missing_since_id = random.choice((None, entry.first_import_id))
        entry.withdrawn_at = random.choice((None, NOON))


def _rename_agency(town: Town, random: Random) -> None:
    if agency := _some(town.session, random, Agency):
        agency.level = random.choice(("province", "commune"))


HAPPENINGS: tuple[Callable[[Town, Random], None], ...] = (
    *(_come_in, _go_on, _notice, _ask) * 3,
    _answer,
    _take_back,
    _give_reason,
    _settle_one,
    _settle_many,
    _see_otherwise,
    _lose,
    _rename_agency,
)


def _ensure_equal(session: Session) -> None:
    """Compare what reports say with plain queries over all rows."""
    plain = select(Document.state, func.count()).group_by(Document.state)
    by_state = {DocumentState(state): int(count) for state, count in session.execute(plain)}
    assert {one.state: one.documents for one in count_queue(session)} == by_state
    levels = select(Document.state, Agency.level, func.count()).join(Agency, Agency.code == Document.agency_code)
    told = {(one.state, level): count for one in count_queue(session) for level, count in one.by_level.items()}
    assert told == {(s, level): n for s, level, n in session.execute(levels.group_by(Document.state, Agency.level))}
    noticed = select(Finding.code, Finding.severity, func.count(Finding.document_id.distinct()))
    noticed = noticed.group_by(Finding.code, Finding.severity)
    expected = [(code, severity, int(count)) for code, severity, count in session.execute(noticed)]
    found = [(one.code, one.severity, one.documents) for one in count_findings(session)]
    assert found == sorted(expected, key=lambda one: (-one[2], one[0], one[1]))
    failed = select(Document.state, Document.reason_code, func.count()).where(Document.state.in_(FAILED))
    work = count_work(session, TODAY)
    assert {(one.state, one.reason_code, one.documents) for one in work.failed} == {
        tuple(row) for row in session.execute(failed.group_by(Document.state, Document.reason_code))
    }
    assert work.received == sum(by_state.values()) - by_state.get(DocumentState.DUPLICATE, 0)
    listed, total = list_attention(session)
    waiting = session.scalars(select(Document.id).where(Document.state.in_(FOR_PERSONS)).order_by(Document.state_since))
    assert {one.document_id for one in listed} == set(waiting)
    assert [one.since for one in listed] == sorted(one.since for one in listed)
    assert total == len(listed)
    _ensure_register(session)
    _ensure_questions(session)
    assert session.execute(wrong_counts()).all() == []


def _ensure_register(session: Session) -> None:
    facts = register_facts(session)
    rows = session.execute(select(RegisterEntry.withdrawn_at, RegisterEntry.missing_since_id)).all()
    assert facts.entries == sum(withdrawn is None for withdrawn, _missing in rows)
    assert facts.withdrawn == len(rows) - facts.entries
    assert facts.missing == sum(withdrawn is None and missing is not None for withdrawn, missing in rows)


def _ensure_questions(session: Session) -> None:
    tasks = [
        (one.opened_at, one.settled_at and max(one.opened_at, one.settled_at))
        for one in session.scalars(select(ReviewTask))
    ]
    for week in count_work(session, TODAY).backlog_weeks:
        start, end = day_end(week.first_day - timedelta(days=1)), day_end(week.last_day)
        assert week.opened == sum(start <= opened < end for opened, _settled in tasks)
        assert week.settled == sum(settled is not None and start <= settled < end for _opened, settled in tasks)
        assert week.open == sum(opened < end and (settled is None or settled >= end) for opened, settled in tasks)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_counts_are_those_of_every_row(ledger: Ledger, seed: int) -> None:
    random = Random(seed)
    numbers = iter(range(1, 10_000))
    for round_ in range(12):
        with ledger.session() as session:
            town = Town(session, numbers)
            for _step in range(random.randrange(1, 8)):
                random.choice(HAPPENINGS)(town, random)
                session.flush()
            _ensure_equal(session)
        with ledger.session() as session:
            if round_ % 2:
                bring_up_to_date(session, TODAY, NOON, Environment.TEST)
                assert not has_changes(session)
            _ensure_equal(session)


def test_what_is_undone_is_not_counted(ledger: Ledger) -> None:
    with ledger.session() as session:
        Town(session).record(None, Scan())
    with suppress(ZeroDivisionError), ledger.session() as session:
        Town(session, iter(range(50, 99))).record(None, Scan(), Scan())
        session.flush()
        raise ZeroDivisionError
    with ledger.reading() as session:
        assert [(one.state, one.documents) for one in count_queue(session)] == [(DocumentState.ARCHIVED, 1)]


def test_counting_anew_gives_what_was_kept(ledger: Ledger) -> None:
    with ledger.session() as session:
        town = Town(session)
        town.record(town.entry("H41.30", resolved_on=TODAY), Scan(), Scan(state=DocumentState.STUCK))
        town.record(None, Scan())
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        kept = set(session.execute(select(*KeptCount.__table__.columns).where(KeptCount.number != 0)).all())
        session.execute(delete(KeptCount))
        correct_counts(session)
    with ledger.reading() as session:
        assert set(session.execute(select(*list(CountChange.__table__.columns)[1:])).all()) == kept
        assert session.execute(wrong_counts()).all() == []
    with ledger.engine.begin() as connection:
        rules_v5.recount(connection)
        rules_v6.recount(connection)
        again = set(connection.execute(select(*KeptCount.__table__.columns)).all())
        assert connection.scalar(select(func.count()).select_from(CountChange)) == 0
        assert connection.scalar(text("SELECT COUNT(*) FROM kept_count WHERE number = 0")) == 0
    assert {one for one in kept if one[0] not in {"outside", "short"}} == again
