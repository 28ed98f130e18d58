"""Which unit a register row was issued by: the query says the same as the tree, on either database, at every edge."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.agencies import AgencyFacts, keep_agencies
from pipeline.progress.counting import count_progress
from pipeline.progress.kept import bring_up_to_date
from pipeline.progress.model import Tally
from pipeline.targets import Level
from pipeline.units.keeping import keep_units, kept_tree
from pipeline.units.tree import Extent, Succession, Unit, UnitKey, UnitTree
from storage.ledger import Ledger
from storage.ledger.models import EntryStanding, RegisterEntry, RegisterImport
from storage.ledger.states import Environment
from tests.integration.pipeline.counting_town import NOON, Town, noon, open_town

TODAY, DAY = date(2026, 11, 24), timedelta(days=1)
KNOWN, SPLIT, MERGED, TWO_LEVELS = date(2021, 9, 24), date(2023, 3, 1), date(2024, 12, 1), date(2025, 7, 1)


def _commune(code: str, since: date, until: date | None) -> Unit:
    return Unit(code, f"Xã {code} {since}", Level.COMMUNE, None, since, until, "x")


UNITS = (
    _commune("100", KNOWN, SPLIT),
    _commune("100", SPLIT, MERGED),
    _commune("101", SPLIT, MERGED),
    # The code lay fallow for seven months before it was given to another commune.
    _commune("100", TWO_LEVELS, None),
    _commune("102", MERGED, TWO_LEVELS),
    Unit("40", "Tỉnh", Level.PROVINCE, None, KNOWN, None, "x"),
    Unit("412", "Huyện", Level.DISTRICT, ("40", KNOWN), KNOWN, TWO_LEVELS, "x"),
)


def _step(old: UnitKey, new: UnitKey, day: date, extent: Extent, *, heir: bool) -> Succession:
    return Succession(old, new, day, extent, heir, "NQ")


STEPS = (
    _step(("100", KNOWN), ("100", SPLIT), SPLIT, Extent.PART, heir=True),
    _step(("100", KNOWN), ("101", SPLIT), SPLIT, Extent.PART, heir=False),
    _step(("100", SPLIT), ("102", MERGED), MERGED, Extent.WHOLE, heir=True),
    _step(("101", SPLIT), ("102", MERGED), MERGED, Extent.WHOLE, heir=True),
    _step(("102", MERGED), ("100", TWO_LEVELS), TWO_LEVELS, Extent.WHOLE, heir=True),
    _step(("412", KNOWN), ("40", KNOWN), TWO_LEVELS, Extent.WHOLE, heir=True),
)
TREE = UnitTree({unit.key: unit for unit in UNITS}, STEPS)
AGENCIES = {"H41.30": "100", "H41.31": "101", "H41.32": "102", "H41.20": "412", "H41.10": None, "H41.33": "999"}
DAYS = sorted(
    {day + shift for day in (KNOWN, SPLIT, MERGED, TWO_LEVELS) for shift in (-DAY, 0 * DAY, DAY)}
    | {date(2010, 1, 1), TODAY}
)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        with town.session() as session:
            keep_units(session, TREE)
            keep_agencies(
                session, [AgencyFacts(code, code, Level.COMMUNE, unit_code=unit) for code, unit in AGENCIES.items()]
            )
        yield town


def _issuers(session: Session) -> dict[str, UnitKey | None]:
    """Give the unit of each row's standing, by the row's code."""
    _tree, keys = kept_tree(session)
    rows = session.execute(
        select(RegisterEntry.record_code, EntryStanding.unit_id).join(
            EntryStanding, EntryStanding.entry_id == RegisterEntry.id
        )
    )
    return {code: keys[unit_id] if unit_id else None for code, unit_id in rows}


def test_the_query_finds_the_bearer_of_the_code_that_the_tree_finds(ledger: Ledger) -> None:
    with ledger.session() as session:
        town = Town(session)
        wanted = {}
        for code, unit_code in AGENCIES.items():
            for day in DAYS:
                row = town.entry(code, resolved_on=day)
                found = TREE.find(unit_code, day) if unit_code else None
                wanted[row.record_code] = found.key if found else None
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        assert _issuers(session) == wanted
    assert None in wanted.values()


def _imported(session: Session, town: Town, at: datetime) -> RegisterEntry:
    """Give a row without any day, of an import at an instant."""
    counts = dict.fromkeys(("rows", "added", "changed", "unchanged", "missing", "refused"), 0)
    version = RegisterImport(sha256="0" * 64, scope="", imported_at=at, actor="cli:test", **counts)
    session.add(version)
    session.flush()
    town.import_id = version.id
    return town.entry("H41.30", resolved_on=None)


def test_a_row_without_any_day_belongs_to_the_unit_of_its_import_and_days_begin_in_vietnam(ledger: Ledger) -> None:
    midnight = datetime(2025, 6, 30, 17, 0, tzinfo=UTC)
    with ledger.session() as session:
        town = Town(session)
        before = _imported(session, town, midnight - timedelta(microseconds=1)).record_code
        after = _imported(session, town, midnight).record_code
        in_utc = _imported(session, town, midnight + timedelta(hours=7)).record_code
        split = _imported(session, town, datetime(2023, 2, 28, 17, 30, tzinfo=UTC)).record_code
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        assert _issuers(session) == {
            before: None,
            after: ("100", TWO_LEVELS),
            in_utc: ("100", TWO_LEVELS),
            split: ("100", SPLIT),
        }


@pytest.mark.parametrize("as_of", [day for day in DAYS if day >= KNOWN], ids=str)
def test_both_views_have_the_totals_of_all_rows_on_any_day(ledger: Ledger, as_of: date) -> None:
    with ledger.session() as session:
        town = Town(session)
        for code in AGENCIES:
            for day in DAYS:
                town.entry(code, resolved_on=day)
    with ledger.reading() as session:
        progress = count_progress(session, as_of, noon)
    views = progress.units
    for name, rest in (("stock", views.no_unit), ("flow", views.no_unit_solved)):
        all_rows = sum((getattr(level, name).tally for level in progress.levels), start=Tally())
        for view in (views.as_issued, views.current):
            assert sum((getattr(one, name).tally for one in view), start=Tally()) + rest == all_rows
    units = [TREE.units[one.code, one.valid_from] for one in views.current]
    # A code of which nobody knows an earlier bearer stands for its first one, even before that began.
    assert all(unit.stands_on(max(as_of, unit.valid_from)) for unit in units)
