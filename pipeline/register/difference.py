"""The difference between a staged file and the register: found by set, written by set."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, insert, literal, null, select, update
from sqlalchemy.orm import Session, aliased

from config.clock import legal_date
from config.codes import is_record_code
from config.dates import day_text
from pipeline.findings import settle_doubts_of_admission
from pipeline.register.error_list import Numbered
from pipeline.register.faults import Fault, RowError
from pipeline.register.scope import SUPPLEMENT, Scope
from pipeline.register.staging import STAGED, TAKEN, VALUE_COLUMNS, Staging, row_error
from storage.ledger.models import Record, RegisterEntry, RegisterEntryHistory, RegisterImport
from storage.ledger.types import new_id

_CHUNK = 1000
_SAME_ROW = and_(STAGED.c.agency_code == RegisterEntry.agency_code, STAGED.c.record_code == RegisterEntry.record_code)
_IS_CHANGED = RegisterEntry.row_sha256 != STAGED.c.row_sha256
_IS_NEW = ~exists().where(_SAME_ROW)


def refuse_outsiders(staging: Staging, scope: Scope) -> Iterator[Numbered]:
    """Refuse taken rows of agencies outside the scope."""
    found = select(STAGED).where(STAGED.c.status == TAKEN, STAGED.c.agency_code.not_in(scope.agencies))
    covered = str(scope)
    return staging.refuse(found, lambda row: row_error(row, Fault.OUTSIDE_SCOPE, value=row.agency_code, scope=covered))


def refuse_withdrawn(staging: Staging) -> Iterator[Numbered]:
    """Refuse taken rows that a person has withdrawn from the register."""
    found = (
        select(STAGED, RegisterEntry.withdrawn_at)
        .join(RegisterEntry, _SAME_ROW)
        .where(STAGED.c.status == TAKEN, RegisterEntry.withdrawn_at.is_not(None))
    )
    return staging.refuse(
        found, lambda row: row_error(row, Fault.WITHDRAWN, day=day_text(legal_date(row.withdrawn_at)))
    )


def refuse_other_agency(staging: Staging) -> Iterator[Numbered]:
    """Refuse taken rows whose mã hồ sơ is already counted for another agency: nothing is counted twice."""
    found = (
        select(STAGED, RegisterEntry.agency_code.label("other"))
        .join(RegisterEntry, RegisterEntry.record_code == STAGED.c.record_code)
        .where(
            STAGED.c.status == TAKEN,
            RegisterEntry.agency_code != STAGED.c.agency_code,
            RegisterEntry.withdrawn_at.is_(None),
        )
    )

    def error(row: Any) -> RowError | None:
        return row_error(row, Fault.OTHER_AGENCY, agency=row.other) if is_record_code(row.record_code) else None

    return staging.refuse(found, error)


def refuse_taken(staging: Staging) -> Iterator[Numbered]:
    """Refuse rows of a supplement that would change a row of the newest whole file.

    A second row of one code came back as such, and would else take the place of the first; nor does an old supplement
    undo what a newer file says. A row that the newest whole file had wrong is corrected.
    """
    version, later = aliased(RegisterImport), aliased(RegisterImport)
    is_newest = ~exists().where(later.scope == version.scope, later.id > version.id)
    found = (
        select(STAGED, RegisterEntry.source_row.label("first"), version.imported_at)
        .join(RegisterEntry, _SAME_ROW)
        .join(version, version.id == RegisterEntry.last_import_id)
        .where(STAGED.c.status == TAKEN, _IS_CHANGED, ~version.scope.endswith(SUPPLEMENT), is_newest)
    )

    def error(row: Any) -> RowError:
        return row_error(row, Fault.ALREADY_TAKEN, day=day_text(legal_date(row.imported_at)), first=str(row.first))

    return staging.refuse(found, error)


def count_taken(session: Session) -> tuple[int, int, int]:
    """Give how many taken rows are new, changed and unchanged."""
    taken = select(func.count()).select_from(STAGED).where(STAGED.c.status == TAKEN)
    kept = select(func.count()).select_from(STAGED).join(RegisterEntry, _SAME_ROW).where(STAGED.c.status == TAKEN)
    known = session.scalar(kept) or 0
    changed = session.scalar(kept.where(_IS_CHANGED)) or 0
    return (session.scalar(taken) or 0) - known, changed, known - changed


def count_missing(session: Session, scope: Scope) -> int:
    """Give how many rows of the scope this file lacks that were not missing before."""
    return session.scalar(select(func.count()).select_from(RegisterEntry).where(_newly_missing(scope))) or 0


def has_returned(session: Session) -> bool:
    """Say whether a row that was missing stands in this file again."""
    return bool(
        session.scalar(
            select(exists().where(_SAME_ROW, RegisterEntry.missing_since_id.is_not(None)).select_from(STAGED))
        )
    )


def write_difference(session: Session, scope: Scope, import_id: UUID) -> None:
    """Bring the register to what the file says; rows it lacks stay, marked as missing."""
    _keep_history(session, import_id)
    _write_changes(session, import_id)
    _mark_missing(session, scope, import_id)
    _add(session, import_id)
    _tie_records(session)
    settle_doubts_of_admission(session)


def _newly_missing(scope: Scope) -> Any:
    # A row that stands in the file and was refused there is not missing: it is listed as refused.
    return and_(
        scope.holds(),
        RegisterEntry.withdrawn_at.is_(None),
        RegisterEntry.missing_since_id.is_(None),
        ~exists().where(_SAME_ROW).select_from(STAGED).correlate(RegisterEntry),
    )


def _keep_history(session: Session, import_id: UUID) -> None:
    last = 0
    while True:
        found = (
            select(STAGED.c.seq, RegisterEntry)
            .join(RegisterEntry, _SAME_ROW)
            .where(STAGED.c.status == TAKEN, _IS_CHANGED, STAGED.c.seq > last)
            .order_by(STAGED.c.seq)
            .limit(_CHUNK)
            .execution_options(populate_existing=True)
        )
        rows = session.execute(found).all()
        if not rows:
            return
        last = rows[-1][0]
        kept = [
            {"id": new_id(), "entry_id": entry.id, "replaced_by_id": import_id, "values": _values(entry)}
            for _seq, entry in rows
        ]
        session.execute(insert(RegisterEntryHistory), kept)
        for _seq, entry in rows:
            session.expunge(entry)


def _write_changes(session: Session, import_id: UUID) -> None:
    in_file = and_(_SAME_ROW, STAGED.c.status == TAKEN)
    values = {name: STAGED.c[name] for name in VALUE_COLUMNS}
    session.execute(
        update(RegisterEntry).where(in_file, _IS_CHANGED).values(values),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(RegisterEntry)
        .where(in_file)
        .values(last_import_id=import_id, source_row=STAGED.c.source_row, missing_since_id=null()),
        execution_options={"synchronize_session": False},
    )


def _mark_missing(session: Session, scope: Scope, import_id: UUID) -> None:
    session.execute(
        update(RegisterEntry).where(_newly_missing(scope)).values(missing_since_id=import_id),
        execution_options={"synchronize_session": False},
    )


def _add(session: Session, import_id: UUID) -> None:
    copied = ("id", "agency_code", "record_code", *VALUE_COLUMNS, "source_row")
    new = select(
        *(STAGED.c[name] for name in copied),
        literal(import_id, RegisterEntry.first_import_id.type),
        literal(import_id, RegisterEntry.last_import_id.type),
    ).where(STAGED.c.status == TAKEN, _IS_NEW)
    names = [*copied, "first_import_id", "last_import_id"]
    session.execute(insert(RegisterEntry).from_select(names, new.order_by(STAGED.c.seq), include_defaults=False))


def _tie_records(session: Session) -> None:
    """Tie records that were scanned before the register knew them to their rows."""
    row = (
        select(RegisterEntry.id)
        .where(RegisterEntry.agency_code == Record.agency_code, RegisterEntry.record_code == Record.code)
        .correlate(Record)
        .scalar_subquery()
    )
    session.execute(
        update(Record).where(Record.register_entry_id.is_(None), row.is_not(None)).values(register_entry_id=row),
        execution_options={"synchronize_session": False},
    )


def _values(entry: RegisterEntry) -> dict[str, Any]:
    found: dict[str, Any] = {"source_row": entry.source_row, "last_import_id": str(entry.last_import_id)}
    for name in VALUE_COLUMNS:
        value = getattr(entry, name)
        found[name] = value.isoformat() if isinstance(value, date | datetime) else value
    return found
