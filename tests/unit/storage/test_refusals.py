import sqlite3

import psycopg
import pytest
from psycopg import errors

from storage.ledger.refusals import refusal


@pytest.mark.parametrize(
    ("err", "code"),
    [
        (errors.LockNotAvailable, "ledger_busy"),
        (errors.DeadlockDetected, "ledger_busy"),
        (errors.TooManyConnections, "ledger_busy"),
        (errors.QueryCanceled, "ledger_busy"),
        (errors.DiskFull, "ledger_full"),
        (errors.UndefinedTable, "ledger_schema"),
        (errors.InvalidPassword, "ledger_unreachable"),
        (errors.AdminShutdown, "ledger_unreachable"),
        (errors.ConnectionTimeout, "ledger_unreachable"),
        (psycopg.OperationalError, "ledger_unreachable"),
        (errors.UniqueViolation, "ledger_conflict"),
        (errors.NotNullViolation, "ledger_conflict"),
        (errors.DivisionByZero, "ledger"),
        (psycopg.ProgrammingError, "ledger"),
    ],
)
def test_refusals_of_postgresql_have_their_own_errors(err: type[psycopg.Error], code: str) -> None:
    found = refusal(err("Key (name)=(Trần Thị Mẫu) already exists"), None)
    assert found is not None
    assert found.code == code
    assert "Mẫu" not in str(found)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("sohoa:frozen:event", "frozen_row"),
        ("sohoa:transition:document:sealed:refused", "forbidden_transition"),
        ("sohoa:transition:record", "forbidden_transition"),
        ("sohoa:chain:event", "ledger_conflict"),
        ("something else", "ledger"),
    ],
)
def test_refusals_of_our_own_rules_have_their_own_errors(message: str, code: str) -> None:
    for err in (sqlite3.DatabaseError(message), psycopg.DatabaseError(message)):
        found = refusal(err, None)
        assert found is not None
        assert found.code == code


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE])
def test_a_full_disk_under_sqlite_is_told_as_one(code: int) -> None:
    err = sqlite3.OperationalError("disk I/O error")
    err.sqlite_errorcode = code
    found = refusal(err, None)
    assert found is not None
    assert found.code == "ledger_full"


def test_a_transition_names_both_states_where_the_database_says_them() -> None:
    found = refusal(psycopg.DatabaseError("sohoa:transition:document:sealed:refused"), None)
    assert found is not None
    assert found.details == {"subject": "document", "before": "sealed", "after": "refused"}


def test_what_is_not_of_a_database_is_left_alone() -> None:
    assert refusal(ValueError("x"), None) is None
