"""A past day counted again: by what is known now of the things dated up to it, and the report says so."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.figures.importing import import_figures
from pipeline.progress.counting import count_progress
from pipeline.progress.model import Progress
from pipeline.reports.basis_section import basis_section
from pipeline.reports.html_report import render_page
from pipeline.reports.terminal import progress_tables
from pipeline.targets import Level, Metric
from storage.ledger import Ledger
from tests.integration.pipeline.counting_town import NOON, Scan, Town, noon, open_town
from tests.integration.pipeline.registers import import_file, register_file, rows_of

TODAY, JUNE = date(2026, 11, 24), date(2026, 6, 30)
IN_JUNE = datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
HEADER = "Kỳ;Mã cơ quan, đơn vị;Chỉ tiêu;Tử số;Mẫu số;Số phút;Nguồn\n"


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        yield town


def _count(ledger: Ledger, day: date) -> Progress:
    with ledger.reading() as session:
        return count_progress(session, day, noon)


def test_rows_that_came_later_count_for_a_past_day_and_its_basis_names_their_file(
    ledger: Ledger, tmp_path: Path
) -> None:
    imported = import_file(ledger, register_file(tmp_path, *rows_of(1, 2)))
    past = _count(ledger, JUNE)
    commune = next(level for level in past.levels if level.level is Level.COMMUNE)
    assert commune.flow.tally.records == 2
    assert past.versions is not None
    assert [one.sha256 for one in past.versions.register] == [imported.sha256]
    assert past.versions.register_imports == 1


def test_what_was_archived_after_the_day_is_not_there_on_it(ledger: Ledger) -> None:
    with ledger.session() as session:
        town = Town(session)
        for at in (IN_JUNE, NOON):
            town.record(town.entry("H41.30", resolved_on=date(2026, 3, 5)), Scan(archived_at=at))
    commune = next(level for level in _count(ledger, JUNE).levels if level.level is Level.COMMUNE)
    assert (commune.flow.tally.records, commune.flow.tally.digitized) == (2, 1)


@pytest.mark.parametrize(
    ("period", "supplied_at", "counts"),
    [
        ("2026-Q2", NOON, True),
        ("2026-06", NOON, True),
        ("2026-Q3", NOON, False),
        ("2026", NOON, False),
        ("2026", IN_JUNE, True),
    ],
)
def test_supplied_figures_count_when_their_period_had_ended_or_they_were_there(
    ledger: Ledger, tmp_path: Path, period: str, supplied_at: datetime, counts: bool
) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(f"{HEADER}{period};H41.10;online;50;100;;BC 01/BC\n", "utf-8")
    with ledger.session() as session:
        assert import_figures(session, path, "lan", lambda: supplied_at).added == 1
    found = {(one.metric, one.level): one.numerator for one in _count(ledger, JUNE).supplied}
    assert found[Metric.ONLINE, Level.PROVINCE] == (50 if counts else None)
    assert {(one.metric, one.level): one.numerator for one in _count(ledger, TODAY).supplied}[
        Metric.ONLINE, Level.PROVINCE
    ] == 50


@pytest.mark.usefixtures("english")
def test_every_form_of_a_past_days_report_says_what_it_was_counted_by(ledger: Ledger) -> None:
    said = "Counted again at"
    for day, is_said in ((JUNE, True), (TODAY, False)):
        progress = _count(ledger, day)
        console = Console(width=400, record=True, file=StringIO())
        for table in progress_tables(progress):
            console.print(table)
        assert (said in console.export_text()) is is_said
        assert (said in render_page(progress, "en")) is is_said
        assert (said in str(basis_section(progress).rows)) is is_said
