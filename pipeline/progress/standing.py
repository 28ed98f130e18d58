"""How far each register row is on a day: what it expects, what of that is there, and which unit issued it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, extract, func, or_, select
from sqlalchemy.orm import aliased

from pipeline.progress.there import KINDS, day_end, there_by_entry
from storage.ledger.days import vietnamese_day
from storage.ledger.models import AdministrativeUnit, Agency, RegisterEntry, RegisterImport
from storage.ledger.states import Environment


def standing_on(
    as_of: date, environment: Environment, entries: Collection[UUID] | None = None, at: datetime | None = None
) -> Select[Any]:
    """Give one row for each register row, with the columns of EntryStanding, as things stood at the end of a day.

    A row is digitized when all its expected documents are archived at the version that was current on the day, validly
    signed, and the last re-reading was good. It is short when something of it was scanned, and that is fewer documents
    or pages than the register states; offices count pages in many ways, so that takes nothing from its being digitized.
    `entries`: only these rows. `at`: how it was at that instant, as far as the ledger can tell.
    """
    there = there_by_entry(as_of, environment, entries, at)
    entry = RegisterEntry
    counts = [name for name in there.c.keys() if name not in {"entry_id", "completed_at"}]  # noqa: SIM118 - columns, not a dict
    counted = {name: func.coalesce(there.c[name], 0) for name in counts}
    whole = {
        kind: and_(
            counted[f"results_{kind}"] >= entry.expected_results, counted[f"papers_{kind}"] >= entry.expected_papers
        )
        for kind in KINDS
    }
    query = (
        select(
            entry.id.label("entry_id"),
            entry.agency_code,
            _issuing_unit().label("unit_id"),
            func.coalesce(entry.resolved_on, entry.issued_on).label("began_on"),
            entry.in_force_until,
            entry.resolved_on,
            extract("year", entry.resolved_on).label("solved_year"),
            and_(entry.withdrawn_at.is_not(None), entry.withdrawn_at < (at or day_end(as_of))).label("is_withdrawn"),
            entry.expected_results.label("results"),
            entry.expected_papers.label("papers"),
            counted["documents"].label("documents"),
            counted["results_digitized"].label("results_digitized"),
            counted["papers_digitized"].label("papers_digitized"),
            *(whole[kind].label(f"is_{kind}") for kind in KINDS),
            case((whole["digitized"], vietnamese_day(there.c.completed_at))).label("completed_on"),
            entry.expected_pages.label("pages_expected"),
            counted["pages"].label("pages"),
            and_(counted["documents"] > 0, _lacks(entry, counted)).label("is_short"),
        )
        .outerjoin(there, there.c.entry_id == entry.id)
        .outerjoin(Agency, Agency.code == entry.agency_code)
        .join(RegisterImport, RegisterImport.id == entry.first_import_id)
    )
    return query if entries is None else query.where(entry.id.in_(entries))


def _lacks(entry: type[RegisterEntry], counted: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """Say whether fewer results, papers or pages are here than the row states."""
    return or_(
        counted["results_here"] < entry.expected_results,
        counted["papers_here"] < entry.expected_papers,
        counted["pages"] < func.coalesce(entry.expected_pages, 0),
    )


def _issuing_unit() -> Any:
    """Give the id of the unit that bore the agency's unit code on the day of the row: issued, solved, else imported.

    As `UnitTree.find`: before the first day any source vouches for, the first unit known to have borne the code.
    """
    day = func.coalesce(RegisterEntry.issued_on, RegisterEntry.resolved_on, vietnamese_day(RegisterImport.imported_at))
    unit, earlier = aliased(AdministrativeUnit), aliased(AdministrativeUnit)
    had_begun = unit.valid_from <= day
    is_first = ~select(earlier.id).where(earlier.code == unit.code, earlier.valid_from < unit.valid_from).exists()
    return (
        select(unit.id)
        .where(
            unit.code == Agency.unit_code,
            or_(had_begun, is_first),
            or_(unit.valid_to.is_(None), unit.valid_to > day),
        )
        .order_by(unit.valid_from)
        .limit(1)
        .correlate(RegisterEntry, Agency, RegisterImport)
        .scalar_subquery()
    )
