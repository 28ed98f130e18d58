import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from config.errors import (
    LedgerBusyError,
    LedgerConflictError,
    LedgerError,
    LedgerFullError,
    LedgerSchemaError,
    LedgerUnreachableError,
    SettingsError,
)
from config.secret_values import secret
from config.settings import Settings, load_settings
from storage.ledger import Ledger, migrate, open_ledger
from storage.ledger.models import Batch, Document
from storage.ledger.types import new_id
from tests.services import PostgresServer, free_port

NOW = datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)


def batch(sheet: str = "0" * 64) -> Batch:
    return Batch(
        agency_code="H41.15", operator="Trần Thị Mẫu", scanned_at=NOW, device="test", sheet_sha256=sheet, created_at=NOW
    )


def ledger_of(settings: Settings) -> Ledger:
    return open_ledger(settings.ledger_url, secret("ledger.password", settings.ledger.password))


def add(session: Session, *rows: object) -> None:
    session.add_all(rows)
    session.flush()


def count(ledger: Ledger) -> int:
    with ledger.reading() as session:
        return session.scalar(select(func.count()).select_from(Batch)) or 0


def test_a_session_commits_at_its_end(ledger: Ledger) -> None:
    with ledger.session() as session:
        session.add(batch())
    assert count(ledger) == 1
    with ledger.reading() as session:
        assert session.scalars(select(Batch)).one().scanned_at == NOW


def test_any_error_undoes_the_whole_session(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.session() as session:
            session.add(batch())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(ledger) == 0


def test_what_was_read_stays_usable_after_the_session(ledger: Ledger) -> None:
    with ledger.session() as session:
        added = batch()
        session.add(added)
    assert added.agency_code == "H41.15"


def test_a_reading_session_cannot_write_and_the_next_can(ledger: Ledger) -> None:
    with pytest.raises(LedgerError), ledger.reading() as session:
        add(session, batch())
    with ledger.session() as session:
        session.add(batch())
    assert count(ledger) == 1


def test_a_reader_sees_one_state_and_does_not_hold_up_a_writer(ledger: Ledger) -> None:
    with ledger.reading() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0
        with ledger.session() as writing:
            writing.add(batch())
        assert session.scalar(select(func.count()).select_from(Batch)) == 0
    assert count(ledger) == 1


def test_a_second_row_under_one_key_is_a_conflict_that_quotes_no_value(ledger: Ledger) -> None:
    with pytest.raises(LedgerConflictError) as refused, ledger.session() as session:
        session.add_all([batch(), batch()])
    assert "H41.15" not in str(refused.value)
    assert "sheet_sha256" in str(refused.value)


def test_a_conflict_inside_a_savepoint_leaves_the_session_usable(ledger: Ledger) -> None:
    with ledger.session() as session:
        session.add(batch())
        session.flush()
        with pytest.raises(LedgerConflictError), session.begin_nested():
            add(session, batch())
        session.add(batch("1" * 64))
    assert count(ledger) == 2


def test_a_row_that_points_nowhere_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerConflictError), ledger.session() as session:
        session.add(
            Document(
                agency_code="H41",
                batch_id=new_id(),
                original_sha256="0" * 64,
                received_at=NOW,
                state_since=NOW,
            )
        )


def test_a_naive_instant_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="without a time zone"), ledger.session() as session:
        session.add(
            Batch(
                agency_code="H41",
                operator="-",
                scanned_at=NOW.replace(tzinfo=None),
                device="-",
                sheet_sha256="0" * 64,
                created_at=NOW,
            )
        )


def test_a_database_without_tables_says_what_to_run(empty_ledger_url: str) -> None:
    with pytest.raises(LedgerSchemaError) as refused, open_ledger(empty_ledger_url).session():
        pass
    assert "sohoa init" in refused.value.remedy_text()


def test_a_ledger_of_a_newer_program_is_refused(ledger: Ledger, ledger_url: str) -> None:
    with ledger.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerSchemaError, match="9999"):
        open_ledger(ledger_url).check()
    with pytest.raises(LedgerSchemaError, match="9999"):
        migrate(open_ledger(ledger_url))


def test_a_ledger_that_another_process_holds_is_busy(ledger: Ledger, ledger_url: str) -> None:
    hasty = open_ledger(ledger_url, busy_timeout_s=0.2)
    hasty.check()
    lock = "SELECT 1" if ledger_url.startswith("sqlite") else "LOCK TABLE batch IN EXCLUSIVE MODE"
    with ledger.session() as holding:
        holding.execute(text(lock))
        begun = time.monotonic()
        with pytest.raises(LedgerBusyError) as refused, hasty.session() as session:
            session.add(batch())
        assert time.monotonic() - begun < 5
    assert refused.value.retry_helps
    with hasty.session() as session:
        session.add(batch())
    hasty.close()


def test_a_writer_waits_for_its_turn(ledger: Ledger) -> None:
    holds, order = threading.Event(), []

    def slow() -> None:
        with ledger.session() as session:
            session.add(batch())
            session.flush()
            holds.set()
            time.sleep(0.3)
            order.append("slow")

    thread = threading.Thread(target=slow)
    thread.start()
    holds.wait()
    with ledger.session() as session:
        session.add(batch("1" * 64))
        session.flush()
    order.append("quick")
    thread.join()
    assert sorted(order) == ["quick", "slow"]
    assert count(ledger) == 2


def test_sqlite_writes_ahead_and_survives_a_power_cut(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'a b' / 'ledger.sqlite3'}")
    migrate(ledger)
    with ledger.reading() as session:
        found = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]
    ledger.close()


def test_an_sqlite_that_may_not_grow_is_full(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    migrate(ledger)
    with ledger.engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))
    with pytest.raises(LedgerFullError), ledger.session() as session:
        add(session, *(batch(f"{number:064}") for number in range(1000)))
    ledger.close()


FULL_DISK = """
import sys
from storage.ledger import migrate, open_ledger
from config.errors import LedgerFullError
ledger = open_ledger(f"sqlite:///{sys.argv[1]}/ledger.sqlite3")
try:
    migrate(ledger)
except LedgerFullError as err:
    print(err.code)
"""


def test_a_disk_that_is_full_is_said_so(tmp_path: Path) -> None:
    inside = f'mount -t tmpfs -o size=100k none "{tmp_path}" && exec "$@"'
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inside, "sh"]
    if shutil.which("unshare") is None or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("this system lets no one mount a small disk of their own")
    command = [*unshare, sys.executable, "-c", FULL_DISK, str(tmp_path)]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "ledger_full\n"


@pytest.mark.parametrize("content", [b"this is not a database, only some text" * 100, None])
def test_a_file_that_is_no_database_is_said_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ledger.sqlite3"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(LedgerUnreachableError, match=r"ledger\.sqlite3"):
        open_ledger(f"sqlite:///{path}").check()


def test_a_folder_that_is_missing_is_said_so_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnreachableError):
        open_ledger(f"sqlite:///{tmp_path / 'gone' / 'ledger.sqlite3'}").check()
    assert not (tmp_path / "gone").exists()


def test_an_sqlite_locked_by_another_program_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = open_ledger(f"sqlite:///{path}", busy_timeout_s=0.1)
    migrate(ledger)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerBusyError), ledger.session() as session:
        session.scalar(select(func.count()).select_from(Batch))
    with ledger.reading() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0
    other.execute("ROLLBACK")
    with ledger.session() as session:
        session.add(batch())
    other.close()
    ledger.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "oracle://x", "file:///x"])
def test_a_url_that_cannot_be_is_an_error_of_the_settings(url: str) -> None:
    with pytest.raises(SettingsError, match=r"ledger\.url"):
        open_ledger(url)


def test_a_server_nobody_runs_is_unreachable() -> None:
    url = f"postgresql://someone@127.0.0.1:{free_port()}/sohoa"
    with pytest.raises(LedgerUnreachableError) as refused:
        open_ledger(url, "pencil").check()
    assert "127.0.0.1" in str(refused.value)
    assert "pencil" not in str(refused.value)


@pytest.mark.needs("postgres")
@pytest.mark.parametrize("place", ["postgres@127.0.0.1:{port}/no_such", "nobody_known@127.0.0.1:{port}/postgres"])
def test_a_database_or_user_that_does_not_exist_is_said_so(postgres_server: PostgresServer, place: str) -> None:
    ledger = open_ledger("postgresql://" + place.format(port=postgres_server.port), password="secret-word")
    with pytest.raises(LedgerUnreachableError) as refused:
        ledger.check()
    assert "secret-word" not in str(refused.value) + ledger.name + repr(ledger.engine)


@pytest.mark.needs("postgres")
def test_the_password_that_settings_refer_to_opens_the_ledger(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres_server.let_in_guarded("pencil@:/ ô")
    database = postgres_server.create("guarded")
    (tmp_path / "sohoa.toml").write_text(
        f'[ledger]\nurl = "postgresql://guarded@127.0.0.1:{postgres_server.port}/{database}"\n'
        f'password = "file:{tmp_path / "password"}"\n',
        "utf-8",
    )
    (tmp_path / "password").write_text("pencil@:/ ô\n", "utf-8")
    ledger = ledger_of(load_settings(tmp_path))
    migrate(ledger)
    ledger.check()
    assert "pencil" not in ledger.name
    ledger.close()
    monkeypatch.setenv("SOHOA_LEDGER__PASSWORD", "env:ANOTHER")
    monkeypatch.setenv("ANOTHER", "crayon")
    with pytest.raises(LedgerUnreachableError) as refused:
        ledger_of(load_settings(tmp_path)).check()
    assert "crayon" not in str(refused.value)
    postgres_server.drop(database)


@pytest.mark.needs("postgres")
def test_a_connection_that_was_cut_is_unreachable_and_the_next_session_works(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    ledger = open_ledger(postgres_url)
    migrate(ledger)

    def be_cut_off() -> None:
        with ledger.session() as session:
            backend = session.scalar(text("SELECT pg_backend_pid()"))
            other = open_ledger(postgres_server.url("postgres"))
            with other.engine.begin() as connection:
                connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
            other.close()
            session.add(batch())

    with pytest.raises(LedgerUnreachableError):
        be_cut_off()
    with ledger.session() as session:
        session.add(batch())
    assert count(ledger) == 1
    ledger.close()
