"""Counting: what makes a record digitized, which denominator it stands in, on which day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from config.errors import ChainBrokenError, LedgerError
from pipeline.agencies import AgencyFacts, keep_agencies
from pipeline.progress import Progress, check_snapshot, count_progress, progress_to_json, take_snapshot
from pipeline.progress.there import day_end
from pipeline.targets import Level
from storage.ledger import Ledger, migrate, open_ledger
from storage.ledger.events import check_chain
from storage.ledger.models import Document, ProgressSnapshot
from storage.ledger.states import DocumentState, Environment, Role
from tests.integration.pipeline.counting_town import NOON, Scan, Town, noon, open_town

TODAY = date(2026, 11, 24)
THIS_YEAR = date(2026, 3, 1)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        yield town


def _count(ledger: Ledger, as_of: date = TODAY) -> Progress:
    with ledger.reading() as session:
        return count_progress(session, as_of, noon)


def _level(progress: Progress, level: Level) -> tuple[int, int, int, int]:
    found = next(one for one in progress.levels if one.level is level)
    return (
        found.stock.tally.records,
        found.stock.tally.digitized,
        found.flow.tally.records,
        found.flow.tally.digitized,
    )


def test_shares_stand_beside_the_years_target_by_level_and_agency(ledger: Ledger) -> None:
    with ledger.session() as session:
        town = Town(session)
        town.record(town.entry("H41.10", resolved_on=THIS_YEAR), Scan())
        town.record(town.entry("H41.10", resolved_on=date(2025, 3, 1)), Scan())
        town.entry("H41.10", resolved_on=THIS_YEAR)
        town.record(town.entry("H41.30", resolved_on=THIS_YEAR), Scan())
        town.entry("H41.20", resolved_on=date(2024, 3, 1))
    progress = _count(ledger)
    assert _level(progress, Level.PROVINCE) == (3, 2, 2, 1)
    assert _level(progress, Level.COMMUNE) == (1, 1, 1, 1)
    assert _level(progress, Level.DISTRICT) == (1, 0, 0, 0)
    province, district, commune = progress.levels
    assert (province.flow.tally.share, province.flow.gap) == (Decimal("50.00"), Decimal("-50.00"))
    assert (province.stock.tally.share, province.stock.gap) == (Decimal("66.66"), Decimal("16.66"))
    assert commune.flow.gap == Decimal("0.00")
    assert district.ended_on == date(2025, 6, 30)
    assert (district.flow.target, district.flow.tally.share) == (None, None)
    assert [(one.year, one.measure.tally.records) for one in district.years] == [
        (2022, 0),
        (2023, 0),
        (2024, 1),
        (2025, 0),
        (2026, 0),
    ]
    assert [(one.code, one.name, one.flow.tally.digitized) for one in progress.agencies] == [
        ("H41.10", "Sở Mẫu", 1),
        ("H41.20", "Huyện Mẫu", 0),
        ("H41.30", "Xã Mẫu", 1),
    ]
    assert progress.is_test


@pytest.mark.parametrize(
    ("scans", "expected"),
    [
        pytest.param((Scan(), Scan(), Scan(role=Role.PAPER)), (1, 1, 1), id="all there"),
        pytest.param((Scan(), Scan()), (0, 0, 0), id="paper lacks"),
        pytest.param((Scan(), Scan(role=Role.PAPER), Scan(role=Role.PAPER)), (0, 0, 0), id="papers are no results"),
        pytest.param((Scan(), Scan(check_ok=False), Scan(role=Role.PAPER)), (0, 1, 0), id="read back badly"),
        pytest.param((Scan(), Scan(verdict=None), Scan(role=Role.PAPER)), (0, 0, 1), id="unsigned"),
        pytest.param((Scan(), Scan(verdict="invalid"), Scan(role=Role.PAPER)), (0, 0, 1), id="broken signature"),
        pytest.param((Scan(), Scan(is_trusted=False), Scan(role=Role.PAPER)), (0, 0, 1), id="untrusted"),
        pytest.param(
            (Scan(), Scan(verdict="indeterminate"), Scan(role=Role.PAPER)),
            (1, 1, 1),
            id="trusted test key in a test ledger",
        ),
        pytest.param(
            (Scan(), Scan(signed_by="foreign", is_test=False), Scan(role=Role.PAPER)), (1, 1, 1), id="trusted foreign"
        ),
        pytest.param(
            (Scan(), Scan(signed_by="foreign", verdict="indeterminate"), Scan(role=Role.PAPER)),
            (0, 0, 1),
            id="foreign of unknown standing",
        ),
        pytest.param((Scan(), Scan(signed_by="operator"), Scan(role=Role.PAPER)), (0, 0, 1), id="operator's alone"),
        pytest.param(
            (Scan(), Scan(state=DocumentState.SEALED, archived_at=None), Scan(role=Role.PAPER)),
            (0, 1, 0),
            id="not stored",
        ),
        pytest.param(
            (Scan(), Scan(state=DocumentState.WAITING_TRUST), Scan(role=Role.PAPER)), (0, 1, 0), id="waits for trust"
        ),
        pytest.param(
            (Scan(), Scan(state=DocumentState.DUPLICATE), Scan(role=Role.PAPER)),
            (0, 0, 0),
            id="a duplicate is no second",
        ),
    ],
)
def test_digitized_means_all_expected_documents_signed_stored_and_readable(
    small: Ledger, scans: tuple[Scan, ...], expected: tuple[int, int, int]
) -> None:
    with small.session() as session:
        town = Town(session)
        town.record(town.entry("H41.10", resolved_on=THIS_YEAR, results=2, papers=1), *scans)
    tally = _count(small).levels[0].flow.tally
    assert (tally.digitized, tally.signed, tally.stored) == expected


def test_papers_and_results_are_counted_apart_and_never_above_what_is_expected(small: Ledger) -> None:
    with small.session() as session:
        town = Town(session)
        entry = town.entry("H41.10", resolved_on=THIS_YEAR, results=1, papers=3)
        town.record(entry, Scan(), Scan(), Scan(role=Role.PAPER))
        town.entry("H41.10", resolved_on=THIS_YEAR, results=1, papers=2)
    tally = _count(small).levels[0].flow.tally
    assert (tally.results_expected, tally.results_digitized) == (2, 1)
    assert (tally.papers_expected, tally.papers_digitized) == (5, 1)
    assert (tally.results_share, tally.papers_share) == (Decimal("50.00"), Decimal("20.00"))
    assert tally.unscanned == 1


def test_test_signatures_count_for_nothing_in_production(tmp_path: Path) -> None:
    with open_town(f"sqlite:///{tmp_path}/l.sqlite3", Environment.PRODUCTION) as ledger:
        with ledger.session() as session:
            town = Town(session)
            town.record(town.entry("H41.10", resolved_on=THIS_YEAR), Scan())
            town.record(town.entry("H41.10", resolved_on=THIS_YEAR), Scan(is_test=False))
        progress = _count(ledger)
    assert not progress.is_test
    assert _level(progress, Level.PROVINCE)[2:] == (2, 1)


def test_a_newer_version_that_is_not_archived_takes_the_record_out(small: Ledger) -> None:
    with small.session() as session:
        town = Town(session)
        town.record(town.entry("H41.10", resolved_on=THIS_YEAR), Scan(archived_at=NOON - timedelta(days=9)))
        document = session.scalars(select(Document)).one()
        town.version(document, 2, Scan(archived_at=None, verdict=None), NOON - timedelta(days=1))
        document.current_version, document.state = 2, DocumentState.IN_WORK
    assert _level(_count(small), Level.PROVINCE)[3] == 0
    assert _level(_count(small, TODAY - timedelta(days=3)), Level.PROVINCE)[3] == 1


def test_a_newer_version_that_was_refused_leaves_the_archived_one_counted(small: Ledger) -> None:
    with small.session() as session:
        town = Town(session)
        town.record(town.entry("H41.10", resolved_on=THIS_YEAR), Scan(archived_at=NOON - timedelta(days=9)))
        document = session.scalars(select(Document)).one()
        town.version(document, 2, Scan(archived_at=None, verdict=None), NOON - timedelta(days=1))
    assert _level(_count(small), Level.PROVINCE)[3] == 1


def test_a_day_ends_at_midnight_in_vietnam(small: Ledger) -> None:
    just_before = day_end(date(2026, 5, 31)) - timedelta(seconds=1)
    assert just_before.astimezone(UTC) == datetime(2026, 5, 31, 16, 59, 59, tzinfo=UTC)
    with small.session() as session:
        town = Town(session)
        town.record(town.entry("H41.10", resolved_on=THIS_YEAR), Scan(archived_at=just_before))
        town.record(town.entry("H41.10", resolved_on=THIS_YEAR), Scan(archived_at=just_before + timedelta(seconds=1)))
    assert _level(_count(small, date(2026, 5, 31)), Level.PROVINCE)[3] == 1
    assert _level(_count(small, date(2026, 6, 1)), Level.PROVINCE)[3] == 2


def test_stock_is_what_is_in_force_and_flow_what_was_solved_by_the_day(small: Ledger) -> None:
    with small.session() as session:
        town = Town(session)
        town.entry("H41.10", resolved_on=None)
        town.entry("H41.10", resolved_on=THIS_YEAR, until=date(2026, 6, 30))
        town.entry("H41.10", resolved_on=THIS_YEAR, results=0, papers=2)
    assert _level(_count(small, date(2026, 6, 30)), Level.PROVINCE) == (2, 0, 2, 0)
    assert _level(_count(small, date(2026, 7, 1)), Level.PROVINCE) == (1, 0, 2, 0)
    assert _level(_count(small, date(2026, 2, 28)), Level.PROVINCE) == (1, 0, 0, 0)


def test_a_row_counts_until_the_day_it_is_withdrawn(small: Ledger) -> None:
    with small.session() as session:
        entry = Town(session).entry("H41.10", resolved_on=THIS_YEAR)
        entry.withdrawn_at, entry.withdrawn_by, entry.withdrawn_reason = NOON, "cli:test", "x"
    assert _level(_count(small), Level.PROVINCE) == (0, 0, 0, 0)
    assert _level(_count(small, TODAY - timedelta(days=1)), Level.PROVINCE) == (1, 0, 1, 0)


def test_a_record_without_a_register_row_is_listed_and_in_no_denominator(small: Ledger) -> None:
    with small.session() as session:
        record = Town(session).record(None, Scan())
        code = record.code
    progress = _count(small)
    assert _level(progress, Level.PROVINCE) == (0, 0, 0, 0)
    assert ([one.record_code for one in progress.unregistered], progress.unregistered_total) == ([code], 1)


def test_an_agency_of_unknown_level_is_counted_under_no_level_and_shown(small: Ledger) -> None:
    with small.session() as session:
        Town(session).entry("H41.99", resolved_on=THIS_YEAR)
    unknown = _count(small).levels[-1]
    assert (unknown.level, unknown.flow.tally.records, unknown.flow.target) == (None, 1, None)


def test_a_report_stands_in_the_name_of_the_body_above_all_that_it_counts(small: Ledger) -> None:
    invented = (
        AgencyFacts("H41", "Tỉnh có thật", Level.PROVINCE),
        AgencyFacts("H41.90", "Tỉnh Mẫu An", Level.PROVINCE),
        AgencyFacts("H41.91", "Sở Mẫu An", Level.PROVINCE, parent="H41.90"),
        AgencyFacts("H41.92", "Xã Mẫu An", Level.COMMUNE, parent="H41.91"),
    )
    with small.session() as session:
        keep_agencies(session, invented)
        for code in ("H41.91", "H41.92"):
            Town(session).entry(code, resolved_on=THIS_YEAR)
    assert _count(small).organisation == "Tỉnh Mẫu An"
    # Agencies whose parent nobody entered belong together by their codes.
    with small.session() as session:
        Town(session).entry("H41.10", resolved_on=THIS_YEAR)
    assert _count(small).organisation == "Tỉnh có thật"


def test_a_report_of_bodies_that_nothing_joins_bears_no_ones_name(small: Ledger) -> None:
    with small.session() as session:
        for code in ("H41.10", "H42.10"):
            Town(session).entry(code, resolved_on=THIS_YEAR)
    assert _count(small).organisation == ""


def test_what_waits_and_what_was_refused_is_listed_with_its_reason(small: Ledger) -> None:
    with small.session() as session:
        town = Town(session)
        town.record(
            town.entry("H41.30", resolved_on=THIS_YEAR),
            Scan(),
            Scan(state=DocumentState.REFUSED, archived_at=None, verdict=None, reason_code="file_empty"),
        )
    progress = _count(small)
    assert [(one.state, one.reason_code) for one in progress.attention] == [("refused", "file_empty")]
    assert [(one.state, one.documents, one.by_level) for one in progress.queue] == [
        (DocumentState.ARCHIVED, 1, {"commune": 1}),
        (DocumentState.REFUSED, 1, {"commune": 1}),
    ]


def test_a_snapshot_is_frozen_and_in_the_event_log(ledger: Ledger) -> None:
    with ledger.session() as session:
        Town(session).entry("H41.10", resolved_on=THIS_YEAR)
    progress = _count(ledger)
    with ledger.session() as session:
        taken = take_snapshot(session, progress, "cli:test", noon)
    with ledger.reading() as session:
        kept = session.get_one(ProgressSnapshot, taken.id)
        check_snapshot(kept)
        check_chain(session)
        assert kept.figures == progress_to_json(progress)
        kept.figures = {**kept.figures, "as_of": "2026-01-01"}
        with pytest.raises(ChainBrokenError):
            check_snapshot(kept)
    with pytest.raises((LedgerError, SQLAlchemyError)), ledger.session() as session:
        session.get_one(ProgressSnapshot, taken.id).actor = "cli:other"


def test_a_ledger_that_does_not_say_what_it_is_is_not_counted(tmp_path: Path) -> None:
    unborn = open_ledger(f"sqlite:///{tmp_path}/l.sqlite3")
    migrate(unborn)
    with pytest.raises(LedgerError), unborn.reading() as session:
        count_progress(session, TODAY, noon)
    unborn.close()
