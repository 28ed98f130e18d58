"""Rules the database itself keeps, fifth edition: how many there are of what a report counts, whoever writes.

Each change puts what it adds on the list `count_change`, in its own transaction; nobody waits for another. `kept_count`
holds the sum of what was on the list before. Counted are documents by agency, state and reason; register rows that are
listed, missing from their last file, or withdrawn; and documents by what was noticed of them, each once.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

_DOCUMENT = "'document', {row}.agency_code, {row}.state, COALESCE({row}.reason_code, '')"
_ENTRY = (
    "'entry', '', CASE WHEN {row}.withdrawn_at IS NOT NULL THEN 'withdrawn'"
    " WHEN {row}.missing_since_id IS NOT NULL THEN 'missing' ELSE 'listed' END, ''"
)
SIMPLE = {
    "document": (_DOCUMENT, ("agency_code", "state", "reason_code")),
    "register_entry": (_ENTRY, ("withdrawn_at", "missing_since_id")),
}
"""By table: under what a row of it is counted, and the columns that say so."""
KINDS = ("insert", "update", "delete")
_FINDING = ("document_id", "code", "severity")
_CHANGE = "INSERT INTO count_change (subject, agency_code, code, detail, number)"


def install(connection: Connection) -> None:
    """Put the rules into the database, and count what is there."""
    is_sqlite = connection.dialect.name == "sqlite"
    for rule in _sqlite_rules() if is_sqlite else _postgres_rules():
        connection.execute(text(rule))
    recount(connection)


def remove(connection: Connection) -> None:
    """Take them out of the database."""
    if connection.dialect.name == "sqlite":
        for name in trigger_names():
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        return
    for table in (*SIMPLE, "finding"):
        connection.execute(text(f"DROP FUNCTION IF EXISTS sohoa_count_{table}() CASCADE"))


def recount(connection: Connection) -> None:
    """Count all of it anew."""
    for table in ("count_change", "kept_count"):
        connection.execute(text(f"DELETE FROM {table}"))
    kept = "INSERT INTO kept_count (subject, agency_code, code, detail, number)"
    for query in recounted():
        connection.execute(text(f"{kept} {query}"))


def recounted() -> Iterator[str]:
    """Give the queries that count every row."""
    for table, (columns, _watched) in SIMPLE.items():
        yield f"SELECT {columns.format(row=table)}, COUNT(*) FROM {table} GROUP BY 1, 2, 3, 4"
    yield "SELECT 'finding', '', code, severity, COUNT(DISTINCT document_id) FROM finding GROUP BY code, severity"


def trigger_names() -> tuple[str, ...]:
    """Give the names of all triggers the rules consist of."""
    return tuple(f"sohoa_count_{table}_{kind}" for table in (*SIMPLE, "finding") for kind in KINDS)


def _sqlite_rules() -> Iterator[str]:
    for table, (columns, watched) in SIMPLE.items():
        gone, come = columns.format(row="OLD"), columns.format(row="NEW")
        differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in watched)
        for kind, condition, changes in (
            ("insert", "", [(come, 1)]),
            ("update", f"WHEN {differs}", [(gone, -1), (come, 1)]),
            ("delete", "", [(gone, -1)]),
        ):
            when = f"UPDATE OF {', '.join(watched)}" if kind == "update" else kind.upper()
            steps = " ".join(f"{_CHANGE} VALUES ({what}, {number});" for what, number in changes)
            yield f"CREATE TRIGGER sohoa_count_{table}_{kind} AFTER {when} ON {table} {condition} BEGIN {steps} END"
    same = "document_id = {row}.document_id AND code = {row}.code AND severity = {row}.severity"
    first = f"NOT EXISTS (SELECT 1 FROM finding WHERE {same.format(row='NEW')} AND id <> NEW.id)"
    last = f"NOT EXISTS (SELECT 1 FROM finding WHERE {same.format(row='OLD')})"
    comes = f"{_CHANGE} SELECT 'finding', '', NEW.code, NEW.severity, 1 WHERE {first};"
    goes = f"{_CHANGE} SELECT 'finding', '', OLD.code, OLD.severity, -1 WHERE {last};"
    differs = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in _FINDING)
    for kind, when, steps in (
        ("insert", "INSERT ON finding", comes),
        ("update", f"UPDATE OF {', '.join(_FINDING)} ON finding WHEN {differs}", goes + comes),
        ("delete", "DELETE ON finding", goes),
    ):
        yield f"CREATE TRIGGER sohoa_count_finding_{kind} AFTER {when} BEGIN {steps} END"


def _postgres_rules() -> Iterator[str]:
    for table, (columns, watched) in SIMPLE.items():
        gone, come = columns.format(row="OLD"), columns.format(row="NEW")
        many = {
            "insert": f"{_CHANGE} SELECT {columns.format(row='rows_new')}, COUNT(*) FROM rows_new GROUP BY 1, 2, 3, 4",
            "update": f"{_CHANGE} VALUES ({gone}, -1), ({come}, 1)",
            "delete": f"{_CHANGE} SELECT {columns.format(row='rows_old')}, -COUNT(*) FROM rows_old GROUP BY 1, 2, 3, 4",
        }
        yield _function(table, many)
        differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in watched)
        yield _trigger(table, "insert", "REFERENCING NEW TABLE AS rows_new FOR EACH STATEMENT")
        yield f"""CREATE TRIGGER sohoa_count_{table}_update AFTER UPDATE OF {", ".join(watched)} ON {table}
        FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION sohoa_count_{table}()"""
        yield _trigger(table, "delete", "REFERENCING OLD TABLE AS rows_old FOR EACH STATEMENT")
    yield _function("finding", {kind: _noticed(kind) for kind in KINDS})
    yield _trigger("finding", "insert", "REFERENCING NEW TABLE AS rows_new FOR EACH STATEMENT")
    both = "REFERENCING OLD TABLE AS rows_old NEW TABLE AS rows_new FOR EACH STATEMENT"
    yield _trigger("finding", "update", both)
    yield _trigger("finding", "delete", "REFERENCING OLD TABLE AS rows_old FOR EACH STATEMENT")


def _function(table: str, steps: dict[str, str]) -> str:
    branches = " ".join(f"IF TG_OP = '{kind.upper()}' THEN {step}; END IF;" for kind, step in steps.items())
    return f"""CREATE FUNCTION sohoa_count_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {branches} RETURN NULL; END $$"""


def _trigger(table: str, kind: str, how: str) -> str:
    name = f"sohoa_count_{table}_{kind}"
    return f"CREATE TRIGGER {name} AFTER {kind.upper()} ON {table} {how} EXECUTE FUNCTION sohoa_count_{table}()"


def _noticed(kind: str) -> str:
    """Give the steps that count documents by what is noticed of them: there now, less there before the statement.

    Two who notice the same of one document at once take turns there: the second must see what the first wrote.
    """
    changed = [name for name, kinds in (("rows_new", "insert update"), ("rows_old", "update delete")) if kind in kinds]
    keys = " UNION ".join(f"SELECT DISTINCT document_id, code, severity FROM {name}" for name in changed)
    same = "f.document_id = k.document_id AND f.code = k.code AND f.severity = k.severity"
    others = " AND f.id NOT IN (SELECT id FROM rows_new)" if "rows_new" in changed else ""
    before = f"EXISTS (SELECT 1 FROM finding f WHERE {same}{others})"
    if "rows_old" in changed:
        before = f"({before} OR EXISTS (SELECT 1 FROM rows_old f WHERE {same}))"
    now = f"EXISTS (SELECT 1 FROM finding f WHERE {same})"
    turns = f"PERFORM 1 FROM document WHERE id IN (SELECT document_id FROM ({keys}) AS k) ORDER BY id FOR NO KEY UPDATE"
    counted = f"SELECT code, severity, {now}\\:\\:int - {before}\\:\\:int AS number FROM ({keys}) AS k"
    summed = f"SELECT 'finding', '', code, severity, SUM(number) FROM ({counted}) AS c GROUP BY code, severity"
    return f"{turns}; {_CHANGE} {summed} HAVING SUM(number) <> 0"
