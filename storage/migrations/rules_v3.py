"""Rules the database itself keeps, third edition: what documents are found by follows what is known of them.

A change is noted on `touched_document`; what is erased is gone from the search text, and from its full-text index, at
once.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

_OF_VERSION = "SELECT document_id FROM document_version WHERE id = {row}.version_id"
WATCHED = {
    "document": ("record_id, state, current_version", "SELECT {row}.id"),
    "document_version": ("secrecy_passed_at", "SELECT {row}.document_id"),
    "field_value": ("value, status", _OF_VERSION),
    "page": ("text", _OF_VERSION),
}
"""By table: the columns that matter, and which document a row belongs to."""
KINDS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
INDEX_TRIGGERS = ("sohoa_index_insert", "sohoa_index_update", "sohoa_index_delete")


def install(connection: Connection) -> None:
    """Put the full-text index and the rules into the database."""
    rules = _sqlite_rules() if connection.dialect.name == "sqlite" else _postgres_rules()
    for statement in rules:
        connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """Take them out of the database."""
    if connection.dialect.name == "sqlite":
        for name in (*_touch_names(), "sohoa_erase_document_version", *INDEX_TRIGGERS):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text("DROP TABLE IF EXISTS search_index"))
        return
    for table in WATCHED:
        connection.execute(text(f"DROP FUNCTION IF EXISTS sohoa_found_{table}() CASCADE"))
    connection.execute(text("DROP FUNCTION IF EXISTS sohoa_erase_found() CASCADE"))
    for column in ("head", "body"):
        connection.execute(text(f"DROP INDEX IF EXISTS sohoa_search_{column}"))


def trigger_names(dialect: str) -> tuple[str, ...]:
    """Give the names of all triggers the rules consist of."""
    return (*_touch_names(), "sohoa_erase_document_version", *(INDEX_TRIGGERS if dialect == "sqlite" else ()))


def _touch_names() -> tuple[str, ...]:
    return tuple(f"sohoa_found_{table}_{kind}" for table in WATCHED for kind in KINDS)


def _when(columns: str, kind: str) -> str:
    return f"UPDATE OF {columns}" if kind == "update" else kind.upper()


def _sqlite_rules() -> Iterator[str]:
    yield """CREATE VIRTUAL TABLE search_index
    USING fts5(head, body, content='search_text', content_rowid='id', tokenize='ascii')"""
    taken_out = (
        "INSERT INTO search_index (search_index, rowid, head, body) VALUES ('delete', OLD.id, OLD.head, OLD.body);"
    )
    put_in = "INSERT INTO search_index (rowid, head, body) VALUES (NEW.id, NEW.head, NEW.body);"
    for kind, steps in (("insert", put_in), ("update", taken_out + put_in), ("delete", taken_out)):
        yield f"CREATE TRIGGER sohoa_index_{kind} AFTER {kind.upper()} ON search_text BEGIN {steps} END"
    for table, (columns, document) in WATCHED.items():
        for kind, row in KINDS.items():
            yield f"""CREATE TRIGGER sohoa_found_{table}_{kind} AFTER {_when(columns, kind)} ON {table}
            BEGIN INSERT INTO touched_document (document_id) {document.format(row=row)}; END"""
    yield """CREATE TRIGGER sohoa_erase_document_version AFTER DELETE ON document_version
    BEGIN DELETE FROM search_text WHERE document_id = OLD.document_id; END"""


def _postgres_rules() -> Iterator[str]:
    for column in ("head", "body"):
        yield f"CREATE INDEX sohoa_search_{column} ON search_text USING gin (to_tsvector('simple', {column}))"
    for table, (columns, document) in WATCHED.items():
        branches = " ".join(
            f"IF TG_OP = '{kind.upper()}' THEN INSERT INTO touched_document (document_id) "
            f"{document.format(row=row)}; END IF;"
            for kind, row in KINDS.items()
        )
        yield f"""CREATE FUNCTION sohoa_found_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {branches} RETURN NULL; END $$"""
        for kind in KINDS:
            yield f"""CREATE TRIGGER sohoa_found_{table}_{kind} AFTER {_when(columns, kind)} ON {table}
            FOR EACH ROW EXECUTE FUNCTION sohoa_found_{table}()"""
    yield """CREATE FUNCTION sohoa_erase_found() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN DELETE FROM search_text WHERE document_id = OLD.document_id; RETURN NULL; END $$"""
    yield """CREATE TRIGGER sohoa_erase_document_version AFTER DELETE ON document_version
    FOR EACH ROW EXECUTE FUNCTION sohoa_erase_found()"""
