"""From a figure down to its records: what a list holds is what the figure counts, page by page."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pipeline.progress import Progress, count_progress
from pipeline.progress.kept import bring_up_to_date
from pipeline.progress.lists import (
    Done,
    Place,
    Selection,
    UnitNotFoundError,
    count_entries,
    every_entry,
    list_entries,
)
from pipeline.progress.model import Tally
from pipeline.reports.list_files import write_list
from pipeline.targets import Level
from pipeline.units.keeping import keep_units
from storage.ledger import Ledger
from storage.ledger.models import Agency
from storage.ledger.states import Environment
from tests.integration.pipeline.counting_town import AGENCIES, NOON, Scan, Town, noon, open_town
from tests.integration.pipeline.test_outlook import TREE

TODAY = date(2026, 11, 24)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        with town.session() as session:
            keep_units(session, TREE)
            session.scalars(select(Agency).where(Agency.code == "H41.30")).one().unit_code = "16681"
            _fill(Town(session), Random(5))
            bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        yield town


def _fill(town: Town, random: Random) -> None:
    for _ in range(60):
        solved = TODAY - timedelta(days=random.randrange(1200))
        until = random.choice((None, TODAY + timedelta(days=random.randrange(-300, 300))))
        entry = town.entry(
            random.choice(AGENCIES).code, resolved_on=solved, results=random.randrange(1, 3), until=until
        )
        if random.random() < 0.7:
            town.record(entry, *[Scan()] * random.randrange(1, 3))


def _count(ledger: Ledger) -> Progress:
    with ledger.reading() as session:
        return count_progress(session, TODAY, noon)


def _lengths(ledger: Ledger, of: Selection) -> tuple[int, int, int]:
    with ledger.reading() as session:
        found = {
            done: len({one.entry_id for one in every_entry(session, _with(of, done), at_once=7)})
            for done in (Done.ALL, Done.DONE, Done.UNDONE, Done.UNSCANNED)
        }
        assert found[Done.ALL] == count_entries(session, of) == found[Done.DONE] + found[Done.UNDONE]
    return found[Done.ALL], found[Done.DONE], found[Done.UNSCANNED]


def _with(of: Selection, done: Done) -> Selection:
    return Selection(of.day, of.year, of.level, of.agency, of.unit, of.is_as_issued, done)


def _figures(tally: Tally) -> tuple[int, int, int]:
    return tally.records, tally.digitized, tally.unscanned


def test_each_figure_leads_to_just_the_rows_it_counts(ledger: Ledger) -> None:
    progress = _count(ledger)
    for level in progress.levels:
        assert level.level is not None
        assert _lengths(ledger, Selection(TODAY, level=level.level)) == _figures(level.stock.tally)
        for one in level.years:
            assert _lengths(ledger, Selection(TODAY, one.year, level.level)) == _figures(one.measure.tally)
    for agency in progress.agencies:
        assert _lengths(ledger, Selection(TODAY, agency=agency.code)) == _figures(agency.stock.tally)
        assert _lengths(ledger, Selection(TODAY, 2026, agency=agency.code)) == _figures(agency.flow.tally)
    for is_as_issued, view in ((True, progress.units.as_issued), (False, progress.units.current)):
        assert view
        for unit in view:
            name = f"{unit.code}@{unit.valid_from}"
            of = Selection(TODAY, unit=name, is_as_issued=is_as_issued)
            assert _lengths(ledger, of) == _figures(unit.stock.tally)


def test_pages_follow_each_other_without_gap_or_double(ledger: Ledger) -> None:
    of = Selection(TODAY, level=Level.COMMUNE)
    with ledger.reading() as session:
        whole = [one.entry_id for one in every_entry(session, of)]
        seen, after = [], None
        while True:
            page = list_entries(session, of, after, limit=3)
            seen += [one.entry_id for one in page.entries]
            if page.next is None:
                break
            after = Place.parse(str(page.next))
    assert seen == whole
    assert len(set(seen)) == len(seen) > 3


def test_a_unit_that_never_stood_is_refused_by_name(ledger: Ledger) -> None:
    with ledger.reading() as session:
        for name in ("99999", "16681@2020-01-01", "16681@x"):
            with pytest.raises(UnitNotFoundError) as caught:
                list_entries(session, Selection(TODAY, unit=name))
            assert caught.value.details["unit"] == name


def test_a_list_is_written_whole_in_both_forms(ledger: Ledger, tmp_path: Path) -> None:
    of = Selection(TODAY, level=Level.COMMUNE)
    with ledger.reading() as session:
        rows = list(every_entry(session, of))
        assert write_list(rows, tmp_path / "l.csv") == write_list(rows, tmp_path / "l.xlsx") == len(rows)
    lines = list(csv.reader((tmp_path / "l.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    sheet = load_workbook(tmp_path / "l.xlsx").worksheets[0]
    assert [line[1] for line in lines[1:]] == [one.record_code for one in rows]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [one.record_code for one in rows]
    assert sheet["C2"].is_date
    assert sheet["E2"].value == rows[0].results
