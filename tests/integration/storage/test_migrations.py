import subprocess
import sys

import pytest
from alembic import command
from sqlalchemy import inspect, text

from config.errors import ForbiddenTransitionError, FrozenRowError, LedgerConflictError, LedgerError
from storage.ledger import Ledger, migrate, open_ledger
from storage.ledger.migrating import known_revisions, migration_config
from storage.ledger.models import Base
from storage.ledger.schema import SCHEMA_REVISION
from storage.ledger.states import DOCUMENT_TRANSITIONS, RECORD_TRANSITIONS, DocumentState, RecordState
from storage.migrations import rules_v1, rules_v2, rules_v3, rules_v4, rules_v5, rules_v6

MIGRATE = """
import sys
from storage.ledger import migrate, open_ledger
migrate(open_ledger(sys.argv[1]))
"""


def test_the_newest_revision_is_the_one_this_program_works_with() -> None:
    assert known_revisions()[0] == SCHEMA_REVISION


def test_a_migrated_database_is_what_the_models_say(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        command.check(migration_config(connection))


def test_migrating_again_changes_nothing(ledger: Ledger) -> None:
    migrate(ledger)
    ledger.check()


def test_a_ledger_can_go_back_to_nothing_and_forth(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        command.downgrade(migration_config(connection), "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        command.upgrade(migration_config(connection), "head")
        assert set(Base.metadata.tables) < set(inspect(connection).get_table_names())
    ledger.check()


def test_processes_that_migrate_at_once_do_not_disturb_each_other(empty_ledger_url: str) -> None:
    command_line = [sys.executable, "-c", MIGRATE, empty_ledger_url]
    running = [subprocess.Popen(command_line, stderr=subprocess.PIPE) for _ in range(3)]
    assert [process.communicate()[1] for process in running] == [b""] * 3
    open_ledger(empty_ledger_url).check()


def test_an_upgrade_that_fails_leaves_nothing_behind(empty_ledger_url: str) -> None:
    ledger = open_ledger(empty_ledger_url)
    with ledger.engine.begin() as connection:
        connection.execute(text("CREATE TABLE stored_object (id INTEGER)"))
    with pytest.raises(LedgerError):
        migrate(ledger)
    with ledger.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["stored_object"]
    assert ledger.revision() is None
    ledger.close()


def test_the_database_knows_the_states_of_the_program(ledger: Ledger) -> None:
    with ledger.reading() as session:
        for table, states, transitions in (
            ("document", DocumentState, DOCUMENT_TRANSITIONS),
            ("record", RecordState, RECORD_TRANSITIONS),
        ):
            names = set(session.scalars(text(f"SELECT name FROM {table}_state")))
            pairs = {(row[0], row[1]) for row in session.execute(text(f"SELECT before, after FROM {table}_transition"))}
            assert names == {str(state) for state in states}
            assert pairs == {(str(before), str(after)) for before, after in transitions}


def test_every_rule_is_in_place(ledger: Ledger) -> None:
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    dialect = ledger.engine.dialect.name
    with ledger.reading() as session:
        found = set(session.scalars(text(names[dialect])))
    assert found == {
        *rules_v1.trigger_names(dialect),
        *rules_v2.trigger_names(),
        *rules_v3.trigger_names(dialect),
        *rules_v4.trigger_names(),
        *rules_v5.trigger_names(),
        *rules_v6.trigger_names(),
    }


@pytest.mark.parametrize("table", rules_v1.FROZEN)
def test_evidence_is_neither_changed_nor_deleted(ledger: Ledger, table: str) -> None:
    columns = Base.metadata.tables[table].columns
    fill = {"INTEGER": "1", "DATETIME": "'2026-01-01'", "DATE": "'2026-01-01'", "JSON": "'{}'"}
    values = {
        column.name: f"'{0:032x}'" if str(column.type) == "CHAR(32)" else fill.get(str(column.type), f"'{0:064}'")
        for column in columns
    }
    with ledger.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        names = ", ".join(f'"{name}"' for name in values)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(values.values())})"))
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = origin"))
        first = next(iter(values))
        for statement in (f'UPDATE {table} SET "{first}" = "{first}"', f"DELETE FROM {table}"):
            with pytest.raises(FrozenRowError, match=table), connection.begin_nested():
                connection.execute(text(statement))
        connection.rollback()


@pytest.mark.needs("postgres")
def test_evidence_is_not_truncated(postgres_url: str) -> None:
    ledger = open_ledger(postgres_url)
    migrate(ledger)
    with pytest.raises(FrozenRowError), ledger.session() as session:
        session.execute(text("TRUNCATE event"))
    ledger.close()


DOCUMENT = (
    "INSERT INTO document (id, agency_code, role, state, original_sha256, current_version, tries, received_at,"
    " state_since, claim_fence) VALUES ('00000000000000000000000000000001', 'H41', 'result', :state, 'x', 1, 0,"
    " '2026-01-01', '2026-01-01', 0)"
)


def test_the_database_allows_a_document_just_the_transitions_of_the_table(ledger: Ledger) -> None:
    change = text("UPDATE document SET state = :after")
    found = set()
    with ledger.engine.connect() as connection:
        for before in DocumentState:
            connection.execute(text("DELETE FROM document"))
            connection.execute(text(DOCUMENT), {"state": before})
            for after in DocumentState:
                attempt = connection.begin_nested()
                try:
                    connection.execute(change, {"after": after})
                except ForbiddenTransitionError:
                    continue
                finally:
                    attempt.rollback()
                found.add((before, after))
    assert found == DOCUMENT_TRANSITIONS | {(state, state) for state in DocumentState}


def test_a_state_that_does_not_exist_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerConflictError), ledger.engine.connect() as connection:
        connection.execute(text(DOCUMENT), {"state": "no_such_state"})
    with ledger.engine.connect() as connection:
        connection.execute(text(DOCUMENT), {"state": "in_work"})
        with pytest.raises(ForbiddenTransitionError):
            connection.execute(text("UPDATE document SET state = 'no_such_state'"))


def test_a_record_that_was_superseded_stays_so(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        connection.execute(
            text(
                "INSERT INTO record (id, agency_code, code, year, state, next_stt, created_at)"
                " VALUES ('00000000000000000000000000000001', 'H41', 'H41-1', 2025, 'open', 1, '2026-01-01')"
            )
        )
        for state in ("digitized", "open", "superseded"):
            connection.execute(text("UPDATE record SET state = :state"), {"state": state})
        with pytest.raises(ForbiddenTransitionError, match="record"):
            connection.execute(text("UPDATE record SET state = 'open'"))
