"""Rules the database itself keeps, sixth edition: which records may stand in no register any more, and questions.

Each change that decides whether a record was scanned and stands in no register puts the record on the list
`touched_record`. Questions to persons are counted by the Vietnamese day on which they were asked and settled, as the
fifth edition counts documents: each change puts what it adds on the list `count_change`.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, column, delete, text
from sqlalchemy import table as sql_table

KINDS = ("insert", "update", "delete")
_TOUCH = "INSERT INTO touched_record (record_id)"
_CHANGE = "INSERT INTO count_change (subject, agency_code, code, detail, number)"
SUBJECTS = ("asked", "settled")
_KEPT = "INSERT INTO kept_count (subject, agency_code, code, detail, number)"
_KIND = "(CASE WHEN {row}.state IN ('superseded', 'duplicate') THEN 0 WHEN {row}.state = 'refused' THEN 1 ELSE 2 END)"
"""What of a document's state matters: whether it is there at all, and whether it was refused."""
_OF_DOCUMENT = "SELECT {row}.record_id WHERE {row}.record_id IS NOT NULL"
_OF_VERSION = "SELECT record_id FROM document WHERE id = {row}.document_id AND record_id IS NOT NULL"
_PASSED = "({row}.secrecy_passed_at IS NOT NULL)"
TOUCHED = {
    "record": ("SELECT {row}.id", ("register_entry_id", "state", "agency_code"), "", ()),
    "document": (_OF_DOCUMENT, ("record_id", "state"), "", ("{row}.record_id", _KIND)),
    "document_version": (_OF_VERSION, ("secrecy_passed_at",), _PASSED, (_PASSED,)),
}
"""By table: the record a row belongs to, the columns watched, which rows matter when they come or go, and what of the
columns must be another for a change to matter (none: any of them)."""
_COUNTED = ("opened_at", "settled_at")


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
    for table in TOUCHED:
        connection.execute(text(f"DROP FUNCTION IF EXISTS sohoa_outside_{table}() CASCADE"))
    connection.execute(text("DROP FUNCTION IF EXISTS sohoa_count_review_task() CASCADE"))


def recount(connection: Connection) -> None:
    """Count all questions anew."""
    is_sqlite = connection.dialect.name == "sqlite"
    for table in ("count_change", "kept_count"):
        counts = sql_table(table, column("subject"))
        connection.execute(delete(counts).where(counts.c.subject.in_(SUBJECTS)))
    for subject, day, condition in _questions("review_task", is_sqlite=is_sqlite):
        counted = f"'{subject}', '', {day}, '', COUNT(*) FROM review_task WHERE {condition} GROUP BY 3"
        connection.execute(text(f"{_KEPT} SELECT {counted}"))


def trigger_names() -> tuple[str, ...]:
    """Give the names of all triggers the rules consist of."""
    touching = [f"sohoa_outside_{table}_{kind}" for table in TOUCHED for kind in KINDS]
    return (*touching, *(f"sohoa_count_review_task_{kind}" for kind in KINDS))


def _questions(row: str, *, is_sqlite: bool) -> Iterator[tuple[str, str, str]]:
    """Give under what a question is counted: subject, day, and when it is.

    None is settled before it was asked, whatever a clock said: so those open on a day are those asked less those
    settled up to it.
    """
    later = "MAX" if is_sqlite else "GREATEST"
    settled = f"{later}({row}.opened_at, {row}.settled_at)"
    yield "asked", _day(f"{row}.opened_at", is_sqlite=is_sqlite), "TRUE"
    yield "settled", _day(settled, is_sqlite=is_sqlite), f"{row}.settled_at IS NOT NULL"


def _day(instant: str, *, is_sqlite: bool) -> str:
    """Give the Vietnamese day of an instant, as 2026-11-24."""
    if is_sqlite:
        return f"date(substr({instant}, 1, 19), '+7 hours')"
    return f"to_char(timezone('Asia/Ho_Chi_Minh', {instant}), 'YYYY-MM-DD')"


def _questions_changed(row: str, number: int, *, is_sqlite: bool) -> str:
    return " ".join(
        f"{_CHANGE} SELECT '{subject}', '', {day}, '', {number} WHERE {condition};"
        for subject, day, condition in _questions(row, is_sqlite=is_sqlite)
    )


def _when(kind: str, table: str, columns: tuple[str, ...]) -> str:
    return f"UPDATE OF {', '.join(columns)} ON {table}" if kind == "update" else f"{kind.upper()} ON {table}"


def _touching(differs: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Give trigger, when it acts, on what condition, and what it does."""
    for table, (records, columns, matters, changed) in TOUCHED.items():
        compared = changed or tuple("{row}." + column for column in columns)
        is_other = " OR ".join(f"{one.format(row='OLD')} {differs} {one.format(row='NEW')}" for one in compared)
        both = f"{records.format(row='OLD')} UNION {records.format(row='NEW')}"
        for kind, condition, found in (
            ("insert", matters.format(row="NEW"), records.format(row="NEW")),
            ("update", is_other, both),
            ("delete", matters.format(row="OLD"), records.format(row="OLD")),
        ):
            clause = f"WHEN ({condition})" if condition else ""
            yield table, kind, _when(kind, table, columns), clause, f"{_TOUCH} {found};"


def _sqlite_rules() -> Iterator[str]:
    for table, kind, when, clause, step in _touching("IS NOT"):
        yield f"CREATE TRIGGER sohoa_outside_{table}_{kind} AFTER {when} {clause} BEGIN {step} END"
    gone, come = (_questions_changed(row, number, is_sqlite=True) for row, number in (("OLD", -1), ("NEW", 1)))
    for kind, steps in zip(KINDS, (come, gone + come, gone), strict=True):
        when = _when(kind, "review_task", _COUNTED)
        yield f"CREATE TRIGGER sohoa_count_review_task_{kind} AFTER {when} BEGIN {steps} END"


def _postgres_rules() -> Iterator[str]:
    rules = list(_touching("IS DISTINCT FROM"))
    for table in TOUCHED:
        yield _function(f"sohoa_outside_{table}", {kind: step for of, kind, _w, _c, step in rules if of == table})
    for table, kind, when, clause, _step in rules:
        name = f"sohoa_outside_{table}"
        yield f"CREATE TRIGGER {name}_{kind} AFTER {when} FOR EACH ROW {clause} EXECUTE FUNCTION {name}()"
    gone, come = (_questions_changed(row, number, is_sqlite=False) for row, number in (("OLD", -1), ("NEW", 1)))
    name = "sohoa_count_review_task"
    yield _function(name, {"insert": come, "update": gone + come, "delete": gone})
    for kind in KINDS:
        when = _when(kind, "review_task", _COUNTED)
        yield f"CREATE TRIGGER {name}_{kind} AFTER {when} FOR EACH ROW EXECUTE FUNCTION {name}()"


def _function(name: str, steps: dict[str, str]) -> str:
    branches = " ".join(f"IF TG_OP = '{kind.upper()}' THEN {step} END IF;" for kind, step in steps.items())
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {branches} RETURN NULL; END $$"""
