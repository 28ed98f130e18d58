"""What a site's database and store have to do for a document, as a plan for many cores needs it."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import func, select

from config.settings import load_settings
from pipeline.context import Context
from scripts.bench.province.server import running_server
from scripts.bench.throughput.costs import ChainRun, run_chain, set_up
from scripts.bench.throughput.documents import Document, fill_inbox
from storage.ledger.events import append
from storage.ledger.models import Event, StoredObject

_WRITERS, _EVENTS = 8, 2000
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class SiteLoad:
    """What one run asked of the database server, and left in ledger and store."""

    run: ChainRun
    server_cpu_s: float
    transactions: int
    log_bytes: int
    """What the server wrote ahead, as it does for each change."""
    ledger_bytes: int
    events: int
    event_transactions: int
    """Those that added events: they follow each other, since there is one chain."""
    most_event_transactions: float
    """How many of these the server does a second."""
    objects: int
    object_bytes: int


def on_postgresql(documents: Sequence[Document], folder: Path) -> SiteLoad:
    """Run the chain with the ledger on a PostgreSQL server of its own."""
    # The server runs as another user, who has to get at its folder.
    folder.chmod(0o755)
    home = folder / "home"
    fill_inbox(home, documents)
    data = folder / "postgresql" / "data"
    with running_server(data.parent) as url, psycopg.connect(_plain(url), autocommit=True) as watching:
        set_up(home, url)
        log_before, empty = _log_position(watching), _size(watching)
        made_before = _number(watching, "SELECT count(DISTINCT xmin::text) FROM event")
        done_before, cpu_before = _transactions(watching), _server_cpu_s(data)
        run = run_chain(home, ledger_url=url)
        transactions, cpu_s = _transactions(watching) - done_before, _server_cpu_s(data) - cpu_before
        log_bytes, ledger_bytes = _log_position(watching) - log_before, _size(watching) - empty
        ctx = Context(load_settings(home, ledger={"url": url}), actor="bench")
        with ctx.ledger.reading() as session:
            events = session.scalar(select(func.count()).select_from(Event)) or 0
            objects, size = session.execute(select(func.count(), func.sum(StoredObject.size))).one()
        # Each row knows the transaction that made it.
        event_transactions = _number(watching, "SELECT count(DISTINCT xmin::text) FROM event") - made_before
        most = _event_transactions_a_second(ctx)
        ctx.ledger.close()
    return SiteLoad(
        run, cpu_s, transactions, log_bytes, ledger_bytes, events, event_transactions, most, objects, int(size)
    )


def _event_transactions_a_second(ctx: Context) -> float:
    """Let many threads add one event after the other, each in a transaction of its own."""

    def add(number: int) -> None:
        with ctx.ledger.session() as session:
            append(
                session,
                kind="document.received",
                actor="bench",
                subject_type="document",
                subject_id=str(number),
                at=ctx.clock(),
            )

    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(add, range(_WRITERS)))
        started = time.monotonic()
        list(pool.map(add, range(_EVENTS)))
        return _EVENTS / (time.monotonic() - started)


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def _log_position(watching: psycopg.Connection) -> int:
    return _number(watching, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")


def _size(watching: psycopg.Connection) -> int:
    return _number(watching, "SELECT pg_database_size(current_database())")


def _transactions(watching: psycopg.Connection) -> int:
    return _number(watching, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")


def _number(watching: psycopg.Connection, query: str) -> int:
    row = watching.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def _server_cpu_s(data: Path) -> float:
    """Give what the server's processes have spent, those that ended included."""
    first = int((data / "postmaster.pid").read_text("ascii").splitlines()[0])
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        own, ended = map(int, fields[11:13]), map(int, fields[13:15])
        if int(stat.parent.name) == first:
            ticks += sum(own) + sum(ended)
        elif int(fields[1]) == first:
            ticks += sum(own)
    return ticks / _TICKS_A_SECOND
