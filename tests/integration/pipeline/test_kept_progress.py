"""Kept sums: whatever happens in whatever order, they are what counting every row anew gives."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import TypeVar

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pipeline.progress.count_anew import wrong_counts
from pipeline.progress.kept import COMPLETIONS, bring_up_to_date, forget, is_current, kept_tallies
from pipeline.progress.outside import is_kept, is_outside
from pipeline.progress.standing import standing_on
from pipeline.progress.tallies import IN_FORCE, tallies
from pipeline.progress.throughput import completion_query
from pipeline.targets import Level
from pipeline.units.keeping import keep_units
from pipeline.units.tree import Extent, Succession, Unit, UnitTree
from storage.ledger import Ledger
from storage.ledger.models import (
    AdministrativeUnit,
    Agency,
    Document,
    DocumentVersion,
    EntryStanding,
    OutsideRecord,
    Record,
    RegisterEntry,
    Signature,
    StoredObject,
    TouchedEntry,
)
from storage.ledger.states import DocumentState, Environment, RecordState, Role
from tests.integration.pipeline.counting_town import AGENCIES, NOON, Scan, Town, open_town

TODAY = date(2026, 11, 24)
Row = TypeVar("Row")
CODES = [facts.code for facts in AGENCIES]
OLD, NEW = ("16681", date(2021, 9, 24)), ("16681", date(2025, 7, 1))
TREE = UnitTree(
    {
        OLD: Unit("16681", "Phường Cũ", Level.COMMUNE, None, OLD[1], NEW[1], "x"),
        NEW: Unit("16681", "Phường Mới", Level.COMMUNE, None, NEW[1], None, "x"),
    },
    [Succession(OLD, NEW, NEW[1], Extent.WHOLE, True, "NQ")],
)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        with town.session() as session:
            keep_units(session, TREE)
            session.scalars(select(Agency).where(Agency.code == "H41.30")).one().unit_code = "16681"
        yield town


def _some(session: Session, random: Random, table: type[Row]) -> Row | None:
    rows = session.scalars(select(table)).all()
    return random.choice(rows) if rows else None


def _day(random: Random) -> date:
    return TODAY - timedelta(days=random.randrange(-3, 2000))


def _register(town: Town, random: Random) -> None:
    solved = random.choice((None, min(_day(random), TODAY)))
    until = random.choice((None, TODAY + timedelta(days=random.randrange(-5, 5))))
    town.entry(
        random.choice(CODES),
        resolved_on=solved,
        results=random.randrange(3),
        papers=random.randrange(2),
        until=until,
        pages=random.choice((None, 1, 2, 5)),
    )


def _scan(town: Town, random: Random) -> None:
    entry = _some(town.session, random, RegisterEntry)
    if entry is None or town.session.scalar(select(Record.id).where(Record.code == entry.record_code)):
        return
    scans = [
        Scan(
            role=random.choice(tuple(Role)),
            verdict=random.choice(("valid", "valid", "invalid", None)),
            is_trusted=random.random() < 0.8,
            check_ok=random.random() < 0.9,
            archived_at=random.choice((NOON - timedelta(hours=random.randrange(100)), NOON, None)),
            state=random.choice((DocumentState.ARCHIVED, DocumentState.ARCHIVED, DocumentState.SEALED)),
            pages=random.choice((None, 1, 3)),
        )
        for _ in range(random.randrange(1, 4))
    ]
    town.record(entry, *scans)


def _scan_unregistered(town: Town, random: Random) -> None:
    states = (DocumentState.ARCHIVED, DocumentState.IN_WORK, DocumentState.REFUSED, DocumentState.DUPLICATE)
    scans = [Scan(state=random.choice(states)) for _ in range(random.randrange(3))]
    town.record(None, *scans, agency=random.choice(CODES))


def _link(town: Town, random: Random) -> None:
    record, entry = _some(town.session, random, Record), _some(town.session, random, RegisterEntry)
    if record and entry:
        record.register_entry_id = random.choice((entry.id, None))


def _withdraw(town: Town, random: Random) -> None:
    if entry := _some(town.session, random, RegisterEntry):
        entry.withdrawn_at = None if entry.withdrawn_at else NOON - timedelta(days=1)


def _correct(town: Town, random: Random) -> None:
    if entry := _some(town.session, random, RegisterEntry):
        entry.agency_code, entry.expected_results = random.choice(CODES), random.randrange(3)
        entry.issued_on, entry.expected_pages = min(_day(random), TODAY), random.choice((None, 1, 4))


def _store(town: Town, random: Random) -> None:
    document = _some(town.session, random, Document)
    if document and document.state == DocumentState.SEALED:
        document.state = DocumentState.ARCHIVED


def _scan_again(town: Town, random: Random) -> None:
    document = _some(town.session, random, Document)
    if document and document.state == DocumentState.ARCHIVED:
        town.version(document, document.current_version + 1, Scan(archived_at=random.choice((NOON, None))))
        document.current_version += 1
        document.page_count = random.choice((1, 2, 4))


def _supersede(town: Town, random: Random) -> None:
    if (record := _some(town.session, random, Record)) and record.state == RecordState.OPEN:
        record.state = RecordState.SUPERSEDED


def _reread(town: Town, random: Random) -> None:
    if stored := _some(town.session, random, StoredObject):
        stored.check_ok = not stored.check_ok


def _check_signature(town: Town, random: Random) -> None:
    if signature := _some(town.session, random, Signature):
        signature.verdict = random.choice(("valid", "invalid", "indeterminate"))
        signature.is_trusted = random.random() < 0.5


def _drop_signature(town: Town, random: Random) -> None:
    if signature := _some(town.session, random, Signature):
        town.session.delete(signature)


def _replace(town: Town, random: Random) -> None:
    document = _some(town.session, random, Document)
    if document and document.state == DocumentState.ARCHIVED:
        document.state = DocumentState.SUPERSEDED


def _refuse(town: Town, random: Random) -> None:
    document = _some(town.session, random, Document)
    if document and document.state == DocumentState.IN_WORK:
        document.state = DocumentState.REFUSED


def _check_secrecy(town: Town, random: Random) -> None:
    if version := _some(town.session, random, DocumentVersion):
        version.secrecy_passed_at = random.choice((None, NOON))


def _move_document(town: Town, random: Random) -> None:
    document, record = _some(town.session, random, Document), _some(town.session, random, Record)
    if document and record:
        document.record_id, document.stt = record.id, next(town.numbers)


def _move_record(town: Town, random: Random) -> None:
    if record := _some(town.session, random, Record):
        record.agency_code = random.choice(CODES)


def _drop_record(town: Town, random: Random) -> None:
    if record := _some(town.session, random, Record):
        town.session.execute(
            update(Document).where(Document.record_id == record.id).values(record_id=None),
            execution_options={"synchronize_session": "fetch"},
        )
        town.session.delete(record)


def _move_agency(town: Town, random: Random) -> None:
    if agency := _some(town.session, random, Agency):
        agency.unit_code = random.choice((None, "16681"))


HAPPENINGS: tuple[Callable[[Town, Random], None], ...] = (
    *(_register, _scan) * 4,
    *(_scan_unregistered, _replace, _refuse, _check_secrecy) * 2,
    _move_document,
    _move_record,
    _drop_record,
    _link,
    _withdraw,
    _correct,
    _store,
    _scan_again,
    _supersede,
    _reread,
    _check_signature,
    _drop_signature,
    _move_agency,
)


def _ensure_equal(session: Session, today: date) -> None:
    anew = standing_on(today, Environment.TEST)
    of_rows = select(*(EntryStanding.__table__.columns))
    assert {tuple(row) for row in session.execute(of_rows)} == {tuple(row) for row in session.execute(anew)}
    rows = anew.cte("standing")
    assert sorted(map(repr, kept_tallies(session))) == sorted(map(repr, tallies(session, rows, today)))
    kept = session.execute(select(*COMPLETIONS.columns)).all()
    assert sorted(map(tuple, kept)) == sorted(map(tuple, session.execute(completion_query(rows, today))))
    outside = session.execute(select(Record.id, Record.agency_code).where(*is_outside()))
    assert set(session.execute(select(*OutsideRecord.__table__.columns))) == set(outside)
    assert session.execute(wrong_counts()).all() == []


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_the_kept_sums_are_those_of_a_whole_recount(ledger: Ledger, seed: int) -> None:
    random, today = Random(seed), TODAY
    numbers = iter(range(1, 10_000))
    for _round in range(12):
        with ledger.session() as session:
            town = Town(session, numbers)
            for _step in range(random.randrange(1, 8)):
                random.choice(HAPPENINGS)(town, random)
                session.flush()
        today = max(TODAY, today + timedelta(days=random.randrange(-1, 3)))
        with ledger.session() as session:
            bring_up_to_date(session, today, NOON, Environment.TEST)
            assert is_current(session, today)
            assert is_kept(session)
            _ensure_equal(session, today)


def test_a_row_counts_for_the_unit_that_issued_it(ledger: Ledger) -> None:
    with ledger.session() as session:
        town = Town(session)
        for day in (date(2010, 1, 1), date(2025, 6, 30), date(2025, 7, 1)):
            town.entry("H41.30", resolved_on=day)
        town.entry("H41.10", resolved_on=date(2025, 7, 1))
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        names = {unit.id: unit.name for unit in session.scalars(select(AdministrativeUnit))}
        stock = {
            (one.agency_code, names.get(one.unit_id) if one.unit_id else None): one.tally.records
            for one in kept_tallies(session)
            if one.year == IN_FORCE
        }
    assert stock == {("H41.30", "Phường Cũ"): 2, ("H41.30", "Phường Mới"): 1, ("H41.10", None): 1}


def test_nothing_is_counted_anew_where_nothing_was_touched(ledger: Ledger) -> None:
    with ledger.session() as session:
        Town(session).entry("H41.30", resolved_on=TODAY)
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        kept = session.scalars(select(EntryStanding)).one()
        kept.documents = 99
        session.flush()
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        assert session.scalar(select(EntryStanding.documents)) == 99
        forget(session)
        assert not is_current(session, TODAY)
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        session.expire_all()
        assert session.scalar(select(EntryStanding.documents)) == 0
        assert session.scalar(select(func.count()).select_from(TouchedEntry)) == 0


def test_what_another_session_touches_meanwhile_stays_to_be_counted(ledger: Ledger) -> None:
    with ledger.session() as session:
        entry = Town(session).entry("H41.30", resolved_on=TODAY)
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
    with ledger.session() as session:
        session.get_one(RegisterEntry, entry.id).expected_papers = 3
    with ledger.reading() as session:
        assert not is_current(session, TODAY)
    with ledger.session() as session:
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        _ensure_equal(session, TODAY)
