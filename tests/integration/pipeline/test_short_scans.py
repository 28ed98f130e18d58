"""Scans that are shorter than the register states, and scans it does not know: found, listed, gone once mended."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.findings import SCAN_SHORT
from pipeline.progress import count_progress
from pipeline.progress.kept import bring_up_to_date
from pipeline.progress.lists import Done, Selection, count_entries, every_entry
from pipeline.progress.model import UNKNOWN_LEVEL
from pipeline.progress.unregistered import count_unregistered, every_unregistered
from pipeline.register import reinstate, withdraw
from pipeline.reports.list_files import OUTSIDE_HEADER, write_outside
from storage.ledger import Ledger
from storage.ledger.models import Document, RegisterEntry
from storage.ledger.states import DocumentState, Environment, Role
from tests.integration.pipeline.counting_town import NOON, Scan, Town, noon, open_town

TODAY = date(2026, 11, 24)
SHORT = Selection(TODAY, is_every=True, done=Done.SHORT)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        yield town


def _short(ledger: Ledger) -> dict[str, tuple[int | None, int]]:
    """Give the rows listed as short with pages stated and scanned, after seeing that the finding counts just these."""
    with ledger.session() as session:
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        found = {one.record_code: (one.pages_expected, one.pages) for one in every_entry(session, SHORT)}
        counted = [one.documents for one in count_progress(session, TODAY, noon).findings if one.code == SCAN_SHORT]
        assert counted == ([len(found)] if found else [])
        assert count_entries(session, SHORT) == len(found)
    return found


def _fill(ledger: Ledger, pages: int | None, *scans: Scan, results: int = 1, papers: int = 0) -> str:
    with ledger.session() as session:
        entry = Town(session).entry("H41.30", resolved_on=TODAY, pages=pages, results=results, papers=papers)
        if scans:
            Town(session, iter(range(50, 99))).record(entry, *scans)
        return entry.record_code


def test_a_scan_with_fewer_pages_than_stated_is_listed(ledger: Ledger) -> None:
    code = _fill(ledger, 12, Scan(pages=10))
    assert _short(ledger) == {code: (12, 10)}


@pytest.mark.parametrize(
    ("pages", "scans"),
    [
        pytest.param(None, (Scan(pages=1),), id="no pages stated"),
        pytest.param(3, (Scan(pages=2), Scan(pages=1, role=Role.PAPER)), id="pages of all documents together"),
        pytest.param(3, (Scan(pages=7),), id="more than stated"),
        pytest.param(3, (), id="nothing scanned yet"),
    ],
)
def test_a_scan_that_is_long_enough_or_none_is_not_listed(
    ledger: Ledger, pages: int | None, scans: tuple[Scan, ...]
) -> None:
    _fill(ledger, pages, *scans)
    assert _short(ledger) == {}


def test_fewer_documents_than_stated_are_listed_each_kind_for_itself(ledger: Ledger) -> None:
    code = _fill(ledger, None, Scan(), Scan(), results=1, papers=1)
    assert _short(ledger).keys() == {code}


def test_pages_of_a_refused_document_are_not_there(ledger: Ledger) -> None:
    code = _fill(ledger, 2, Scan(pages=1), Scan(pages=1, state=DocumentState.REFUSED, archived_at=None, verdict=None))
    assert _short(ledger) == {code: (2, 1)}


def _rescan(entry: RegisterEntry, document: Document) -> None:
    document.page_count = 12


def _correct(entry: RegisterEntry, document: Document) -> None:
    entry.expected_pages = 10


@pytest.mark.parametrize("mend", [_rescan, _correct], ids=["scanned again", "register corrected"])
def test_what_is_mended_is_found_no_more(ledger: Ledger, mend: Callable[[RegisterEntry, Document], None]) -> None:
    _fill(ledger, 12, Scan(pages=10))
    assert _short(ledger)
    with ledger.session() as session:
        mend(session.scalars(select(RegisterEntry)).one(), session.scalars(select(Document)).one())
    assert _short(ledger) == {}


def test_a_short_scan_is_digitized_where_all_documents_are(ledger: Ledger) -> None:
    _fill(ledger, 12, Scan(pages=10))
    with ledger.session() as session:
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        assert [one.is_digitized for one in every_entry(session, SHORT)] == [True]


def test_a_withdrawn_row_is_not_short_and_its_scan_is_one_that_no_register_counts(ledger: Ledger) -> None:
    code = _fill(ledger, 12, Scan(pages=10))
    with ledger.session() as session:
        withdraw(session, code, "Nhập nhầm", "cli:lan", noon)
    assert _short(ledger) == {}
    with ledger.reading() as session:
        assert [(one.record_code, one.is_withdrawn) for one in every_unregistered(session)] == [(code, True)]
    with ledger.session() as session:
        reinstate(session, code, "Đã tìm thấy", "cli:lan", noon)
        assert count_unregistered(session) == 0


def test_every_scan_that_no_register_knows_is_listed_with_what_came_in(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.session() as session:
        town = Town(session)
        for _ in range(3):
            town.record(None, Scan(pages=2), Scan(pages=3), agency="H41.30")
        town.record(None, Scan(state=DocumentState.SUPERSEDED), agency="H41.30")
        town.record(town.entry("H41.30", resolved_on=TODAY), Scan())
        town.record(None, Scan(), agency="H41.10")
    with ledger.reading() as session:
        found = list(every_unregistered(session, "H41.30"))
        assert [(one.documents, one.pages) for one in found] == [(2, 5)] * 3
        assert count_unregistered(session, "H41.30") == 3
        assert count_unregistered(session) == write_outside(every_unregistered(session), tmp_path / "x.csv") == 4
        assert count_progress(session, TODAY, noon).unregistered_total == 4
    rows = list(csv.reader((tmp_path / "x.csv").open(encoding="utf-8-sig"), delimiter=";"))
    assert len(rows[0]) == len(OUTSIDE_HEADER)


def test_rows_that_are_short_are_listed_apart_by_year_level_and_agency(ledger: Ledger) -> None:
    code = _fill(ledger, 12, Scan(pages=10))
    with ledger.session() as session:
        bring_up_to_date(session, TODAY, NOON, Environment.TEST)
        for chosen, codes in (
            (replace(SHORT, is_every=False, year=TODAY.year), [code]),
            (replace(SHORT, is_every=False, year=TODAY.year - 1), []),
            (replace(SHORT, agency="H41.30"), [code]),
            (replace(SHORT, agency="H41.10"), []),
            (replace(SHORT, level=UNKNOWN_LEVEL), []),
        ):
            assert [one.record_code for one in every_entry(session, chosen)] == codes
            assert count_entries(session, chosen) == len(codes)
