"""Records and batches: found or made when a document comes in; codes, years and running numbers are settled here."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.clock import legal_date
from config.codes import normalize_record_code, record_code_year
from pipeline.batch_sheet import BatchSheet
from pipeline.identifiers import name_record
from storage.ledger.models import Batch, Record, RegisterEntry


def batch_of(session: Session, agency_code: str, sheet: BatchSheet, now: datetime) -> Batch:
    """Give the batch of an agency's sheet, made when it is new."""
    batch = session.scalar(
        select(Batch).where(Batch.agency_code == agency_code, Batch.sheet_sha256 == sheet.sha256).with_for_update()
    )
    if batch is None:
        batch = Batch(
            agency_code=agency_code,
            operator=sheet.operator,
            scanned_at=sheet.scanned_at,
            device=sheet.device,
            profile=sheet.profile,
            sheet_sha256=sheet.sha256,
            created_at=now,
        )
        session.add(batch)
        session.flush()
    return batch


def record_of(session: Session, agency_code: str, raw_code: str, scanned_at: datetime, now: datetime) -> Record:
    """Give the record that a folder names, made when it is new, tied to its register row where there is one."""
    code = normalize_record_code(raw_code)
    record = session.scalar(
        select(Record).where(Record.agency_code == agency_code, Record.code == code).with_for_update()
    )
    if record is not None:
        return record
    entry = session.scalar(
        select(RegisterEntry).where(RegisterEntry.agency_code == agency_code, RegisterEntry.record_code == code)
    )
    record = Record(
        agency_code=agency_code,
        code=code,
        year=_year(code, entry, scanned_at),
        register_entry_id=entry.id if entry else None,
        created_at=now,
    )
    session.add(record)
    session.flush()
    name_record(session, record, raw_code, now)
    return record


def next_number(record: Record) -> int:
    """Take the record's next running number (STT); numbers are never used twice."""
    number = record.next_stt
    record.next_stt = number + 1
    return number


def _year(code: str, entry: RegisterEntry | None, scanned_at: datetime) -> int:
    """Give the year a record is filed under: of its code, else of the register's date, else of the scan."""
    from_code = record_code_year(code)
    if from_code is not None:
        return from_code
    known = (entry.resolved_on or entry.issued_on) if entry else None
    return (known or legal_date(scanned_at)).year
