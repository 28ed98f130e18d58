"""Which single records make two snapshots differ: told from the ledger on both databases, adding up to the sums."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from pipeline.progress import count_progress, take_snapshot
from pipeline.progress.comparing import compare
from pipeline.progress.kept_snapshots import find_snapshot, read_snapshot
from pipeline.progress.model import Progress
from pipeline.progress.record_causes import Cause
from pipeline.progress.record_changes import Place, RecordChange, record_changes
from pipeline.register.withdrawal import reinstate, withdraw
from pipeline.reports.comparison_sections import comparison_sections
from pipeline.reports.csv_report import write_files
from pipeline.reports.xlsx_report import write_sheets
from storage.ledger import Ledger
from storage.ledger.models import RegisterEntry, RegisterEntryHistory, RegisterImport, StoredObject
from tests.integration.pipeline.counting_town import NOON, Scan, Town, open_town

FIRST, SECOND = date(2026, 11, 24), date(2026, 11, 26)
FROZEN, MEANWHILE, AGAIN = (NOON + timedelta(hours=hours) for hours in (1, 25, 49))
OUT, IN, DONE = Place.OUTSIDE, Place.COUNTED, Place.DIGITIZED
SOLVED = date(2026, 3, 1)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        yield town


def _freeze(ledger: Ledger, day: date, at: datetime) -> None:
    with ledger.session() as session:
        take_snapshot(session, count_progress(session, day, lambda: at), "lan", lambda: at)


def _import(session: Session, at: datetime) -> UUID:
    counts = dict.fromkeys(("rows", "added", "changed", "unchanged", "missing", "refused"), 0)
    version = RegisterImport(sha256=f"{at.timestamp():064.0f}", scope="", imported_at=at, actor="lan", **counts)
    session.add(version)
    session.flush()
    return version.id


def _correct(session: Session, entry_id: UUID, **changed: object) -> None:
    """Correct a row by an import, as imports do: its values before are kept."""
    entry = session.get_one(RegisterEntry, entry_id)
    before = {name: getattr(entry, name) for name in ("resolved_on", "issued_on", "in_force_until")}
    kept = {name: value.isoformat() if value else None for name, value in before.items()}
    counts = {"expected_results": entry.expected_results, "expected_papers": entry.expected_papers}
    session.add(
        RegisterEntryHistory(entry_id=entry_id, replaced_by_id=_import(session, MEANWHILE), values=kept | counts)
    )
    for name, value in changed.items():
        setattr(entry, name, value)


def _pair(ledger: Ledger) -> tuple[Progress, Progress]:
    with ledger.reading() as session:
        first, second = (read_snapshot(session, find_snapshot(session, day)) for day in (FIRST, SECOND))
    return first, second


def _changes(ledger: Ledger) -> dict[str, RecordChange]:
    with ledger.reading() as session:
        return {one.record_code: one for one in record_changes(session, *_pair(ledger))}


@pytest.fixture
def town(ledger: Ledger) -> dict[str, str]:
    """Freeze twice, and let one thing happen to each of some records between; give their codes by what happened."""
    codes, ids = {}, {}
    with ledger.session() as session:
        town = Town(session)
        happenings = ("archived", "withdrawn", "reinstated", "corrected", "damaged", "rescanned", "expired", "nothing")
        for name in happenings:
            until = date(2026, 11, 25) if name == "expired" else None
            entry = town.entry("H41.10", resolved_on=SOLVED, until=until)
            codes[name], ids[name] = entry.record_code, entry.id
            if name == "archived":
                town.record(entry, Scan(archived_at=MEANWHILE))
            elif name != "withdrawn":
                town.record(entry, Scan())
        begun = town.entry("H41.10", resolved_on=date(2026, 11, 25))
        codes["begun"] = begun.record_code
        withdraw(session, codes["reinstated"], "nhập nhầm", "lan", lambda: NOON)
    _freeze(ledger, FIRST, FROZEN)
    with ledger.session() as session:
        withdraw(session, codes["withdrawn"], "trùng hồ sơ khác", "minh", lambda: MEANWHILE)
        reinstate(session, codes["reinstated"], "rút nhầm", "minh", lambda: MEANWHILE)
        _correct(session, ids["corrected"], resolved_on=date(2025, 12, 30), expected_results=2)
        _damage(session, ids["damaged"])
        later = Town(session, iter(range(600, 700)), _import(session, MEANWHILE))
        added = later.entry("H41.20", resolved_on=SOLVED)
        codes["added"] = added.record_code
        later.record(added, Scan(archived_at=MEANWHILE))
    _freeze(ledger, SECOND, AGAIN)
    return codes


def _damage(session: Session, entry_id: UUID) -> None:
    found = text(
        "SELECT o.id FROM stored_object o JOIN document_version v ON v.id = o.version_id "
        "JOIN document d ON d.id = v.document_id JOIN record r ON r.id = d.record_id "
        "JOIN register_entry e ON e.id = r.register_entry_id WHERE e.record_code = :code AND o.kind = 'archival'"
    )
    code = session.get_one(RegisterEntry, entry_id).record_code
    held = session.scalars(found, {"code": code}).one()
    stored = session.get_one(StoredObject, held if isinstance(held, UUID) else UUID(held))
    stored.check_ok, stored.checked_at = False, MEANWHILE


def test_each_record_is_named_with_what_it_did_and_why(ledger: Ledger, town: dict[str, str]) -> None:
    found = _changes(ledger)
    told = {
        name: (found[code].stock, found[code].flow, found[code].causes) for name, code in town.items() if code in found
    }
    assert told == {
        "archived": ((IN, DONE), (IN, DONE), (Cause.ARCHIVED,)),
        "withdrawn": ((IN, OUT), (IN, OUT), (Cause.WITHDRAWN,)),
        "reinstated": ((OUT, DONE), (OUT, DONE), (Cause.REINSTATED,)),
        "corrected": ((DONE, IN), (DONE, OUT), (Cause.CORRECTED,)),
        "damaged": ((DONE, IN), (DONE, IN), (Cause.DAMAGED,)),
        "expired": ((DONE, OUT), (DONE, DONE), (Cause.EXPIRED,)),
        "begun": ((OUT, IN), (OUT, IN), (Cause.BEGAN,)),
        "added": ((OUT, DONE), (OUT, DONE), (Cause.ADDED, Cause.ARCHIVED)),
    }
    gone = found[town["withdrawn"]]
    assert (gone.withdrawn_by, gone.withdrawn_reason) == ("minh", "trùng hồ sơ khác")


@pytest.mark.usefixtures("town")
def test_what_the_records_did_adds_up_to_what_the_sums_did(ledger: Ledger) -> None:
    first, second = _pair(ledger)
    changes = list(_changes(ledger).values())
    for measure in ("stock", "flow"):
        tallies = [[getattr(level, measure).tally for level in progress.levels] for progress in (first, second)]
        before, now = ((sum(t.records for t in some), sum(t.digitized for t in some)) for some in tallies)
        pairs = [getattr(one, measure) for one in changes]
        assert sum((new is not OUT) - (old is not OUT) for old, new in pairs) == now[0] - before[0]
        assert sum((new is DONE) - (old is DONE) for old, new in pairs) == now[1] - before[1]


@pytest.mark.usefixtures("town")
def test_the_difference_is_written_whole_as_a_workbook_and_as_csv(ledger: Ledger, tmp_path: Path) -> None:
    first, second = _pair(ledger)
    with ledger.reading() as session:
        found = compare(session, first, second)
        tables = comparison_sections(found, record_changes(session, first, second))
    write_sheets(second, tables, tmp_path / "d.xlsx")
    files = write_files(second, tables, tmp_path / "d.csv")
    assert [file.name for file in files] == ["d.csv", "d-records.csv", "d-meanwhile.csv"]
    book = load_workbook(tmp_path / "d.xlsx", data_only=True)
    assert book["Hồ sơ thay đổi"].max_row == 4 + len(found.records) == 4 + 8
    assert not found.has_more
    assert "trùng hồ sơ khác" in files[1].read_text("utf-8-sig")
    assert [cell.value for cell in book["Số liệu khác nhau"][5]][5] == second.levels[0].stock.tally.records - (
        first.levels[0].stock.tally.records
    )
