"""The versions of the register, and how one row came to be what it is: by which files, and by whose decisions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.codes import normalize_agency_code, normalize_record_code
from config.errors import NotFoundError
from pipeline.register.staging import VALUE_COLUMNS
from pipeline.register.withdrawal import REINSTATED
from storage.ledger.models import Event, RegisterEntry, RegisterEntryHistory, RegisterImport

COLUMNS = tuple(name for name in VALUE_COLUMNS if name not in {"symbol_key", "row_sha256"})
"""What a register says of a row; the two others are reckoned from it."""
_WITHDRAWN_AT = "withdrawn_at"
"""In the values kept of a row: it was reinstated then, not changed by a file."""


@dataclass(frozen=True, slots=True)
class RegisterVersion:
    """One import of one file. rows = added + changed + unchanged + refused."""

    id: UUID
    imported_at: datetime
    actor: str
    sha256: str
    scope: str
    rows: int
    added: int
    changed: int
    unchanged: int
    missing: int
    refused: int


class StepKind(StrEnum):
    """What happened to a row."""

    ADDED = "added"
    CHANGED = "changed"
    MISSING = "missing"
    """A file of its scope lacked it for the first time; it stays counted."""
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One column of a row: what it held before and holds since; dates as ISO 8601, None where it was empty."""

    column: str
    before: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class RowStep:
    """One thing that happened to a row: when, by whom, and the file or the reason."""

    kind: StepKind
    at: datetime
    actor: str
    import_id: UUID | None = None
    sha256: str | None = None
    changes: tuple[ValueChange, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RowHistory:
    """One row of the register with all that happened to it, earliest first."""

    agency: str
    code: str
    is_counted: bool
    last_import_id: UUID
    last_seen_at: datetime
    """When a file last held it, and where it stands in that file."""
    source_row: int
    steps: tuple[RowStep, ...]


def versions(session: Session) -> tuple[RegisterVersion, ...]:
    """Give every import, newest first."""
    found = select(RegisterImport).order_by(RegisterImport.imported_at.desc(), RegisterImport.id.desc())
    return tuple(
        RegisterVersion(
            id=row.id,
            imported_at=row.imported_at,
            actor=row.actor,
            sha256=row.sha256,
            scope=row.scope,
            rows=row.rows,
            added=row.added,
            changed=row.changed,
            unchanged=row.unchanged,
            missing=row.missing,
            refused=row.refused,
        )
        for row in session.scalars(found)
    )


def row_histories(session: Session, code: str, agency: str | None = None) -> tuple[RowHistory, ...]:
    """Give the history of each row of this code, one an agency. Raise NotFoundError where there is none."""
    found = select(RegisterEntry).where(RegisterEntry.record_code == normalize_record_code(code))
    if agency is not None:
        found = found.where(RegisterEntry.agency_code == normalize_agency_code(agency))
    entries = session.scalars(found.order_by(RegisterEntry.agency_code)).all()
    if not entries:
        raise NotFoundError(subject=code)
    return tuple(_history(session, entry) for entry in entries)


def _history(session: Session, entry: RegisterEntry) -> RowHistory:
    by_files, reinstated = _kept(session, entry)
    steps = [*_steps_of_files(session, entry, by_files), *_steps_of_persons(session, entry, reinstated)]
    last = session.get_one(RegisterImport, entry.last_import_id)
    return RowHistory(
        agency=entry.agency_code,
        code=entry.record_code,
        is_counted=entry.withdrawn_at is None,
        last_import_id=last.id,
        last_seen_at=last.imported_at,
        source_row=entry.source_row,
        # Steps of one instant stay in the order of files before persons: a decision is about what a file brought.
        steps=tuple(sorted(steps, key=lambda step: step.at)),
    )


def _kept(
    session: Session, entry: RegisterEntry
) -> tuple[list[tuple[RegisterImport, Mapping[str, Any]]], list[Mapping[str, Any]]]:
    """Give the values before each file that changed the row, with that file, and what each reinstatement kept."""
    kept = session.execute(
        select(RegisterEntryHistory, RegisterImport)
        .join(RegisterImport, RegisterImport.id == RegisterEntryHistory.replaced_by_id)
        .where(RegisterEntryHistory.entry_id == entry.id)
        .order_by(RegisterEntryHistory.id)
    ).all()
    by_files: list[tuple[RegisterImport, Mapping[str, Any]]] = []
    reinstated: list[Mapping[str, Any]] = []
    for row, version in kept:
        if _WITHDRAWN_AT in row.values:
            reinstated.append(row.values)
        else:
            by_files.append((version, row.values))
    return by_files, reinstated


def _steps_of_files(
    session: Session, entry: RegisterEntry, by_files: Sequence[tuple[RegisterImport, Mapping[str, Any]]]
) -> Iterator[RowStep]:
    """Give what files did: each state of the row lasted until the next file that changed it."""
    states = [*(values for _version, values in by_files), _values(entry)]
    files = [session.get_one(RegisterImport, entry.first_import_id), *(version for version, _values in by_files)]
    empty: Mapping[str, Any] = {}
    for number, (version, before, now) in enumerate(zip(files, [empty, *states], states, strict=False)):
        yield RowStep(
            kind=StepKind.CHANGED if number else StepKind.ADDED,
            at=version.imported_at,
            actor=version.actor,
            import_id=version.id,
            sha256=version.sha256,
            changes=tuple(_changes(before, now)),
        )
    if entry.missing_since_id is not None:
        version = session.get_one(RegisterImport, entry.missing_since_id)
        yield RowStep(StepKind.MISSING, version.imported_at, version.actor, version.id, version.sha256)


def _steps_of_persons(
    session: Session, entry: RegisterEntry, reinstated: Sequence[Mapping[str, Any]]
) -> Iterator[RowStep]:
    """Give withdrawals and reinstatements with their reasons.

    When a row was reinstated the event log alone tells; where an event is lost, which an audit finds, the withdrawal's
    own instant stands for it, so that the decision still shows.
    """
    told = select(Event.at).where(Event.subject_id == str(entry.id), Event.kind == REINSTATED).order_by(Event.seq)
    instants = session.scalars(told).all()
    for number, kept in enumerate(reinstated):
        withdrawn_at = datetime.fromisoformat(kept[_WITHDRAWN_AT])
        at = instants[number] if number < len(instants) else withdrawn_at
        yield RowStep(StepKind.WITHDRAWN, withdrawn_at, kept["withdrawn_by"], reason=kept["withdrawn_reason"])
        yield RowStep(StepKind.REINSTATED, at, kept["reinstated_by"], reason=kept["reinstated_reason"])
    if entry.withdrawn_at is not None:
        yield RowStep(StepKind.WITHDRAWN, entry.withdrawn_at, entry.withdrawn_by or "", reason=entry.withdrawn_reason)


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[ValueChange]:
    for column in COLUMNS:
        one, other = _text(before.get(column)), _text(now.get(column))
        if one != other:
            yield ValueChange(column, one, other)


def _values(entry: RegisterEntry) -> Mapping[str, Any]:
    """Give what the row says now."""
    return {name: getattr(entry, name) for name in COLUMNS}


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
