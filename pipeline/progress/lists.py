"""The register rows behind a figure, page by page: those counted at a level, for an agency or a unit, done or not.

Rests on the kept standings of today; who asks brings them up to date first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from config.errors import NotFoundError
from config.i18n import mark as _
from pipeline.progress.kept import STANDINGS
from pipeline.progress.tallies import counts_as_solved, counts_in_force
from pipeline.targets import Level
from pipeline.units.keeping import kept_tree
from storage.ledger.models import Agency, RegisterEntry

PAGE = 50


class UnitNotFoundError(NotFoundError):
    """A unit was asked for that never stood."""

    code = "unit_not_found"
    message = _("there is no unit {unit}")
    remedy = _("Name it by its code, or where a code was used anew by code@day, such as 16681@2021-09-24.")


class Done(StrEnum):
    """Which of the rows counted are meant."""

    ALL = "all"
    DONE = "done"
    UNDONE = "undone"
    UNSCANNED = "unscanned"


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that one figure counts."""

    day: date
    year: int | None = None
    """Records solved in that year; None: results in force on the day."""
    level: Level | None = None
    agency: str | None = None
    unit: str | None = None
    """Code, or code@valid_from."""
    is_as_issued: bool = False
    """Of the unit only what it issued itself; else all it has by now."""
    done: Done = Done.ALL


@dataclass(frozen=True, slots=True)
class Place:
    """The row after which a page begins."""

    agency_code: str
    entry_id: UUID

    def __str__(self) -> str:
        return f"{self.agency_code}:{self.entry_id}"

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Read what was written. Raise ValueError for anything else."""
        agency, _colon, entry = text.rpartition(":")
        return cls(agency, UUID(entry))


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """One row of the register, and how far it is."""

    entry_id: UUID
    agency_code: str
    record_code: str
    resolved_on: date | None
    in_force_until: date | None
    results: int
    results_digitized: int
    papers: int
    papers_digitized: int
    documents: int
    is_signed: bool
    is_stored: bool
    is_digitized: bool

    @property
    def place(self) -> Place:
        """Where the next page begins when this is the last row of one."""
        return Place(self.agency_code, self.entry_id)


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some rows in order, and where the next ones begin; None: these are the last."""

    entries: tuple[ListedEntry, ...]
    next: Place | None


def list_entries(session: Session, of: Selection, after: Place | None = None, limit: int = PAGE) -> ListPage:
    """Give a page of the rows a figure counts, by agency. Raise UnitNotFoundError for a unit that never stood."""
    query = _query(session, of).order_by(STANDINGS.c.agency_code, STANDINGS.c.entry_id).limit(limit + 1)
    if after is not None:
        here = tuple_(STANDINGS.c.agency_code, STANDINGS.c.entry_id)
        query = query.where(here > tuple_(after.agency_code, after.entry_id))
    found = tuple(ListedEntry(*row) for row in session.execute(query))
    return ListPage(found[:limit], found[limit - 1].place if len(found) > limit else None)


def count_entries(session: Session, of: Selection) -> int:
    """Give how many rows a figure counts."""
    return session.scalar(select(func.count()).select_from(STANDINGS).where(*_conditions(session, of))) or 0


def every_entry(session: Session, of: Selection, at_once: int = 1000) -> Iterator[ListedEntry]:
    """Give all rows a figure counts, some at a time."""
    page = list_entries(session, of, None, at_once)
    yield from page.entries
    while page.next is not None:
        page = list_entries(session, of, page.next, at_once)
        yield from page.entries


def _query(session: Session, of: Selection) -> Select[Any]:
    rows = STANDINGS.c
    return (
        select(
            rows.entry_id,
            rows.agency_code,
            RegisterEntry.record_code,
            rows.resolved_on,
            rows.in_force_until,
            rows.results,
            rows.results_digitized,
            rows.papers,
            rows.papers_digitized,
            rows.documents,
            rows.is_signed,
            rows.is_stored,
            rows.is_digitized,
        )
        .join(RegisterEntry, RegisterEntry.id == rows.entry_id)
        .where(*_conditions(session, of))
    )


def _conditions(session: Session, of: Selection) -> Iterator[ColumnElement[bool]]:
    rows = STANDINGS.c
    if of.year is None:
        yield counts_in_force(STANDINGS, of.day)
    else:
        yield and_(rows.solved_year == of.year, counts_as_solved(STANDINGS, of.day))
    if of.agency is not None:
        yield rows.agency_code == of.agency
    if of.level is not None:
        yield rows.agency_code.in_(select(Agency.code).where(Agency.level == of.level))
    if of.unit is not None:
        yield rows.unit_id.in_(_unit_ids(session, of.unit, of.day, is_as_issued=of.is_as_issued))
    if of.done is Done.UNSCANNED:
        yield rows.documents == 0
    elif of.done is not Done.ALL:
        yield rows.is_digitized == (of.done is Done.DONE)


def _unit_ids(session: Session, named: str, day: date, *, is_as_issued: bool) -> list[UUID]:
    """Give the units whose rows count for a unit."""
    tree, keys = kept_tree(session)
    code, _at, since = named.partition("@")
    try:
        meant = tree.units.get((code, date.fromisoformat(since))) if since else tree.find(code, day)
    except ValueError:
        meant = None
    if meant is None and not since:
        # A code that nobody bears any more: the last unit that did.
        meant = max(
            (unit for unit in tree.units.values() if unit.code == code), key=lambda one: one.valid_from, default=None
        )
    if meant is None:
        raise UnitNotFoundError(unit=named)
    if is_as_issued:
        return [id_ for id_, key in keys.items() if key == meant.key]
    return [id_ for id_, key in keys.items() if tree.heir(tree.units[key], day) == meant]
