"""Beside the shares: units in both views, roll-out, pace, weeks, versions of data; and all of it out of a snapshot."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import rfc8785
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from config.errors import ChainBrokenError, LedgerError, SohoaError
from pipeline.audit_decisions import check_snapshots
from pipeline.progress import Progress, check_snapshot, count_progress, progress_to_json, take_snapshot
from pipeline.progress.model import Tally, UnitProgress
from pipeline.progress.reading import Names, names_in, progress_from_json
from pipeline.targets import Level, Metric
from pipeline.units.keeping import keep_units
from pipeline.units.tree import Extent, Hardship, Succession, Unit, UnitTree
from storage.ledger import Ledger
from storage.ledger.models import Agency, ProgressSnapshot
from storage.migrations import rules_v1
from tests.integration.pipeline.counting_town import NOON, Scan, Town, noon, open_town

TODAY = date(2026, 11, 24)
BEGAN, MERGED = date(2021, 9, 24), date(2025, 7, 1)
OLD, NEW, FAR = ("16681", BEGAN), ("16681", MERGED), ("16900", BEGAN)
TREE = UnitTree(
    {
        OLD: Unit("16681", "Phường Cũ", Level.COMMUNE, None, BEGAN, MERGED, "x"),
        NEW: Unit("16681", "Phường Mới", Level.COMMUNE, None, MERGED, None, "x"),
        FAR: Unit("16900", "Xã Xa", Level.COMMUNE, None, BEGAN, None, "x"),
    },
    [Succession(OLD, NEW, MERGED, Extent.WHOLE, True, "NQ")],
    [Hardship("16900", BEGAN, None, "QĐ")],
)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        with town.session() as session:
            keep_units(session, TREE)
            session.scalars(select(Agency).where(Agency.code == "H41.30")).one().unit_code = "16681"
            _fill(Town(session))
        yield town


def _fill(town: Town) -> None:
    """Three records of the commune: of before the merger, and of this year, one of which lacks its scan."""
    town.record(town.entry("H41.30", resolved_on=date(2024, 3, 1)), Scan())
    town.record(
        town.entry("H41.30", resolved_on=date(2026, 3, 1)),
        Scan(archived_at=NOON - timedelta(days=20)),
        Scan(archived_at=NOON - timedelta(days=6)),
    )
    town.entry("H41.30", resolved_on=date(2026, 3, 1))
    town.record(town.entry("H41.10", resolved_on=date(2026, 3, 1)), Scan(archived_at=NOON - timedelta(days=200)))


def _count(ledger: Ledger) -> Progress:
    with ledger.reading() as session:
        return count_progress(session, TODAY, noon)


def _sum(view: tuple[UnitProgress, ...]) -> Tally:
    return sum((one.stock.tally + one.flow.tally for one in view), start=Tally())


def test_both_views_hold_the_same_records_once(ledger: Ledger) -> None:
    views = _count(ledger).units
    assert [(one.code, one.name, one.stock.tally.records) for one in views.as_issued] == [
        ("16681", "Phường Cũ", 1),
        ("16681", "Phường Mới", 2),
    ]
    assert [(one.name, one.stock.tally.records) for one in views.current] == [("Phường Mới", 3)]
    assert _sum(views.as_issued) == _sum(views.current)
    assert views.no_unit.records == 1


def test_hardship_communes_are_taken_out_of_the_roll_out(ledger: Ledger) -> None:
    rollout = {one.level: one for one in _count(ledger).rollout}
    commune, province = rollout[Level.COMMUNE], rollout[Level.PROVINCE]
    assert (commune.units, commune.running, commune.exempt, commune.share) == (1, 1, 1, Decimal("100.00"))
    assert (province.units, province.running) == (1, 1)
    assert Level.DISTRICT not in rollout
    with ledger.session() as session:
        keep_units(session, UnitTree(TREE.units, TREE.successions))
    assert [(one.units, one.exempt) for one in _count(ledger).rollout if one.level is Level.COMMUNE] == [(2, None)]


def test_the_last_document_of_a_record_says_in_which_week_it_was_completed(ledger: Ledger) -> None:
    progress = _count(ledger)
    assert [week.by_level for week in progress.weeks] == [{"commune": 0}] * 7 + [{"commune": 2}]
    assert (progress.weeks[0].first_day, progress.weeks[-1].last_day) == (TODAY - timedelta(days=55), TODAY)
    paces = {(one.level, one.metric): one for one in progress.paces}
    flow = paces[Level.COMMUNE, Metric.FLOW]
    assert (flow.missing, flow.lately) == (1, 1)
    assert [(one.code, one.missing) for one in flow.agencies] == [("H41.30", 1)]
    assert [(one.code, one.valid_from) for one in flow.units] == [NEW]
    assert not any(level is Level.DISTRICT for level, _metric in paces)


def test_figures_name_the_versions_of_their_data(ledger: Ledger) -> None:
    versions = _count(ledger).versions
    assert versions is not None
    assert (versions.register_imports, [one.sha256 for one in versions.register]) == (1, ["0" * 64])
    with ledger.session() as session:
        session.scalars(select(Agency).where(Agency.code == "H41.10")).one().name = "Sở Khác"
    later = _count(ledger).versions
    assert later is not None
    assert later.agencies != versions.agencies
    assert (later.units, later.targets) == (versions.units, versions.targets)


def test_a_snapshot_gives_back_the_progress_it_was_taken_of(ledger: Ledger) -> None:
    progress = _count(ledger)
    with ledger.session() as session:
        kept = take_snapshot(session, progress, "cli:test", noon)
        check_snapshot(kept)
    with ledger.reading() as session:
        kept = session.scalars(select(ProgressSnapshot)).one()
        assert progress_from_json(kept.figures, names_in(session)) == progress
    assert progress_from_json(kept.figures, Names()).agencies[0].name is None


def test_a_snapshot_of_the_first_schema_is_read_too_and_a_later_one_is_refused(ledger: Ledger) -> None:
    progress = _count(ledger)
    figures = progress_to_json(progress)
    later = ("organisation", "supplied", "rollout", "paces", "weeks", "units", "versions")
    first = {name: value for name, value in figures.items() if name not in later} | {"schema": 1}
    read = progress_from_json(first, Names())
    assert (read.levels[0].flow, read.versions, read.paces) == (progress.levels[0].flow, None, ())
    with pytest.raises(LedgerError):
        progress_from_json(figures | {"schema": 3}, Names())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE progress_snapshot SET sha256 = sha256",
        "UPDATE progress_snapshot SET figures = '{}'",
        "DELETE FROM progress_snapshot",
        "TRUNCATE progress_snapshot",
        "REPLACE INTO progress_snapshot SELECT * FROM progress_snapshot",
    ],
)
def test_a_frozen_snapshot_cannot_be_changed(ledger: Ledger, statement: str) -> None:
    with ledger.session() as session:
        take_snapshot(session, _count(ledger), "cli:test", noon)
    with pytest.raises((SohoaError, SQLAlchemyError)), ledger.session() as session:
        session.execute(text(statement))
    with ledger.reading() as session:
        check_snapshot(session.scalars(select(ProgressSnapshot)).one())
        assert not list(check_snapshots(session))


@pytest.mark.parametrize("has_new_hash", [False, True])
def test_a_snapshot_rewritten_by_hand_is_found(ledger: Ledger, has_new_hash: bool) -> None:
    """Who may take the rules out of the database can change a row; its hash or the event log gives it away."""
    with ledger.session() as session:
        take_snapshot(session, _count(ledger), "cli:test", noon)
    other = progress_to_json(_count(ledger)) | {"attention_total": 7}
    with ledger.engine.begin() as connection:
        rules_v1.remove(connection)
    with ledger.session() as session:
        kept = session.scalars(select(ProgressSnapshot)).one()
        kept.figures = other
        if has_new_hash:
            kept.sha256 = _hash_of(other)
    with ledger.session() as session:
        kept = session.scalars(select(ProgressSnapshot)).one()
        if not has_new_hash:
            with pytest.raises(ChainBrokenError):
                check_snapshot(kept)
        assert len(list(check_snapshots(session))) == 1


def _hash_of(figures: dict[str, object]) -> str:
    return hashlib.sha256(rfc8785.dumps(figures)).hexdigest()  # type: ignore[arg-type]
