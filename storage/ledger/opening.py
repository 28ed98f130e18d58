"""Opening the ledger: SQLite in a file, or PostgreSQL by URL; one transaction a session.

On SQLite a writing session takes the write lock with its first statement (BEGIN IMMEDIATE): it waits for its turn
there, and never fails half-way because another process wrote in between.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from config.errors import LedgerSchemaError, SettingsError
from config.settings import SETTINGS_FILE
from storage.ledger.refusals import refusal
from storage.ledger.schema import SCHEMA_REVISION

BUSY_TIMEOUT_S = 30.0
"""How long a session waits for another process to let go."""
_CONNECT_S = 10
_ALIVE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""Of a network that is cut without a word one would otherwise learn after hours."""
_READING = "sohoa_reading"


class Ledger:
    """One open ledger. Threads and processes may have sessions at the same time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = engine.execution_options(**{_READING: True})
        if engine.dialect.name == "postgresql":
            self._reading = self._reading.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._lock = threading.Lock()
        self._is_checked = False

    @property
    def is_one_machines(self) -> bool:
        """Whether it is a file, which machines cannot share."""
        return self.engine.dialect.name == "sqlite"

    @property
    def name(self) -> str:
        """Where the ledger is, without a password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session whose one transaction is committed at the end, or undone by any error.

        Raise LedgerBusyError when no turn came in time, LedgerUnreachableError, LedgerSchemaError, LedgerFullError.
        """
        self._check_once()
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the ledger, holds up nobody, and cannot write."""
        self._check_once()
        with Session(self._reading, autoflush=False) as session:
            yield session

    def scrub(self) -> None:
        """Let what was deleted be gone from SQLite's index and write-ahead log; PostgreSQL's own vacuum does that."""
        if self.engine.dialect.name == "sqlite":
            with self.engine.begin() as writing:
                # The full-text index only marks words as gone until its parts are merged.
                writing.execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))
            with closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def check(self) -> None:
        """See that the database answers and has this program's tables.

        Raise LedgerSchemaError or LedgerUnreachableError.
        """
        found = self.revision()
        if found != SCHEMA_REVISION:
            raise LedgerSchemaError(found=found or "-", expected=SCHEMA_REVISION)

    def revision(self) -> str | None:
        """Give the revision of the ledger's tables; None when it has none yet."""
        with self._reading.connect() as connection:
            if not self.engine.dialect.has_table(connection, "alembic_version"):
                return None
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _check_once(self) -> None:
        with self._lock:
            if not self._is_checked:
                self.check()
                self._is_checked = True


def open_ledger(url: str, password: str | None = None, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Ledger:
    """Give the ledger under a SQLAlchemy URL; nothing is contacted yet. Raise SettingsError for an impossible URL."""
    try:
        address = make_url(url)
        address = address.set(password=password) if password is not None else address
        engine = _engine(address, busy_timeout_s)
    except (ArgumentError, NoSuchModuleError, ValueError) as err:
        # The URL may hold a password: it is not repeated.
        raise SettingsError(file=SETTINGS_FILE, key="ledger.url", cause=type(err).__name__) from None
    event.listen(engine, "handle_error", _translate)
    return Ledger(engine)


def _engine(address: URL, busy_timeout_s: float) -> Engine:
    backend = address.get_backend_name()
    if backend == "sqlite":
        engine = create_engine(address, hide_parameters=True, connect_args={"timeout": busy_timeout_s})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend != "postgresql":
        raise ValueError(backend)
    limits = f"-c lock_timeout={int(busy_timeout_s * 1000)} -c timezone=UTC"
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={**_ALIVE, "connect_timeout": _CONNECT_S, "options": limits, "application_name": "sohoa"},
    )


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError("the ledger works with Python's own sqlite3")
    # Transactions are begun by _begin_sqlite, not by the driver.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin by the driver itself: every transaction begins here, and there are a hundred to a document."""
    is_reading = connection.get_execution_options().get(_READING, False)
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("the ledger works with Python's own sqlite3")
    try:
        if connection.info.get(_READING, False) != is_reading:
            driver.execute(f"PRAGMA query_only = {'ON' if is_reading else 'OFF'}")
            connection.info[_READING] = is_reading
        driver.execute("BEGIN" if is_reading else "BEGIN IMMEDIATE")
    except sqlite3.Error as err:
        raise refusal(err, connection.engine) or err from err


def _translate(context: ExceptionContext) -> None:
    error = refusal(context.original_exception, context.engine)
    if error is not None:
        raise error from context.original_exception
