"""What differs between two snapshots, level by level, agency by agency, unit by unit, and why as far as is known."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pipeline.progress.model import DataVersions, Measure, Progress, Tally
from pipeline.progress.record_changes import RecordChange, record_changes
from pipeline.targets import Level, Metric
from storage.ledger.models import (
    Document,
    DocumentVersion,
    RegisterEntry,
    RegisterEntryHistory,
    RegisterImport,
    StoredObject,
)

LISTED = 200
"""Most single records that are named on a screen; a file has all of them."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One measure that is another one now."""

    kind: str
    """level, agency, unit."""
    code: str
    """A level's name, an agency's code, a unit's code; empty for agencies of no known level."""
    valid_from: date | None
    """Of a unit."""
    metric: Metric
    before: Measure
    now: Measure


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of one agency's rows and documents between two counts."""

    agency_code: str
    archived: int = 0
    """Versions of documents archived."""
    added: int = 0
    """Register rows that came."""
    changed: int = 0
    """Register rows that an import changed."""
    withdrawn: int = 0
    gone_bad: int = 0
    """Stored files that were found lost or altered."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two snapshots beside each other."""

    before: Progress
    now: Progress
    changed: tuple[Changed, ...]
    happened: tuple[Happened, ...]
    imports: tuple[str, ...]
    """SHA-256 of the register files that came between, oldest first."""
    records: tuple[RecordChange, ...]
    """The first LISTED of the single rows that count otherwise or were corrected."""
    has_more: bool
    """Whether there are more of them; `record_changes` gives all."""
    versions: tuple[str, ...]
    """What else the figures rest on and is another one now: program, targets, agencies, units, supplied."""


def compare(session: Session, before: Progress, now: Progress) -> Comparison:
    """Give what differs from one snapshot to a later one."""
    since, until = sorted((before.counted_at, now.counted_at))
    records = tuple(islice(record_changes(session, before, now), LISTED + 1))
    return Comparison(
        before=before,
        now=now,
        changed=tuple(_changed(before, now)),
        happened=tuple(_happened(session, since, until)),
        imports=tuple(
            session.scalars(
                select(RegisterImport.sha256)
                .where(RegisterImport.imported_at > since, RegisterImport.imported_at <= until)
                .order_by(RegisterImport.imported_at, RegisterImport.id)
            )
        ),
        records=records[:LISTED],
        has_more=len(records) > LISTED,
        versions=tuple(_versions(before.versions, now.versions)),
    )


def _changed(before: Progress, now: Progress) -> Iterator[Changed]:
    old, new = dict(_measures(before)), dict(_measures(now))
    nothing = Measure(Tally(), None)
    for key in dict.fromkeys([*new, *old]):
        one, other = old.get(key, nothing), new.get(key, nothing)
        if one != other:
            kind, code, since, metric = key
            yield Changed(kind, code, since, metric, one, other)


_Key = tuple[str, str, date | None, Metric]


def _measures(progress: Progress) -> Iterator[tuple[_Key, Measure]]:
    both = (Metric.STOCK, Metric.FLOW)
    for level in progress.levels:
        for metric, measure in zip(both, (level.stock, level.flow), strict=True):
            yield ("level", _name(level.level), None, metric), measure
    for agency in progress.agencies:
        for metric, measure in zip(both, (agency.stock, agency.flow), strict=True):
            yield ("agency", agency.code, None, metric), measure
    for unit in progress.units.current:
        for metric, measure in zip(both, (unit.stock, unit.flow), strict=True):
            yield ("unit", unit.code, unit.valid_from, metric), measure


def _name(level: Level | None) -> str:
    return str(level) if level else ""


def _versions(before: DataVersions | None, now: DataVersions | None) -> Iterator[str]:
    for name in ("program", "targets", "agencies", "units", "supplied"):
        if before is not None and now is not None and getattr(before, name) != getattr(now, name):
            yield name


def _happened(session: Session, since: datetime, until: datetime) -> Iterator[Happened]:
    def between(column: Any) -> tuple[ColumnElement[bool], ...]:
        return (column > since, column <= until)

    version, entry = DocumentVersion, RegisterEntry
    of_entry = select(entry.agency_code, func.count()).group_by(entry.agency_code)
    of_document = select(Document.agency_code, func.count()).group_by(Document.agency_code)
    of_version = of_document.join(version, version.document_id == Document.id)
    queries: Mapping[str, Any] = {
        "archived": of_version.where(*between(version.archived_at)),
        "added": of_entry.join(RegisterImport, RegisterImport.id == entry.first_import_id).where(
            *between(RegisterImport.imported_at)
        ),
        "changed": of_entry.join(RegisterEntryHistory, RegisterEntryHistory.entry_id == entry.id)
        .join(RegisterImport, RegisterImport.id == RegisterEntryHistory.replaced_by_id)
        .where(*between(RegisterImport.imported_at)),
        "withdrawn": of_entry.where(*between(entry.withdrawn_at)),
        "gone_bad": of_version.join(StoredObject, StoredObject.version_id == version.id).where(
            ~StoredObject.check_ok, *between(StoredObject.checked_at)
        ),
    }
    counts = {name: _by_agency(session.execute(query)) for name, query in queries.items()}
    for code in sorted({code for found in counts.values() for code in found}):
        yield Happened(code, **{name: found.get(code, 0) for name, found in counts.items()})


def _by_agency(rows: Iterable[Any]) -> dict[str, int]:
    return {code: int(count) for code, count in rows}
