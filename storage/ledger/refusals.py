"""What a database's refusals and silences mean, in this program's errors.

Causes name constraints and codes, never values: a database's own words may quote names of persons.
"""

import re
import sqlite3

import psycopg
from sqlalchemy import Engine

from config.errors import (
    ForbiddenTransitionError,
    FrozenRowError,
    LedgerBusyError,
    LedgerConflictError,
    LedgerError,
    LedgerFullError,
    LedgerSchemaError,
    LedgerUnreachableError,
)
from storage.ledger.schema import SCHEMA_REVISION

_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_SQLITE_GONE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
# A full disk also shows where the shared memory beside the file cannot grow.
_SQLITE_FULL_IN_IO = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}

# PostgreSQL: lock not available, deadlock, serialization, statement cancelled, too many connections
_PG_BUSY = {"55P03", "40P01", "40001", "57014", "53300"}
_PG_GONE_CLASSES = {"08", "28", "57", "58"}
_PG_NO_DATABASE = {"3D000"}
_PG_FULL = {"53100"}
_PG_NO_TABLE = {"42P01", "42703", "3F000"}

_OURS = re.compile(r"sohoa:(?P<kind>frozen|transition|chain):(?P<table>[a-z_]+)(?::(?P<before>\w+):(?P<after>\w+))?")


def refusal(err: BaseException, engine: Engine | None) -> LedgerError | None:
    """Give this program's error for a database's; None for what is not a database's refusal."""
    if isinstance(err, sqlite3.Error):
        return _ours(str(err)) or _sqlite_refusal(err, _name(engine))
    if isinstance(err, psycopg.Error):
        return _ours(str(err)) or _postgres_refusal(err, _name(engine))
    return None


def _ours(message: str) -> LedgerError | None:
    """Give the error one of the ledger's own triggers asks for."""
    found = _OURS.search(message)
    if found is None:
        return None
    if found["kind"] == "frozen":
        return FrozenRowError(table=found["table"])
    if found["kind"] == "chain":
        return LedgerConflictError(cause="event: not the next of the chain")
    return ForbiddenTransitionError(subject=found["table"], before=found["before"] or "-", after=found["after"] or "-")


def _sqlite_refusal(err: sqlite3.Error, ledger: str) -> LedgerError:
    extended = getattr(err, "sqlite_errorcode", 0) or 0
    code = extended & 0xFF
    cause = getattr(err, "sqlite_errorname", None) or type(err).__name__
    if code in _SQLITE_BUSY:
        return LedgerBusyError(cause=cause)
    if code == sqlite3.SQLITE_FULL or extended in _SQLITE_FULL_IN_IO:
        return LedgerFullError(cause=cause)
    if code in _SQLITE_GONE:
        return LedgerUnreachableError(ledger=ledger, cause=cause)
    if code == sqlite3.SQLITE_CONSTRAINT:
        # SQLite names columns here, never values.
        return LedgerConflictError(cause=str(err))
    if "no such table" in str(err) or "no such column" in str(err):
        return LedgerSchemaError(found="-", expected=SCHEMA_REVISION)
    return LedgerError(cause=cause)


def _postgres_refusal(err: psycopg.Error, ledger: str) -> LedgerError:
    state = err.sqlstate or ""
    cause = f"{type(err).__name__} {state}".strip()
    if state in _PG_BUSY:
        return LedgerBusyError(cause=cause)
    if state in _PG_FULL:
        return LedgerFullError(cause=cause)
    if state in _PG_NO_TABLE:
        return LedgerSchemaError(found="-", expected=SCHEMA_REVISION)
    if state.startswith("23"):
        return LedgerConflictError(cause=f"{cause} {err.diag.constraint_name or err.diag.column_name or ''}".strip())
    is_connection = isinstance(err, psycopg.OperationalError) and not state
    if is_connection or state in _PG_NO_DATABASE or state[:2] in _PG_GONE_CLASSES:
        return LedgerUnreachableError(ledger=ledger, cause=cause)
    return LedgerError(cause=cause)


def _name(engine: Engine | None) -> str:
    return engine.url.render_as_string(hide_password=True) if engine is not None else "-"
