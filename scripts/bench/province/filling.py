"""Fills an empty ledger with a made-up province: server-side, with the database's own rules and indexes put back after.

Dates, states and faults follow from each row's number, so that the same command makes the same ledger anywhere.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, text

from config.text import search_spelling
from pipeline.agencies import keep_agencies
from pipeline.units.keeping import keep_units
from pipeline.units.reading import load_units
from scripts.bench.province.agencies import Post, agencies_of, sizes
from scripts.bench.province.rows import Stretch, first_day
from scripts.bench.province.spelling import Spelling
from scripts.bench.province.statements import NAMES, statements
from scripts.bench.register_matching import ACTS
from storage.ledger import Ledger
from storage.ledger.models import RegisterImport
from storage.migrations import rules_v1, rules_v2, rules_v3, rules_v4, rules_v5, rules_v6

PROVINCE = "40"
RULES = (rules_v1, rules_v2, rules_v3, rules_v4, rules_v5, rules_v6)
AT_ONCE = 100_000
OUTSIDE = 100
"""One record in so many stands in no register."""
IMPORTED_DAYS = 60
"""So long ago the register came in: a comparison of the last month is of work, not of an import."""
_LISTS = ("bench_post", "bench_size", "bench_act", "bench_name")


def fill(ledger: Ledger, rows: int, today: date, now: datetime) -> None:
    """Write register rows and all that follows from them into a ledger that was just set up."""
    spelling = Spelling(ledger.engine.dialect.name == "sqlite", first_day(today))
    posts = _found_agencies(ledger, rows, now)
    with ledger.engine.begin() as connection:
        _make_lists(connection, posts)
    with _bare(ledger):
        last = rows + rows // OUTSIDE
        parts = [
            Stretch(spelling, first, min(first + AT_ONCE - 1, last), rows) for first in range(1, last + 1, AT_ONCE)
        ]
        with ThreadPoolExecutor(1 if spelling.is_sqlite else 2) as workers:
            for _done in workers.map(lambda part: _write(ledger, part), parts):
                pass
    with ledger.engine.begin() as connection:
        for name in _LISTS:
            connection.execute(text(f"DROP TABLE {name}"))


def _found_agencies(ledger: Ledger, rows: int, now: datetime) -> Sequence[Post]:
    tree = load_units(PROVINCE)
    facts, posts = agencies_of(tree)
    counts = {"rows": rows, "added": rows, "changed": 0, "unchanged": 0, "missing": 0, "refused": 0}
    imported_at = now - timedelta(days=IMPORTED_DAYS)
    with ledger.session() as session:
        keep_units(session, tree)
        keep_agencies(session, facts)
        session.add(RegisterImport(sha256="0" * 64, scope="*", imported_at=imported_at, actor="cli:bench", **counts))
    return posts


def _make_lists(connection: Connection, posts: Sequence[Post]) -> None:
    lists: dict[str, list[dict[str, object]]] = {
        "bench_post (era integer, kind integer, position integer, code varchar)": [
            {"era": post.era, "kind": post.kind, "position": post.position, "code": post.code} for post in posts
        ],
        "bench_size (era integer, kind integer, posts integer)": [
            {"era": era, "kind": kind, "posts": count} for era, kind, count in sizes(list(posts))
        ],
        "bench_act (position integer, act varchar, plain varchar)": [
            {"position": place, "act": act, "plain": search_spelling(act)} for place, act in enumerate(ACTS)
        ],
        "bench_name (position integer, name varchar, plain varchar)": [
            {"position": place, "name": name, "plain": search_spelling(name)} for place, name in enumerate(NAMES)
        ],
    }
    for table, values in lists.items():
        connection.execute(text(f"CREATE TABLE {table}"))
        marks = ", ".join(f":{column}" for column in values[0])
        connection.execute(
            text(f"INSERT INTO {table.partition(' ')[0]} ({', '.join(values[0])}) VALUES ({marks})"),
            values,
        )
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ANALYZE {table.partition(' ')[0]}"))


def _write(ledger: Ledger, part: Stretch) -> None:
    with ledger.engine.begin() as connection:
        if not part.spelling.is_sqlite:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("SET LOCAL synchronous_commit = off"))
        for statement in (*part.working_tables(), *statements(part.spelling, part.total)):
            connection.exec_driver_sql(statement.replace("%", "%%") if not part.spelling.is_sqlite else statement)
        for table in ("bench_row", "bench_paper"):
            connection.execute(text(f"DROP TABLE {table}"))


@contextmanager
def _bare(ledger: Ledger) -> Iterator[None]:
    """Take the database's plain indexes away, on SQLite its rules too, and put them back in the end.

    On PostgreSQL the rules stay: whoever fills it lets none act.
    """
    is_sqlite = ledger.engine.dialect.name == "sqlite"
    plain = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if is_sqlite
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint WHERE conname = indexname)"
    )
    with ledger.engine.begin() as connection:
        for rules in reversed(RULES if is_sqlite else ()):
            rules.remove(connection)
        indexes = connection.execute(text(plain)).all()
        for name, _sql in indexes:
            connection.execute(text(f"DROP INDEX {name}"))
    yield
    for _name, sql in indexes:
        with ledger.engine.begin() as connection:
            if not is_sqlite:
                connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
            connection.exec_driver_sql(sql)
    with ledger.engine.begin() as connection:
        for rules in RULES if is_sqlite else ():
            rules.install(connection)
        for counts in (rules_v5, rules_v6):
            counts.recount(connection)
        if is_sqlite:
            connection.exec_driver_sql("INSERT INTO search_index (search_index) VALUES ('rebuild')")
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if is_sqlite else "VACUUM (ANALYZE)")
