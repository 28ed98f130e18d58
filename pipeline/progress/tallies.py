"""Register rows against what is archived: set by set in the database, one row back for each agency and year.

A row is digitized when all its expected documents are archived at the version that was current on the day,
validly signed, and the last re-reading was good. A row without any scan counts in the denominator all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, exists, extract, func, literal, or_, select
from sqlalchemy.orm import Session

from config.clock import VIETNAM
from pipeline.progress.model import Tally
from storage.ledger.models import Document, DocumentVersion, Record, RegisterEntry, Signature, StoredObject
from storage.ledger.states import DocumentState, Environment, RecordState, Role

_VALID, _INVALID = "valid", "invalid"
_COUNTED_ROLES = ("agency", "foreign")


@dataclass(frozen=True, slots=True)
class AgencyTally:
    """The tally of one agency; of one year for records solved, of no year for results in force."""

    agency_code: str
    year: int | None
    tally: Tally


def stock_tallies(session: Session, as_of: date, environment: Environment) -> Iterator[AgencyTally]:
    """Count the results in force on a day, by agency."""
    entry = RegisterEntry
    in_force = and_(
        entry.expected_results > 0,
        or_(entry.in_force_until.is_(None), entry.in_force_until >= as_of),
        func.coalesce(entry.resolved_on, entry.issued_on, as_of) <= as_of,
    )
    yield from _tallies(session, as_of, environment, in_force, None)


def flow_tallies(session: Session, as_of: date, environment: Environment) -> Iterator[AgencyTally]:
    """Count the records solved up to a day, by agency and year."""
    solved = and_(RegisterEntry.resolved_on.is_not(None), RegisterEntry.resolved_on <= as_of)
    yield from _tallies(session, as_of, environment, solved, extract("year", RegisterEntry.resolved_on))


def day_end(day: date) -> datetime:
    """Give the first instant after a Vietnamese calendar day."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=VIETNAM)


def _tallies(
    session: Session,
    as_of: date,
    environment: Environment,
    counted: ColumnElement[bool],
    year: ColumnElement[Any] | None,
) -> Iterator[AgencyTally]:
    rows = _entry_rows(as_of, environment, counted, year)
    whole = {
        name: and_(rows.c[f"results_{name}"] >= rows.c.results, rows.c[f"papers_{name}"] >= rows.c.papers)
        for name in ("digitized", "signed", "stored")
    }
    query = select(
        rows.c.agency_code,
        rows.c.year,
        func.count(),
        *(func.sum(case((condition, 1), else_=0)) for condition in whole.values()),
        func.sum(case((rows.c.documents == 0, 1), else_=0)),
        func.sum(rows.c.results),
        func.sum(_at_most(rows.c.results_digitized, rows.c.results)),
        func.sum(rows.c.papers),
        func.sum(_at_most(rows.c.papers_digitized, rows.c.papers)),
    ).group_by(rows.c.agency_code, rows.c.year)
    for agency, solved_in, *counts in session.execute(query.order_by(rows.c.agency_code, rows.c.year)):
        yield AgencyTally(agency, None if year is None else int(solved_in), Tally(*map(int, counts)))


def _entry_rows(
    as_of: date, environment: Environment, counted: ColumnElement[bool], year: ColumnElement[Any] | None
) -> CTE:
    """Give one row for each register row counted: what it expects, and how much of that is there."""
    documents = _documents(as_of, environment)
    done = (
        select(
            Record.register_entry_id.label("entry_id"),
            func.count().label("documents"),
            *(
                func.sum(case((and_(documents.c.role == role, documents.c[flag] == 1), 1), else_=0)).label(
                    f"{role}s_{name}"
                )
                for role in Role
                for name, flag in (("digitized", "is_digitized"), ("signed", "is_signed"), ("stored", "is_stored"))
            ),
        )
        .join(documents, documents.c.record_id == Record.id)
        .where(Record.register_entry_id.is_not(None), Record.state != RecordState.SUPERSEDED)
        .group_by(Record.register_entry_id)
        .cte("done")
    )
    counts = [column for column in done.c if column.name != "entry_id"]
    entry = RegisterEntry
    query = (
        select(
            entry.agency_code,
            (literal(0) if year is None else year).label("year"),
            entry.expected_results.label("results"),
            entry.expected_papers.label("papers"),
            *(func.coalesce(column, 0).label(column.name) for column in counts),
        )
        .outerjoin(done, done.c.entry_id == entry.id)
        .where(counted, or_(entry.withdrawn_at.is_(None), entry.withdrawn_at >= day_end(as_of)))
    )
    return query.cte("counted")


def _documents(as_of: date, environment: Environment) -> CTE:
    """Give each document that had come in by the day, with what holds of its version of that day."""
    end = day_end(as_of)
    current = (
        select(DocumentVersion.document_id, func.max(DocumentVersion.number).label("number"))
        .join(Document, Document.id == DocumentVersion.document_id)
        # One beyond the current version was refused.
        .where(DocumentVersion.created_at < end, DocumentVersion.number <= Document.current_version)
        .group_by(DocumentVersion.document_id)
        .cte("current_version")
    )
    version = DocumentVersion
    is_stored = and_(
        version.archived_at < end,
        # A document superseded after the day was archived on it.
        or_(
            Document.state == DocumentState.ARCHIVED,
            and_(Document.state == DocumentState.SUPERSEDED, Document.state_since >= end),
            # So was one whose next version came in after the day.
            version.number < Document.current_version,
        ),
        _is_readable(),
    )
    is_signed = _is_validly_signed(environment)
    query: Select[Any] = (
        select(
            Document.record_id,
            Document.role,
            case((is_stored, 1), else_=0).label("is_stored"),
            case((is_signed, 1), else_=0).label("is_signed"),
            case((and_(is_stored, is_signed), 1), else_=0).label("is_digitized"),
        )
        .join(current, current.c.document_id == Document.id)
        .join(version, and_(version.document_id == Document.id, version.number == current.c.number))
        .where(Document.record_id.is_not(None))
        .where(
            or_(
                Document.state.not_in((DocumentState.SUPERSEDED, DocumentState.DUPLICATE)),
                and_(Document.state == DocumentState.SUPERSEDED, Document.state_since >= end),
            )
        )
    )
    return query.cte("document_on_day")


def _is_readable() -> ColumnElement[bool]:
    """The archival object is there and every copy of it was good when last re-read."""
    stored = (StoredObject.version_id == DocumentVersion.id, StoredObject.kind == "archival")
    return and_(exists().where(*stored, StoredObject.check_ok), ~exists().where(*stored, ~StoredObject.check_ok))


def _is_validly_signed(environment: Environment) -> ColumnElement[bool]:
    """The version bears a signature that counts here, and none that is broken.

    Test signatures count in a test ledger only. One by others counts only if intact and trusted.
    """
    of_version = Signature.version_id == DocumentVersion.id
    ours = and_(Signature.role == "agency", Signature.is_trusted)
    foreign = and_(Signature.role == "foreign", Signature.is_trusted, Signature.verdict == _VALID)
    if environment is Environment.TEST:
        holds = and_(ours, or_(Signature.verdict == _VALID, Signature.is_test))
        counts = and_(Signature.role.in_(_COUNTED_ROLES), or_(holds, foreign))
    else:
        counts = and_(or_(and_(ours, Signature.verdict == _VALID), foreign), ~Signature.is_test)
    return and_(exists().where(of_version, counts), ~exists().where(of_version, Signature.verdict == _INVALID))


def _at_most(value: ColumnElement[Any], most: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((value > most, most), else_=value)
