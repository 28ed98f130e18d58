"""The versions of the register, and how a row came to be: told from what imports and decisions left in the ledger."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.clock import Clock
from config.errors import NotFoundError
from pipeline.register import (
    ImportResult,
    RowHistory,
    Scope,
    import_register,
    reinstate,
    row_histories,
    versions,
    withdraw,
)
from pipeline.register.history import StepKind, ValueChange
from pipeline.register_history_wording import scope_text
from storage.ledger import Ledger
from storage.ledger.models import RegisterEntry, RegisterEntryHistory
from tests.integration.pipeline.counting_town import NOON, open_town
from tests.integration.pipeline.registers import ROW, register_file, rows_of

CODE = "H41.30-260311-0001"


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        yield town


def on(day: int) -> Clock:
    return lambda: NOON + timedelta(days=day)


def imported(ledger: Ledger, path: Path, day: int, scope: Scope | None = None) -> ImportResult:
    with ledger.session() as session:
        return import_register(session, path, f"cli:d{day}", on(day), scope)


def history(ledger: Ledger, code: str = CODE) -> RowHistory:
    with ledger.reading() as session:
        [found] = row_histories(session, code)
        return found


def test_each_file_that_brought_something_is_a_version_newest_first(ledger: Ledger, tmp_path: Path) -> None:
    first = imported(ledger, register_file(tmp_path, *rows_of(1, 2, 3)), 1)
    imported(ledger, register_file(tmp_path, *rows_of(1, 2, 3)), 2)
    second = imported(ledger, register_file(tmp_path, ROW.format(1, 11), *rows_of(3, 4), ROW.format(5, "x" * 5)), 3)
    with ledger.reading() as session:
        newest, oldest = versions(session)
    assert (oldest.id, oldest.actor, oldest.sha256, oldest.scope) == (
        first.import_id,
        "cli:d1",
        first.sha256,
        "H41.30",
    )
    assert (newest.id, newest.imported_at) == (second.import_id, NOON + timedelta(days=3))
    counts = (newest.rows, newest.added, newest.changed, newest.unchanged, newest.missing, newest.refused)
    assert counts == (4, 2, 1, 1, 1, 0)


def test_a_row_tells_which_file_gave_it_and_which_changed_what(ledger: Ledger, tmp_path: Path) -> None:
    results = [
        imported(ledger, register_file(tmp_path, *rows_of(1, 2)), 1),
        imported(ledger, register_file(tmp_path, ROW.format(1, 11), *rows_of(2)), 2),
        imported(ledger, register_file(tmp_path, ROW.format(1, 11), *rows_of(2, 3)), 3),
        imported(ledger, register_file(tmp_path, *rows_of(2, 3), ROW.format(1, 11).replace("05/03", "12/03")), 4),
    ]
    row = history(ledger)
    assert [(step.kind, step.import_id, step.actor) for step in row.steps] == [
        (StepKind.ADDED, results[0].import_id, "cli:d1"),
        (StepKind.CHANGED, results[1].import_id, "cli:d2"),
        (StepKind.CHANGED, results[3].import_id, "cli:d4"),
    ]
    assert ValueChange("procedure_name", None, "Đăng ký khai sinh") in row.steps[0].changes
    assert ValueChange("symbol", None, "1/TLKS") in row.steps[0].changes
    assert row.steps[1].changes == (ValueChange("symbol", "1/TLKS", "11/TLKS"),)
    assert row.steps[2].changes == (ValueChange("resolved_on", "2026-03-05", "2026-03-12"),)
    assert (row.is_counted, row.last_import_id, row.source_row) == (True, results[3].import_id, 4)
    [added] = history(ledger, "H41.30-260311-0002").steps
    assert added.kind is StepKind.ADDED


def test_withdrawals_and_reinstatements_stand_with_reason_and_person(ledger: Ledger, tmp_path: Path) -> None:
    imported(ledger, register_file(tmp_path, *rows_of(1, 2)), 1)
    imported(ledger, register_file(tmp_path, *rows_of(2)), 2)
    for day, change, reason in (
        (3, withdraw, "Nhập nhầm"),
        (4, reinstate, "Đã tìm thấy"),
        (6, withdraw, "Trùng"),
        (7, reinstate, "Không trùng"),
        (8, withdraw, "Hủy"),
    ):
        with ledger.session() as session:
            change(session, CODE, reason, f"cli:d{day}", on(day))
        if day == 4:
            imported(ledger, register_file(tmp_path, ROW.format(1, 11), *rows_of(2)), 5)
    row = history(ledger)
    assert [(step.kind, step.actor, step.reason) for step in row.steps] == [
        (StepKind.ADDED, "cli:d1", None),
        (StepKind.WITHDRAWN, "cli:d3", "Nhập nhầm"),
        (StepKind.REINSTATED, "cli:d4", "Đã tìm thấy"),
        (StepKind.CHANGED, "cli:d5", None),
        (StepKind.WITHDRAWN, "cli:d6", "Trùng"),
        (StepKind.REINSTATED, "cli:d7", "Không trùng"),
        (StepKind.WITHDRAWN, "cli:d8", "Hủy"),
    ]
    assert not row.is_counted
    assert [step.at for step in row.steps] == [NOON + timedelta(days=day) for day in (1, 3, 4, 5, 6, 7, 8)]


def test_a_row_that_a_file_lacks_says_since_which(ledger: Ledger, tmp_path: Path) -> None:
    imported(ledger, register_file(tmp_path, *rows_of(1, 2)), 1)
    lacking = imported(ledger, register_file(tmp_path, *rows_of(2)), 2)
    row = history(ledger)
    assert [(step.kind, step.import_id) for step in row.steps][1:] == [(StepKind.MISSING, lacking.import_id)]
    assert (row.is_counted, row.last_seen_at) == (True, NOON + timedelta(days=1))


def test_a_decision_that_no_event_tells_of_shows_all_the_same(ledger: Ledger, tmp_path: Path) -> None:
    result = imported(ledger, register_file(tmp_path, *rows_of(1)), 1)
    names = ("withdrawn_by", "withdrawn_reason", "reinstated_by", "reinstated_reason")
    kept = {"withdrawn_at": (NOON + timedelta(days=2)).isoformat()} | dict.fromkeys(names, "x")
    with ledger.session() as session:
        entry = session.scalars(select(RegisterEntry)).one()
        session.add(RegisterEntryHistory(entry_id=entry.id, replaced_by_id=result.import_id, values=kept))
    kinds = [step.kind for step in history(ledger).steps]
    assert kinds == [StepKind.ADDED, StepKind.WITHDRAWN, StepKind.REINSTATED]


def test_rows_of_one_code_in_several_agencies_are_told_apart(ledger: Ledger, tmp_path: Path) -> None:
    header = "Mã dòng,Mã cơ quan,Trích yếu"
    imported(ledger, register_file(tmp_path, "QD-01,H41.20,a", "QD-01,H41.30,b", header=header), 1)
    with ledger.reading() as session:
        assert [row.agency for row in row_histories(session, "QD-01")] == ["H41.20", "H41.30"]
        [one] = row_histories(session, "QD-01", "H41.30")
        assert one.steps[0].changes[0] == ValueChange("subject", None, "b")
        for wrong in (("QD-02", None), ("QD-01", "H41.10")):
            with pytest.raises(NotFoundError):
                row_histories(session, *wrong)


@pytest.mark.usefixtures("english")
def test_a_scope_is_told_in_words() -> None:
    assert scope_text("H41.20,H41.30") == "H41.20, H41.30"
    assert scope_text("H41.30 2026-04-01..2026-04-30") == "H41.30 · from 1 April 2026 · up to 30 April 2026"
    assert scope_text("H41.30 ..2026-04-30") == "H41.30 · up to 30 April 2026"
    assert scope_text("H41.30 supplement") == "H41.30 · only adds and corrects"
