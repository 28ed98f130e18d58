"""The rows a paper may be, found by the database: of its agency, by number and symbol, by day, else by the year.

Each block is a range of an index, so that a search takes as long in a register of a million rows as in a small one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from pipeline.register.keys import symbol_key
from storage.ledger.models import RegisterEntry


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of a paper: its agency, and what was read on it; None where nothing was.

    `code`: number and symbol together, surely read or not. `issued_on`, where it was read for sure; else the `year`.
    """

    agency_code: str
    code: str | None = None
    is_code_sure: bool = False
    symbol: str | None = None
    issued_on: date | None = None
    year: int | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row as far as matching needs it."""

    entry_id: UUID
    record_code: str
    symbol_key: str | None
    issued_on: date | None
    resolved_on: date | None
    subject: str | None


_COLUMNS = (
    RegisterEntry.id,
    RegisterEntry.record_code,
    RegisterEntry.symbol_key,
    RegisterEntry.issued_on,
    RegisterEntry.resolved_on,
    RegisterEntry.subject,
)


def rows_by_mark(session: Session, sought: Sought, most_rows: int) -> list[Candidate]:
    """Give the rows with the paper's number and symbol, and those of its day."""
    entry = RegisterEntry
    blocks: list[ColumnElement[bool]] = []
    if sought.code:
        blocks.append(entry.symbol_key == symbol_key(sought.code))
    if sought.issued_on:
        blocks.append(entry.issued_on == sought.issued_on)
    return _rows(session, sought, blocks, most_rows)


def rows_of_year(session: Session, sought: Sought, most_rows: int) -> list[Candidate]:
    """Give the rows of the paper's year; nothing where they are more than `most_rows`, or the year is not known."""
    year = sought.issued_on.year if sought.issued_on else sought.year
    if year is None:
        return []
    whole_year = (date(year, 1, 1), date(year, 12, 31))
    entry = RegisterEntry
    undated = and_(entry.issued_on.is_(None), entry.resolved_on.between(*whole_year))
    return _rows(session, sought, [entry.issued_on.between(*whole_year), undated], most_rows)


def _rows(session: Session, sought: Sought, blocks: Sequence[ColumnElement[bool]], most_rows: int) -> list[Candidate]:
    """Give the rows of each block, once; a block of more than `most_rows` rows is left out, the smaller ones stay."""
    of_agency = (RegisterEntry.agency_code == sought.agency_code, RegisterEntry.withdrawn_at.is_(None))
    found: dict[UUID, Candidate] = {}
    for condition in blocks:
        rows = session.execute(select(*_COLUMNS).where(*of_agency, condition).limit(most_rows + 1)).all()
        if len(rows) <= most_rows:
            found |= {row[0]: Candidate(*row) for row in rows}
    return list(found.values())
