"""A consistent copy of the whole ledger in one file, made while others write; and such a copy brought back.

By what the database itself has for it: SQLite's online backup, PostgreSQL's pg_dump and pg_restore.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, inspect, text

from config.errors import LedgerError
from config.i18n import mark as _
from storage.ledger import postgres_programs
from storage.ledger.chain import GENESIS, ChainHead
from storage.ledger.opening import Ledger
from storage.ledger.refusals import refusal

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_HEAD = "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"
_SEALED = "SELECT max(seq) FROM chain_head_seal"
_BIRTH = "SELECT environment FROM ledger_birth"
_REVISION = "SELECT version_num FROM alembic_version"
_NOT_WHOLE = _("the copy is not whole: {found}")


@dataclass(frozen=True, slots=True)
class LedgerCopy:
    """What a copy is of: database, kind of ledger, revision of its tables, the log's last event and last sealed one."""

    database: str
    environment: str
    revision: str
    head: ChainHead
    sealed_seq: int


def copy_ledger(ledger: Ledger, target: Path) -> LedgerCopy:
    """Copy the ledger as it stands at one moment into a new file that its owner alone may read.

    Raise ToolMissingError or ToolFailedError on PostgreSQL, LedgerError for a copy that is not whole.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    if ledger.engine.dialect.name == SQLITE:
        return _copy_file(ledger, target)
    return _dump(ledger, target)


def is_empty(ledger: Ledger) -> bool:
    """Say whether nothing is there where a copy would be put back: no file or what belongs to one, no table at all."""
    if ledger.engine.dialect.name != SQLITE:
        return not inspect(ledger.engine).get_table_names()
    file = Path(str(ledger.engine.url.database))
    # What an old ledger's log beside it holds would be played into the one that is brought back.
    return not any(file.with_name(f"{file.name}{ending}").exists() for ending in ("", "-wal", "-shm", "-journal"))


def put_back(ledger: Ledger, source: Path) -> None:
    """Bring a copy back as the ledger, which must be empty. The file is moved (SQLite) or read (PostgreSQL)."""
    if ledger.engine.dialect.name == SQLITE:
        place = Path(str(ledger.engine.url.database))
        ledger.close()
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(source, place)
        source.unlink()
    else:
        postgres_programs.restore(ledger.engine.url, source)


def take_out(ledger: Ledger) -> None:
    """Take what was just brought into an empty PostgreSQL database out of it again."""
    with ledger.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for name in tables.tables:
            connection.execute(text(f'DROP TABLE "{name}" CASCADE'))
        functions = connection.scalars(
            text("SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'sohoa\\_%' AND prokind = 'f'")
        ).all()
        for function in functions:
            connection.execute(text(f"DROP FUNCTION {function} CASCADE"))


def _copy_file(ledger: Ledger, target: Path) -> LedgerCopy:
    with _translated(ledger):
        return _copied(str(ledger.engine.url.database), target)


@contextmanager
def _translated(ledger: Ledger) -> Iterator[None]:
    """Raise this program's errors in place of SQLite's, which no engine stands before here."""
    try:
        yield
    except sqlite3.Error as err:
        raise refusal(err, ledger.engine) or LedgerError(cause=type(err).__name__) from err


def _copied(database: str, target: Path) -> LedgerCopy:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        # In one step: between two, another process's commit would begin it anew.
        source.backup(copy)
    with closing(sqlite3.connect(f"file:{target}?mode=ro&immutable=1", uri=True)) as copy:
        if (found := copy.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise LedgerError(cause=_NOT_WHOLE.format(found=found))

        def one(query: str) -> Any:
            return copy.execute(query).fetchone()

        return _facts(SQLITE, one(_HEAD), one(_SEALED), one(_BIRTH), one(_REVISION))


def _dump(ledger: Ledger, target: Path) -> LedgerCopy:
    reading = ledger.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reading.connect() as connection:
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        facts = _facts(POSTGRESQL, *(_row(connection, query) for query in (_HEAD, _SEALED, _BIRTH, _REVISION)))
        postgres_programs.dump(ledger.engine.url, target, snapshot)
    return facts


def _row(connection: Connection, query: str) -> Any:
    return connection.execute(text(query)).first()


def _facts(database: str, head: Any, sealed: Any, birth: Any, revision: Any) -> LedgerCopy:
    chain_head = ChainHead(0, GENESIS) if head is None else ChainHead(head[0], head[1])
    return LedgerCopy(database, birth[0], revision[0], chain_head, sealed[0] or 0)
