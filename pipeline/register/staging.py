"""A register file laid out in a temporary table, so that the difference is found by the database, not in memory."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Uuid,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable, DropTable

from pipeline.register.error_list import Numbered
from pipeline.register.faults import Fault, RowError
from pipeline.register.notes import OtherAgency
from pipeline.register.rows import RefusedRow, RegisterRow
from storage.ledger.types import new_id

_CHUNK = 1000
_CACHE_KIB = 64 * 1024
TAKEN = "taken"
REFUSED = "refused"

_OF_AGENCY = frozenset({Fault.OUTSIDE_SCOPE, Fault.OTHER_AGENCY})
"""Faults that lie in the agency of a staged row; all others lie in its code."""

STAGED = Table(
    "register_staged_row",
    MetaData(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False),
    Column("status", String(16), nullable=False),
    Column("sheet", String, nullable=False),
    Column("source_row", Integer, nullable=False),
    Column("code_column", String),
    Column("agency_column", String),
    Column("other_agency", String(64)),
    Column("agency_code", String(64)),
    Column("record_code", String, index=True),
    Column("unique_key", String, index=True),
    Column("procedure_code", String),
    Column("procedure_name", String),
    Column("symbol", String),
    Column("symbol_key", String),
    Column("issued_on", Date),
    Column("subject", String),
    Column("issuer", String),
    Column("signer_name", String),
    Column("resolved_on", Date),
    Column("in_force_until", Date),
    Column("expected_results", Integer),
    Column("expected_papers", Integer),
    Column("expected_pages", Integer),
    Column("row_sha256", String(64)),
    prefixes=["TEMPORARY"],
)
_OF_CODES = ("code_column", "agency_column", "other_agency")
VALUE_COLUMNS = (
    "procedure_code",
    "procedure_name",
    "symbol",
    "symbol_key",
    "issued_on",
    "subject",
    "issuer",
    "signer_name",
    "resolved_on",
    "in_force_until",
    "expected_results",
    "expected_papers",
    "expected_pages",
    "row_sha256",
)
_COPIED = _OF_CODES + VALUE_COLUMNS[:-1]
_NO_VALUES: dict[str, Any] = dict.fromkeys(_OF_CODES + VALUE_COLUMNS)


@contextmanager
def staging(session: Session) -> Iterator["Staging"]:
    """Give the temporary table of one import; a failed transaction takes the table with it."""
    connection = session.connection()
    connection.execute(DropTable(STAGED, if_exists=True))
    if connection.dialect.name == "sqlite":
        # With the two megabytes it takes by itself it would write a long file's indexes to disk over and over.
        for schema in ("main", "temp"):
            connection.execute(text(f"PRAGMA {schema}.cache_size = {-_CACHE_KIB}"))
    connection.execute(CreateTable(STAGED))
    yield Staging(connection)
    connection.execute(DropTable(STAGED))


class Staging:
    """The rows of one file, laid out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.rows = 0

    def fill(self, rows: Iterable[RegisterRow | RefusedRow]) -> Iterator[Numbered]:
        """Lay all rows out, giving what is wrong with those refused as they pass."""
        waiting: list[dict[str, Any]] = []
        for row in rows:
            self.rows += 1
            if isinstance(row, RefusedRow):
                yield from ((self.rows, error) for error in row.errors)
            waiting.append(_staged(self.rows, row))
            if len(waiting) == _CHUNK:
                self._connection.execute(insert(STAGED), waiting)
                waiting = []
        if waiting:
            self._connection.execute(insert(STAGED), waiting)
        # Made now and at once, not row by row.
        for index in STAGED.indexes:
            index.create(self._connection)
        if self._connection.dialect.name == "postgresql":
            # Nobody else looks at a temporary table, and without its size it is joined as if it were empty.
            self._connection.execute(text(f"ANALYZE {STAGED.name}"))

    def agencies(self) -> tuple[str, ...]:
        """Give the agencies the file has good rows of; a wrong row may name a wrong agency."""
        found = select(STAGED.c.agency_code).where(STAGED.c.status == TAKEN).distinct()
        return tuple(sorted(self._connection.scalars(found)))

    def other_agencies(self) -> Iterator[tuple[str, OtherAgency]]:
        """Give, with its sheet, each pair of agencies whose taken rows are counted for one and coded for the other."""
        pair = (STAGED.c.sheet, STAGED.c.other_agency, STAGED.c.agency_code)
        counted = (
            select(func.count().label("rows"), func.min(STAGED.c.seq).label("first_seq"))
            .where(STAGED.c.status == TAKEN, STAGED.c.other_agency.is_not(None))
            .group_by(*pair)
            .subquery()
        )
        found = select(STAGED, counted.c.rows).join(counted, counted.c.first_seq == STAGED.c.seq)
        for row in self._connection.execute(found.order_by(STAGED.c.seq)):
            yield (
                row.sheet,
                OtherAgency(row.other_agency, row.agency_code, row.agency_column, row.rows, row.source_row),
            )

    def refused(self) -> int:
        """Give how many rows are refused."""
        query = select(func.count()).select_from(STAGED).where(STAGED.c.status == REFUSED)
        return self._connection.scalar(query) or 0

    def refuse_duplicates(self) -> Iterator[Numbered]:
        """Refuse each taken row whose code stood in an earlier taken row; the error names both."""
        first = (
            select(STAGED.c.unique_key, func.min(STAGED.c.seq).label("seq"))
            .where(STAGED.c.status == TAKEN)
            .group_by(STAGED.c.unique_key)
            .having(func.count() > 1)
            .subquery()
        )
        other = STAGED.alias()
        found = (
            select(STAGED, other.c.source_row.label("first_row"), other.c.sheet.label("first_sheet"))
            .join(first, first.c.unique_key == STAGED.c.unique_key)
            .join(other, other.c.seq == first.c.seq)
            .where(STAGED.c.status == TAKEN, STAGED.c.seq != first.c.seq)
        )

        def error(row: Any) -> RowError:
            place = f"{row.first_row}" if row.first_sheet == row.sheet else f"{row.first_sheet}!{row.first_row}"
            return row_error(row, Fault.DUPLICATE, first=place)

        return self.refuse(found, error)

    def refuse(self, found: Select[Any], error_of: Callable[[Any], RowError | None]) -> Iterator[Numbered]:
        """Give the errors of staged rows that a query finds; once all are given, these rows are taken no more."""
        numbers = array("Q")
        for row in self._connection.execute(found.order_by(STAGED.c.seq), execution_options={"yield_per": _CHUNK}):
            error = error_of(row)
            if error is not None:
                numbers.append(row.seq)
                yield row.seq, error
        for start in range(0, len(numbers), _CHUNK):
            chunk = numbers[start : start + _CHUNK].tolist()
            self._connection.execute(update(STAGED).where(STAGED.c.seq.in_(chunk)).values(status=REFUSED))


def row_error(row: Any, fault: Fault, **details: str) -> RowError:
    """Give the error of a staged row, with the column it lies in."""
    column = row.agency_column if fault in _OF_AGENCY else row.code_column
    return RowError(row.source_row, fault, row.sheet, column, row.record_code, details)


def _staged(seq: int, row: RegisterRow | RefusedRow) -> dict[str, Any]:
    staged: dict[str, Any] = {
        "seq": seq,
        "id": new_id(),
        "status": REFUSED,
        "sheet": row.sheet,
        "source_row": row.number,
        "agency_code": row.agency_code,
        "record_code": row.record_code,
        "unique_key": _unique_key(row),
    }
    if isinstance(row, RefusedRow):
        return staged | _NO_VALUES
    for name in _COPIED:
        staged[name] = getattr(row, name)
    staged["status"], staged["row_sha256"] = TAKEN, row.sha256()
    return staged


def _unique_key(row: RegisterRow | RefusedRow) -> str | None:
    """Give what may stand once only: a mã hồ sơ anywhere, a row's own name within its agency."""
    if row.record_code is None:
        return None
    return row.record_code if row.has_record_code else f"{row.agency_code}/{row.record_code}"
