"""Ledgers and stores made by each release still open: migrated, counted, verified, on SQLite and PostgreSQL."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy import column as column_clause
from sqlalchemy import table as table_clause

from config.errors import ExitCode
from config.settings import load_settings
from pipeline.context import Context
from pipeline.event_chain import check_event_chain
from pipeline.reporting import count
from pipeline.verification import verify_record
from scripts.application import run
from signing.report import Verdict
from storage.ledger import Ledger, migrate, open_ledger
from storage.ledger.migrating import migration_config
from storage.ledger.models import Base

RELEASES = sorted(path for path in (Path(__file__).parents[2] / "releases").iterdir() if (path / "ledger.sql").exists())


@pytest.fixture(params=RELEASES, ids=lambda path: path.name)
def release(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home folder as a release left it, but for its keys."""
    home = tmp_path / "home"
    home.mkdir()
    for part in ("store", "chain", "trust"):
        shutil.copytree(request.param / part, home / part)
    with sqlite3.connect(home / "ledger.sqlite3") as ledger:
        ledger.executescript((request.param / "ledger.sql").read_text("utf-8"))
    return home


def test_a_releases_ledger_and_store_still_stand(release: Path) -> None:
    migrate(open_ledger(f"sqlite:///{release / 'ledger.sqlite3'}"))
    look_at(Context(load_settings(release), actor="looker"))


def test_init_brings_an_older_releases_installation_up_to_date(release: Path) -> None:
    """As the message about an older ledger says."""
    home = ["--home", str(release), "--actor", "lan"]
    assert run([*home, "status"]) == ExitCode.LEDGER
    assert run([*home, "init", "--production"]) == ExitCode.SETTINGS
    assert run([*home, "init"]) == ExitCode.DONE
    assert run([*home, "status"]) == ExitCode.DONE


@pytest.mark.needs("postgres")
def test_a_releases_ledger_moves_to_postgres(release: Path, postgres_url: str) -> None:
    copy_rows(create_engine(f"sqlite:///{release / 'ledger.sqlite3'}"), open_ledger(postgres_url))
    ledger = open_ledger(postgres_url)
    migrate(ledger)
    look_at(Context(load_settings(release, ledger={"url": postgres_url}), actor="looker"))


def look_at(ctx: Context) -> None:
    report = check_event_chain(ctx)
    assert report.events > 0
    assert report.sealed_heads > 0
    counted = count(ctx)
    assert sum(level.stock.tally.digitized for level in counted.levels) == 2
    with ctx.ledger.reading() as session:
        codes = session.scalars(text("SELECT code FROM record")).all()
    assert {proof.verdict for code in codes for proof in verify_record(ctx, code)} == {Verdict.VALID}
    assert all(ctx.store.read_back(key) for key in keys(ctx))


def keys(ctx: Context) -> list[str]:
    with ctx.ledger.reading() as session:
        return list(session.scalars(text("SELECT key FROM stored_object")))


def copy_rows(source: Engine, target: Ledger) -> None:
    """Bring the rows of a release's ledger into another database at the release's own revision."""
    with source.connect() as old, target.engine.begin() as new:
        revision = old.scalar(text("SELECT version_num FROM alembic_version"))
        command.upgrade(migration_config(new), revision)
        known = set(inspect(old).get_table_names())
        for table in Base.metadata.sorted_tables:
            if table.name not in known:
                continue
            columns = [column for column in table.columns if column.name in columns_of(old, table.name)]
            rows = [row._asdict() for row in old.execute(table.select().with_only_columns(*columns))]
            if table.name.endswith(("_state", "_transition")):
                continue
            if rows:
                # Columns that came later, and their defaults, are not there yet.
                then = table_clause(table.name, *(column_clause(column.name, column.type) for column in columns))
                new.execute(then.insert(), rows)


def columns_of(connection: object, table: str) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns(table)}
