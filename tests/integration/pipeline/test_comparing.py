"""Two snapshots beside each other: what differs, and why as far as the ledger knows."""

from datetime import date, datetime, timedelta

import pytest

from pipeline.progress import count_progress, take_snapshot
from pipeline.progress.comparing import Comparison, compare
from pipeline.progress.kept_snapshots import SnapshotNotFoundError, find_snapshot, list_snapshots, read_snapshot
from pipeline.reports.comparison_tables import comparison_tables
from pipeline.targets import Metric
from storage.ledger import Ledger
from storage.ledger.models import RegisterEntry, RegisterImport
from tests.integration.pipeline.counting_town import NOON, Scan, Town

FIRST, SECOND = date(2026, 11, 24), date(2026, 11, 26)
LATER = NOON + timedelta(days=2)


def _freeze(ledger: Ledger, day: date, at: datetime) -> None:
    with ledger.session() as session:
        take_snapshot(session, count_progress(session, day, lambda: at), "lan", lambda: at)


def _compare(ledger: Ledger) -> Comparison:
    with ledger.reading() as session:
        before, now = (read_snapshot(session, find_snapshot(session, day)) for day in (FIRST, SECOND))
        return compare(session, before, now)


def test_what_differs_is_told_with_what_happened_meanwhile(small: Ledger) -> None:
    with small.session() as session:
        town = Town(session)
        town.record(town.entry("H41.10", resolved_on=date(2026, 3, 1)), Scan())
        gone = town.entry("H41.20", resolved_on=date(2024, 3, 1)).id
    _freeze(small, FIRST, NOON + timedelta(minutes=1))
    with small.session() as session:
        counts = dict.fromkeys(("rows", "added", "changed", "unchanged", "missing", "refused"), 0)
        version = RegisterImport(sha256="a" * 64, scope="", imported_at=LATER, actor="lan", **counts)
        session.add(version)
        session.flush()
        town = Town(session, iter(range(500, 600)), version.id)
        town.record(town.entry("H41.10", resolved_on=date(2026, 4, 1)), Scan(archived_at=LATER))
        session.get_one(RegisterEntry, gone).withdrawn_at = LATER
    _freeze(small, SECOND, LATER + timedelta(minutes=1))
    found = _compare(small)
    assert {
        (one.kind, one.code, one.metric): (one.before.tally.records, one.now.tally.records) for one in found.changed
    } == {
        ("level", "province", Metric.STOCK): (1, 2),
        ("level", "province", Metric.FLOW): (1, 2),
        ("level", "district", Metric.STOCK): (1, 0),
        ("agency", "H41.10", Metric.STOCK): (1, 2),
        ("agency", "H41.10", Metric.FLOW): (1, 2),
        ("agency", "H41.20", Metric.STOCK): (1, 0),
    }
    happened = {one.agency_code: (one.archived, one.added, one.withdrawn) for one in found.happened}
    assert happened == {"H41.10": (1, 1, 0), "H41.20": (0, 0, 1)}
    assert found.imports == ("a" * 64,)
    assert found.versions == ()
    assert len(list(comparison_tables(found))) >= 4


def test_two_snapshots_of_the_same_differ_in_nothing(small: Ledger) -> None:
    _freeze(small, FIRST, NOON)
    _freeze(small, SECOND, LATER)
    found = _compare(small)
    assert (found.changed, found.happened, found.imports) == ((), (), ())
    with small.reading() as session:
        assert [row.as_of for row in list_snapshots(session)] == [SECOND, FIRST]


def test_of_several_snapshots_of_a_day_the_last_is_meant(small: Ledger) -> None:
    _freeze(small, FIRST, NOON)
    _freeze(small, FIRST, LATER)
    with small.reading() as session:
        assert find_snapshot(session, FIRST).taken_at == LATER
        with pytest.raises(SnapshotNotFoundError):
            find_snapshot(session, SECOND)
