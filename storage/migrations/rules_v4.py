"""Rules the database itself keeps, fourth edition: codes are found apart from names, and more of what changes is noted.

The third edition's triggers on documents, versions, fields and pages stay; its full-text index is made anew.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from storage.migrations import rules_v3

COLUMNS = ("codes", "head", "body")
"""Of the full-text index: what everybody may look at, all that is known of a document, and its pages."""
_OF_RECORDS = "SELECT id FROM document WHERE record_id"
WATCHED = {
    "record": ("UPDATE OF register_entry_id", f"{_OF_RECORDS} = NEW.id"),
    "register_entry": (
        "UPDATE OF symbol, subject, procedure_name",
        f"{_OF_RECORDS} IN (SELECT id FROM record WHERE register_entry_id = NEW.id)",  # noqa: S608 - all of it is ours
    ),
    "identifier_in": ("INSERT", f"{_OF_RECORDS} = NEW.subject_id"),
    "identifier_out": ("DELETE", f"{_OF_RECORDS} = OLD.subject_id"),
}
"""By table, and way where there are two: what it looks at, and which documents are to be indexed anew."""


def install(connection: Connection) -> None:
    """Put the full-text index over all columns of `search_text`, in place of the earlier one, and the further rules."""
    remove(connection)
    rules = _sqlite_rules() if connection.dialect.name == "sqlite" else _postgres_rules()
    for statement in rules:
        connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """Take out what this edition put in; the full-text index goes with it."""
    if connection.dialect.name == "sqlite":
        for name in (*trigger_names(), *rules_v3.INDEX_TRIGGERS):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text("DROP TABLE IF EXISTS search_index"))
        return
    for name in WATCHED:
        connection.execute(text(f"DROP FUNCTION IF EXISTS sohoa_found_{name}() CASCADE"))
    for column in COLUMNS:
        connection.execute(text(f"DROP INDEX IF EXISTS sohoa_search_{column}"))


def trigger_names() -> tuple[str, ...]:
    """Give the names of the triggers that this edition adds."""
    return tuple(f"sohoa_found_{name}" for name in WATCHED)


def _table(name: str) -> str:
    return name.removesuffix("_in").removesuffix("_out")


def _sqlite_rules() -> Iterator[str]:
    listed = ", ".join(COLUMNS)
    yield f"""CREATE VIRTUAL TABLE search_index
    USING fts5({listed}, content='search_text', content_rowid='id', tokenize='ascii')"""
    old, new = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("OLD", "NEW"))
    into = "INSERT INTO search_index"
    taken_out = f"{into} (search_index, rowid, {listed}) VALUES ('delete', OLD.id, {old});"
    put_in = f"{into} (rowid, {listed}) VALUES (NEW.id, {new});"
    for kind, steps in (("insert", put_in), ("update", taken_out + put_in), ("delete", taken_out)):
        yield f"CREATE TRIGGER sohoa_index_{kind} AFTER {kind.upper()} ON search_text BEGIN {steps} END"
    for name, (when, documents) in WATCHED.items():
        yield f"""CREATE TRIGGER sohoa_found_{name} AFTER {when} ON {_table(name)}
        BEGIN INSERT INTO touched_document (document_id) {documents}; END"""


def _postgres_rules() -> Iterator[str]:
    for column in COLUMNS:
        yield f"CREATE INDEX sohoa_search_{column} ON search_text USING gin (to_tsvector('simple', {column}))"
    for name, (when, documents) in WATCHED.items():
        yield f"""CREATE FUNCTION sohoa_found_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO touched_document (document_id) {documents}; RETURN NULL; END $$"""
        yield f"""CREATE TRIGGER sohoa_found_{name} AFTER {when} ON {_table(name)}
        FOR EACH ROW EXECUTE FUNCTION sohoa_found_{name}()"""
