"""How long overview, lists, search, reports and imports take on a ledger of a whole province over four years.

    python -m scripts.bench.progress fill FOLDER --rows 1000000 [--database postgresql]
    python -m scripts.bench.progress look FOLDER [--parts overview requests lists single …]
    python -m scripts.bench.progress remove FOLDER

`fill` makes the ledger in a folder: so many register rows of 130 communes, 21 districts and 460 communes that ended,
and departments, over half of them scanned, with records, documents, versions, signatures, stored objects, findings and
questions, a few in a hundred of them refused, waiting, broken or lost. On PostgreSQL it starts a server of its own
there. `look` prints the middle and the worst of several times in seconds; counting, reporting and importing change the
ledger. The same rows are made anywhere: everything follows from a row's number.
"""

import argparse
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from config.clock import legal_date
from config.settings import load_settings
from pipeline.context import Context
from pipeline.founding import found
from scripts.bench.province import changes, looks
from scripts.bench.province.filling import fill
from scripts.bench.province.looks import Timed
from scripts.bench.province.requests import requests
from scripts.bench.province.server import SETTINGS, running_server
from storage.ledger import migrate
from storage.ledger.models import Base, RegisterEntry
from storage.ledger.states import Environment

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PARTS: Mapping[str, Callable[[Context, Path], Iterator[Timed]]] = {
    "counting": lambda ctx, _folder: changes.counting(ctx, anew=False),
    "anew": lambda ctx, _folder: changes.counting(ctx, anew=True),
    "proving": lambda ctx, _folder: changes.proving(ctx),
    "overview": lambda ctx, _folder: looks.overview(ctx),
    "requests": lambda ctx, _folder: requests(ctx),
    "lists": lambda ctx, _folder: looks.lists(ctx),
    "single": lambda ctx, _folder: looks.single_things(ctx),
    "reporting": lambda ctx, _folder: changes.reporting(ctx),
    "importing": changes.importing,
}


def main(arguments: list[str]) -> int:
    """Fill, look at or remove one ledger."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=("fill", "look", "remove"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    asked = parser.parse_args(arguments)
    if asked.verb == "remove":
        shutil.rmtree(asked.folder)
        return 0
    asked.folder.mkdir(parents=True, exist_ok=True)
    with _opened(asked.folder, asked.database) as ctx:
        if asked.verb == "fill":
            _fill(ctx, asked.rows)
        else:
            _look(ctx, asked.folder, asked.parts)
    return 0


@contextmanager
def _opened(folder: Path, database: str) -> Iterator[Context]:
    home, file = folder / "home", folder / "ledger.sqlite3"
    home.mkdir(exist_ok=True)
    is_sqlite = file.exists() or (database == "sqlite" and not (folder / "server").exists())
    place = nullcontext(f"sqlite:///{file}") if is_sqlite else running_server(folder / "server")
    with place as url:
        ctx = Context(load_settings(home, ledger={"url": url}), actor="cli:bench", clock=lambda: NOW)
        yield ctx
        ctx.ledger.close()


def _fill(ctx: Context, rows: int) -> None:
    found(ctx, Environment.TEST)
    start = time.perf_counter()
    fill(ctx.ledger, rows, legal_date(NOW), NOW)
    print(f"filled in {time.perf_counter() - start:.0f} s")
    with ctx.ledger.reading() as session:
        for table in Base.metadata.sorted_tables:
            if count := session.scalar(select(func.count()).select_from(table)):
                print(f"{table.name:24} {count:>12,}")


def _look(ctx: Context, folder: Path, parts: list[str]) -> None:
    migrate(ctx.ledger)
    database = ctx.ledger.engine.dialect.name
    with ctx.ledger.reading() as session:
        rows = session.scalar(select(func.count()).select_from(RegisterEntry))
    print(f"{platform.platform()}, Python {platform.python_version()}; {database}; {rows:,} register rows")
    if database == "postgresql":
        print(", ".join(f"{name} = {value}" for name, value in SETTINGS.items()))
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'':58} {'middle s':>9} {'worst s':>9}")
    for name in parts:
        for one in PARTS[name](ctx, folder):
            print(f"{one.name:58} {one.median_s:9.3f} {one.worst_s:9.3f}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
