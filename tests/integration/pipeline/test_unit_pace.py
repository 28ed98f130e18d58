"""A unit's pace, from the kept sums, in both views: what it completed lately itself, and what it took over."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from pipeline.agencies import AgencyFacts, keep_agencies
from pipeline.progress.kept import bring_up_to_date
from pipeline.progress.model import Pace
from pipeline.progress.one_unit import OneUnit, one_unit
from pipeline.progress.working_days import load_working_days
from pipeline.targets import Level, Metric, load_targets
from pipeline.units.keeping import keep_units
from pipeline.units.tree import Extent, Succession, Unit, UnitKey, UnitTree
from storage.ledger import Ledger
from storage.ledger.states import Environment
from tests.integration.pipeline.counting_town import NOON, Scan, Town, open_town

TODAY, KNOWN, CHANGE = date(2026, 11, 24), date(2021, 9, 24), date(2026, 7, 1)
LATELY, LONG_AGO = NOON - timedelta(days=10), NOON - timedelta(days=56)
OLD, OTHER, NEW = ("101", KNOWN), ("102", KNOWN), ("100", CHANGE)


def _commune(key: UnitKey, until: date | None) -> Unit:
    return Unit(key[0], f"Xã {key[0]}", Level.COMMUNE, None, key[1], until, "x")


TREE = UnitTree(
    {unit.key: unit for unit in (_commune(OLD, CHANGE), _commune(OTHER, None), _commune(NEW, None))},
    (Succession(OLD, NEW, CHANGE, Extent.WHOLE, takes_records=True, legal_basis="NQ"),),
)
AGENCIES = {"H41.31": "101", "H41.32": "102", "H41.30": "100"}


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        with town.session() as session:
            keep_units(session, TREE)
            keep_agencies(
                session, [AgencyFacts(code, code, Level.COMMUNE, unit_code=unit) for code, unit in AGENCIES.items()]
            )
        yield town


def _rows(town: Town, agency: str, solved: date, done: dict[datetime, int], *, waiting: int) -> None:
    for at, count in done.items():
        for _number in range(count):
            town.record(town.entry(agency, resolved_on=solved), Scan(archived_at=at))
    for _number in range(waiting):
        town.entry(agency, resolved_on=solved)


def _unit(ledger: Ledger, key: UnitKey) -> OneUnit:
    with ledger.session() as session:
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
    with ledger.reading() as session:
        return one_unit(session, key, TODAY, load_targets(), load_working_days())


def _lately(paces: tuple[Pace, ...]) -> dict[Metric, int]:
    return {pace.metric: pace.lately for pace in paces}


def test_a_unit_has_the_pace_of_what_counts_for_it_in_each_view(ledger: Ledger) -> None:
    with ledger.session() as session:
        town = Town(session)
        _rows(town, "H41.31", date(2026, 3, 2), {LATELY: 4, LONG_AGO: 8}, waiting=30)
        _rows(town, "H41.31", date(2025, 3, 2), {LATELY: 2}, waiting=0)
        _rows(town, "H41.30", date(2026, 9, 2), {LATELY: 3}, waiting=20)
        _rows(town, "H41.32", date(2026, 3, 2), {NOON: 1}, waiting=0)
    one = _unit(ledger, NEW)
    assert _lately(one.as_issued.paces) == {Metric.FLOW: 3, Metric.STOCK: 3}
    assert _lately(one.current.paces) == {Metric.FLOW: 7, Metric.STOCK: 9}
    flow = next(pace for pace in one.current.paces if pace.metric is Metric.FLOW)
    assert flow.missing > 0
    assert flow.needed_per_day is not None
    assert flow.projected_on is not None
    assert flow.projected_on > TODAY
    assert _unit(ledger, OLD).as_issued.paces == ()
    assert _lately(_unit(ledger, OTHER).current.paces) == {Metric.FLOW: 1, Metric.STOCK: 1}


def test_a_unit_that_completes_nothing_reaches_its_target_never_at_this_pace(ledger: Ledger) -> None:
    with ledger.session() as session:
        _rows(Town(session), "H41.30", date(2026, 9, 2), {LONG_AGO: 1}, waiting=20)
    flow = _unit(ledger, NEW).current.paces[0]
    assert (flow.lately, flow.projected_on) == (0, None)


def test_what_was_completed_follows_an_agency_to_another_unit(ledger: Ledger) -> None:
    with ledger.session() as session:
        _rows(Town(session), "H41.30", date(2026, 9, 2), {LATELY: 3}, waiting=1)
    assert _lately(_unit(ledger, NEW).current.paces)[Metric.FLOW] == 3
    with ledger.session() as session:
        keep_agencies(session, [AgencyFacts("H41.30", "H41.30", Level.COMMUNE, unit_code="102")])
    assert _lately(_unit(ledger, OTHER).current.paces)[Metric.FLOW] == 3
    assert _unit(ledger, NEW).current.paces == ()
