"""The register rows behind a figure, page by page: those counted at a level, for an agency or a unit, done or not.

Rests on the kept standings and sums of the day they were last brought up to. The sums say how many rows there are and
which agencies have any; a page is then read agency by agency along an index, however many rows there are in all.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from config.errors import NotFoundError
from config.i18n import mark as _
from pipeline.progress.kept import STANDINGS
from pipeline.progress.model import UNKNOWN_LEVEL
from pipeline.progress.tallies import IN_FORCE, counts_as_solved, counts_in_force
from pipeline.targets import Level
from pipeline.units.keeping import kept_tree
from pipeline.units.tree import Unit, UnitTree
from storage.ledger.models import Agency, KeptTally, Record, RegisterEntry
from storage.ledger.states import RecordState

PAGE = 50
NO_UNIT = "none"
"""In place of a unit: rows of agencies whose unit nobody entered."""


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
    SIGNED = "signed"
    STORED = "stored"
    SHORT = "short"
    """Scanned, and fewer documents or pages than the register states."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that one figure counts."""

    day: date
    year: int | None = None
    """Records solved in that year; None: results in force on the day."""
    level: Level | str | None = None
    """A level, or UNKNOWN_LEVEL."""
    agency: str | None = None
    unit: str | None = None
    """Code, code@valid_from, or NO_UNIT."""
    is_as_issued: bool = False
    """Of the unit only what it issued itself; else all it has by now."""
    done: Done = Done.ALL
    is_every: bool = False
    """With Done.SHORT: of every row that is not withdrawn, in place of a year's or those in force."""


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
    pages_expected: int | None
    pages: int

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
    return _page(session, _chosen(session, of), after, limit)


def count_entries(session: Session, of: Selection) -> int:
    """Give how many rows a figure counts."""
    return sum(_chosen(session, of).counts.values())


def agencies_of(session: Session, of: Selection) -> tuple[str, ...]:
    """Give the agencies that have rows of a selection, of whatever year."""
    units = _unit_ids(session, of)
    query = select(KeptTally.agency_code).distinct().order_by(KeptTally.agency_code)
    return tuple(session.scalars(query if units is None else query.where(_is_of(KeptTally.unit_id, units))))


def records_of(session: Session, entries: Iterable[ListedEntry]) -> dict[UUID, UUID]:
    """Give the record of each of some rows that has one."""
    ids = [one.entry_id for one in entries]
    query = (
        select(Record.register_entry_id, Record.id)
        .where(Record.register_entry_id.in_(ids), Record.state != RecordState.SUPERSEDED)
        .order_by(Record.id.desc())
    )
    return {entry: record for entry, record in session.execute(query) if entry is not None}


def every_entry(session: Session, of: Selection, at_once: int = 1000) -> Iterator[ListedEntry]:
    """Give all rows a figure counts, some at a time."""
    chosen = _chosen(session, of)
    page = _page(session, chosen, None, at_once)
    yield from page.entries
    while page.next is not None:
        page = _page(session, chosen, page.next, at_once)
        yield from page.entries


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is selected, looked up: which units, and how many rows each agency has of it."""

    of: Selection
    units: frozenset[UUID | None] | None
    """None: whatever unit."""
    counts: Mapping[str, int]
    """Rows by agency, in order."""

    def rows_of(self, agency: str) -> Select[Any]:
        return (
            select(
                STANDINGS.c.entry_id,
                STANDINGS.c.agency_code,
                RegisterEntry.record_code,
                STANDINGS.c.resolved_on,
                STANDINGS.c.in_force_until,
                STANDINGS.c.results,
                STANDINGS.c.results_digitized,
                STANDINGS.c.papers,
                STANDINGS.c.papers_digitized,
                STANDINGS.c.documents,
                STANDINGS.c.is_signed,
                STANDINGS.c.is_stored,
                STANDINGS.c.is_digitized,
                STANDINGS.c.pages_expected,
                STANDINGS.c.pages,
            )
            .join(RegisterEntry, RegisterEntry.id == STANDINGS.c.entry_id)
            .where(STANDINGS.c.agency_code == agency, *self.conditions())
        )

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        rows, of = STANDINGS.c, self.of
        if of.is_every:
            yield ~rows.is_withdrawn
        elif of.year is None:
            yield counts_in_force(STANDINGS, of.day)
        else:
            yield and_(rows.solved_year == of.year, counts_as_solved(STANDINGS, of.day))
        if self.units is not None:
            yield _is_of(rows.unit_id, self.units)
        match of.done:
            case Done.UNSCANNED:
                yield rows.documents == 0
            case Done.DONE | Done.UNDONE:
                yield rows.is_digitized == (of.done is Done.DONE)
            case Done.SIGNED:
                yield rows.is_signed
            case Done.STORED:
                yield rows.is_stored
            case Done.SHORT:
                yield rows.is_short


def _chosen(session: Session, of: Selection) -> _Chosen:
    """Look up which units are meant, and how many such rows each agency has."""
    chosen = _Chosen(of, _unit_ids(session, of), {})
    query = _as_looked_at(chosen) if of.done is Done.SHORT else _as_kept(chosen)
    return replace(chosen, counts={agency: int(rows) for agency, rows in sorted(session.execute(query).all())})


def _as_kept(chosen: _Chosen) -> Select[str, int]:
    """Give the query for how many rows each agency has by the kept sums."""
    of = chosen.of
    counted = func.sum(_COUNTED[of.done])
    query = select(KeptTally.agency_code, counted).where(KeptTally.year == (IN_FORCE if of.year is None else of.year))
    if chosen.units is not None:
        query = query.where(_is_of(KeptTally.unit_id, chosen.units))
    query = query.where(*_whose(KeptTally.agency_code, of))
    return query.group_by(KeptTally.agency_code).having(counted > 0)


def _as_looked_at(chosen: _Chosen) -> Select[str, int]:
    """Give the query for what no sum is kept of: those rows are few, and have an index of their own."""
    agency = STANDINGS.c.agency_code
    query = select(agency, func.count()).where(*chosen.conditions(), *_whose(agency, chosen.of))
    return query.group_by(agency)


def _whose(agency: Any, of: Selection) -> Iterator[ColumnElement[bool]]:
    if of.agency is not None:
        yield agency == of.agency
    if of.level == UNKNOWN_LEVEL:
        yield agency.not_in(select(Agency.code))
    elif of.level is not None:
        yield agency.in_(select(Agency.code).where(Agency.level == of.level))


def _page(session: Session, chosen: _Chosen, after: Place | None, limit: int) -> ListPage:
    found: list[ListedEntry] = []
    for agency in chosen.counts:
        if after is not None and agency < after.agency_code:
            continue
        query = chosen.rows_of(agency).order_by(STANDINGS.c.entry_id).limit(limit + 1 - len(found))
        if after is not None and agency == after.agency_code:
            query = query.where(STANDINGS.c.entry_id > after.entry_id)
        found += [ListedEntry(*row) for row in session.execute(query)]
        if len(found) > limit:
            return ListPage(tuple(found[:limit]), found[limit - 1].place)
    return ListPage(tuple(found), None)


_COUNTED: Mapping[Done, ColumnElement[int]] = {
    Done.ALL: KeptTally.records + 0,
    Done.DONE: KeptTally.digitized + 0,
    Done.UNDONE: KeptTally.records - KeptTally.digitized,
    Done.UNSCANNED: KeptTally.unscanned + 0,
    Done.SIGNED: KeptTally.signed + 0,
    Done.STORED: KeptTally.stored + 0,
}
"""How many of the rows of a kept sum are meant."""


def _is_of(column: Any, units: frozenset[UUID | None]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.is_(None) if None in units else column.in_(units)
    return found


def _unit_ids(session: Session, of: Selection) -> frozenset[UUID | None] | None:
    """Give the units whose rows count for the unit that is meant; None where none is."""
    if of.unit is None or of.unit == NO_UNIT:
        return frozenset({None}) if of.unit else None
    tree, keys = kept_tree(session)
    meant = unit_called(tree, of.unit, of.day)
    if of.is_as_issued:
        return frozenset(id_ for id_, key in keys.items() if key == meant.key)
    return frozenset(id_ for id_, key in keys.items() if tree.heir(tree.units[key], of.day) == meant)


def unit_called(tree: UnitTree, named: str, day: date) -> Unit:
    """Give the unit of a code, or code@valid_from. Raise UnitNotFoundError where none ever stood.

    Of units that bore one code the one of the day is meant, else the last one.
    """
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
    return meant
