"""The Vietnamese calendar day of an instant, reckoned by the database."""

from typing import Any

from sqlalchemy import Date, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_ZONE, _HOURS = "Asia/Ho_Chi_Minh", 7
"""SQLite knows no zones; Vietnam has been at +07:00 since 1975, longer than any ledger reaches back."""


class vietnamese_day(FunctionElement[Any]):  # noqa: N801 - named as SQL functions are
    """`vietnamese_day(instant)`: the day on which an instant lies in Vietnam, as a column of days holds it.

    `CAST(… AS DATE)` gives the day of the session's zone on PostgreSQL, and the mere year on SQLite.
    """

    type = Date()
    name = "vietnamese_day"
    inherit_cache = True


class vietnamese_day_text(FunctionElement[Any]):  # noqa: N801 - named as SQL functions are
    """`vietnamese_day_text(instant)`: the same day as text, 2026-11-24, whatever way the database writes days."""

    type = String()
    name = "vietnamese_day_text"
    inherit_cache = True


@compiles(vietnamese_day, "postgresql")
def _on_postgresql(element: vietnamese_day, compiler: SQLCompiler, **options: Any) -> str:
    instant = compiler.process(element.clauses, **options)
    return f"CAST(timezone('{_ZONE}', {instant}) AS DATE)"


@compiles(vietnamese_day, "sqlite")
def _on_sqlite(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    # Without the fraction of a second, which SQLite would round up into the next day.
    return f"date(substr({compiler.process(element.clauses, **options)}, 1, 19), '+{_HOURS} hours')"


@compiles(vietnamese_day_text, "postgresql")
def _text_on_postgresql(element: vietnamese_day_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char(timezone('{_ZONE}', {compiler.process(element.clauses, **options)}), 'YYYY-MM-DD')"


@compiles(vietnamese_day_text, "sqlite")
def _text_on_sqlite(element: vietnamese_day_text, compiler: SQLCompiler, **options: Any) -> str:
    # SQLite has no days but such texts.
    return _on_sqlite(element, compiler, **options)
