"""Rules the database itself keeps, whoever writes to it, first edition.

Evidence is only added; events form one chain; documents and records go from state to state as the tables allow.
Their refusals begin with `sohoa:`, which storage/ledger/refusals.py turns into errors.
A revision that rebuilds one of these tables on SQLite loses its triggers and calls `install` again.
A released edition is never changed: new rules are a new edition in a new revision.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

FROZEN = ("event", "progress_snapshot", "ledger_birth", "chain_head_seal", "register_entry_history")
"""Tables whose rows are evidence."""
STATEFUL = ("document", "record")
"""Tables with a state and a table of allowed transitions."""

DOCUMENT_STATES = {
    "in_work": "waiting_review waiting_release archived waiting_trust stuck refused quarantined duplicate",
    "waiting_review": "in_work waiting_release archived waiting_trust superseded refused",
    "waiting_release": "in_work waiting_review pending_signature sealed stuck superseded refused",
    "pending_signature": "waiting_review sealed stuck superseded",
    "sealed": "archived stuck",
    "archived": "waiting_review waiting_trust superseded",
    "waiting_trust": "waiting_review archived superseded",
    "stuck": "in_work waiting_release sealed refused",
    "superseded": "",
    "refused": "in_work superseded",
    "quarantined": "",
    "duplicate": "",
}
RECORD_STATES = {
    "open": "digitized superseded",
    "digitized": "open superseded",
    "superseded": "",
}
_GENESIS = "0" * 64


def install(connection: Connection) -> None:
    """Put the rules into the database, in place of those of the same names."""
    remove(connection)
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _sqlite_rules() if is_sqlite else _postgres_rules():
        connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """Take the rules out of the database."""
    if connection.dialect.name == "sqlite":
        for name in trigger_names("sqlite"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        return
    for function in ("sohoa_frozen", "sohoa_transition", "sohoa_chain"):
        connection.execute(text(f"DROP FUNCTION IF EXISTS {function}() CASCADE"))


def fill_states(connection: Connection) -> None:
    """Fill the closed tables of states and transitions."""
    for table, states in (("document", DOCUMENT_STATES), ("record", RECORD_STATES)):
        connection.execute(
            text(f"INSERT INTO {table}_state (name) VALUES (:name)"),  # noqa: S608 - table names are ours
            [{"name": state} for state in states],
        )
        connection.execute(
            text(f"INSERT INTO {table}_transition (before, after) VALUES (:before, :after)"),  # noqa: S608 - as above
            [{"before": before, "after": after} for before, afters in states.items() for after in afters.split()],
        )


def trigger_names(dialect: str) -> tuple[str, ...]:
    """Give the names of all triggers the rules consist of."""
    kinds = ("update", "delete") if dialect == "sqlite" else ("update", "delete", "truncate")
    frozen = tuple(f"sohoa_frozen_{table}_{kind}" for table in FROZEN for kind in kinds)
    return (*frozen, *(f"sohoa_transition_{table}" for table in STATEFUL), "sohoa_chain_event")


def _sqlite_rules() -> Iterator[str]:
    for table in FROZEN:
        for kind in ("update", "delete"):
            yield f"""CREATE TRIGGER sohoa_frozen_{table}_{kind} BEFORE {kind.upper()} ON {table}
            BEGIN SELECT RAISE(ABORT, 'sohoa\\:frozen\\:{table}'); END"""
    for table in STATEFUL:
        yield f"""CREATE TRIGGER sohoa_transition_{table} BEFORE UPDATE OF state ON {table}
        WHEN NEW.state <> OLD.state AND NOT EXISTS (
            SELECT 1 FROM {table}_transition WHERE before = OLD.state AND after = NEW.state)
        BEGIN SELECT RAISE(ABORT, 'sohoa\\:transition\\:{table}'); END"""  # noqa: S608 - table names are ours
    yield f"""CREATE TRIGGER sohoa_chain_event BEFORE INSERT ON event
    WHEN NEW.seq <> COALESCE((SELECT MAX(seq) FROM event), 0) + 1
        OR NEW.prev_hash <> COALESCE((SELECT hash FROM event ORDER BY seq DESC LIMIT 1), '{_GENESIS}')
    BEGIN SELECT RAISE(ABORT, 'sohoa\\:chain\\:event'); END"""  # noqa: S608 - the hash is ours


def _postgres_rules() -> Iterator[str]:
    yield """CREATE FUNCTION sohoa_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'sohoa\\:frozen\\:%', TG_TABLE_NAME; END $$"""
    for table in FROZEN:
        for kind, level in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            yield f"""CREATE TRIGGER sohoa_frozen_{table}_{kind} BEFORE {kind.upper()} ON {table}
            FOR EACH {level} EXECUTE FUNCTION sohoa_frozen()"""
    yield """CREATE FUNCTION sohoa_transition() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE allowed boolean;
    BEGIN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE before = $1 AND after = $2)',
            TG_TABLE_NAME || '_transition') INTO allowed USING OLD.state, NEW.state;
        IF NOT allowed THEN
            RAISE EXCEPTION 'sohoa\\:transition\\:%\\:%\\:%', TG_TABLE_NAME, OLD.state, NEW.state;
        END IF;
        RETURN NEW;
    END $$"""
    for table in STATEFUL:
        yield f"""CREATE TRIGGER sohoa_transition_{table} BEFORE UPDATE OF state ON {table}
        FOR EACH ROW WHEN (NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION sohoa_transition()"""
    yield f"""CREATE FUNCTION sohoa_chain() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last event%ROWTYPE;
    BEGIN
        SELECT * INTO last FROM event ORDER BY seq DESC LIMIT 1;
        IF NEW.seq <> COALESCE(last.seq, 0) + 1 OR NEW.prev_hash <> COALESCE(last.hash, '{_GENESIS}') THEN
            RAISE EXCEPTION 'sohoa\\:chain\\:event';
        END IF;
        RETURN NEW;
    END $$"""  # noqa: S608 - the hash is ours
    yield """CREATE TRIGGER sohoa_chain_event BEFORE INSERT ON event
    FOR EACH ROW EXECUTE FUNCTION sohoa_chain()"""
