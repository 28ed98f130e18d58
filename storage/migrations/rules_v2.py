"""Rules the database itself keeps, second edition: what changes of a register row's standing is noted, whoever writes.

Each change of a table that counting looks at puts the register row it belongs to on the list `touched_entry`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlalchemy import Connection, text

_OF_RECORD = "SELECT register_entry_id FROM record WHERE id = {row}.record_id AND register_entry_id IS NOT NULL"
_OF_DOCUMENT = (
    "SELECT r.register_entry_id FROM record r JOIN document d ON d.record_id = r.id"
    " WHERE d.id = {row}.document_id AND r.register_entry_id IS NOT NULL"
)
_OF_VERSION = (
    "SELECT r.register_entry_id FROM record r JOIN document d ON d.record_id = r.id"
    " JOIN document_version v ON v.document_id = d.id"
    " WHERE v.id = {row}.version_id AND r.register_entry_id IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class _Watch:
    """One table: which columns matter to counting, and which register rows a row of it belongs to."""

    table: str
    columns: str
    entries: str
    """With {row} for NEW or OLD."""


WATCHED = (
    _Watch(
        "register_entry",
        "agency_code, resolved_on, issued_on, in_force_until, expected_results, expected_papers, withdrawn_at",
        "SELECT {row}.id",
    ),
    _Watch(
        "record",
        "register_entry_id, state",
        "SELECT {row}.register_entry_id WHERE {row}.register_entry_id IS NOT NULL",
    ),
    _Watch("document", "record_id, role, state, current_version", _OF_RECORD),
    _Watch("document_version", "archived_at", _OF_DOCUMENT),
    _Watch("signature", "role, verdict, is_trusted, is_test", _OF_VERSION),
    _Watch("stored_object", "check_ok", _OF_VERSION),
    _Watch("agency", "unit_code", "SELECT id FROM register_entry WHERE agency_code = {row}.code"),
)
KINDS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def install(connection: Connection, also: Mapping[str, str] = MappingProxyType({})) -> None:
    """Put the rules into the database, in place of those of the same names; `also`: more columns to watch, by table."""
    remove(connection)
    watched = [replace(watch, columns=watch.columns + also.get(watch.table, "")) for watch in WATCHED]
    rules = _sqlite_rules(watched) if connection.dialect.name == "sqlite" else _postgres_rules(watched)
    for statement in rules:
        connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """Take the rules out of the database."""
    for watch in WATCHED:
        if connection.dialect.name == "sqlite":
            for kind in KINDS:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {_name(watch, kind)}"))
        else:
            connection.execute(text(f"DROP FUNCTION IF EXISTS sohoa_touch_{watch.table}() CASCADE"))


def trigger_names() -> tuple[str, ...]:
    """Give the names of all triggers the rules consist of."""
    return tuple(_name(watch, kind) for watch in WATCHED for kind in KINDS)


def _name(watch: _Watch, kind: str) -> str:
    return f"sohoa_touch_{watch.table}_{kind}"


def _when(watch: _Watch, kind: str) -> str:
    return f"UPDATE OF {watch.columns}" if kind == "update" else kind.upper()


def _sqlite_rules(watched: Iterable[_Watch]) -> Iterator[str]:
    for watch in watched:
        for kind, rows in KINDS.items():
            found = " UNION ".join(watch.entries.format(row=row) for row in rows)
            yield f"""CREATE TRIGGER {_name(watch, kind)} AFTER {_when(watch, kind)} ON {watch.table}
            BEGIN INSERT INTO touched_entry (entry_id) {found}; END"""


def _postgres_rules(watched: Iterable[_Watch]) -> Iterator[str]:
    for watch in watched:
        branches = "\n".join(
            f"IF TG_OP = '{kind.upper()}' THEN INSERT INTO touched_entry (entry_id) "
            f"{' UNION '.join(watch.entries.format(row=row) for row in rows)}; END IF;"
            for kind, rows in KINDS.items()
        )
        yield f"""CREATE FUNCTION sohoa_touch_{watch.table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {branches} RETURN NULL; END $$"""
        for kind in KINDS:
            yield f"""CREATE TRIGGER {_name(watch, kind)} AFTER {_when(watch, kind)} ON {watch.table}
            FOR EACH ROW EXECUTE FUNCTION sohoa_touch_{watch.table}()"""
