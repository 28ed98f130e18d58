"""The names of records and documents under each scheme, as rows: mã hồ sơ, codes of TT 05/2025, the paper file."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.codes import is_record_code, record_spellings
from pipeline.archival_rules import archival_rules
from storage.ledger.models import Document, Identifier, Record

MA_HO_SO = "ma_ho_so"
OLDER_MA_HO_SO = "ma_ho_so_older"
"""The reversed spelling (000.00.15.H41-…), where the code has one."""
FILE_CODE, DOC_CODE = "file_code", "doc_code"
"""fileCode and docCode of TT 05/2025."""
PAPER_FILE_CODE = "paper_file_code"


def name_record(session: Session, record: Record, raw_code: str, now: datetime) -> None:
    """Write down every name a new record has."""
    _name(session, "record", record.id, MA_HO_SO, raw_code, record.code, now)
    for scheme, name in _record_names(record):
        _name(session, "record", record.id, scheme, name, name, now)


def name_document(session: Session, document_id: UUID, record_code: str, stt: int, now: datetime) -> None:
    """Write down the code a document has in its record."""
    code = _document_code(record_code, stt)
    _name(session, "document", document_id, DOC_CODE, code, code, now)


def name_paper_file(session: Session, record_id: UUID, raw: str, now: datetime) -> None:
    """Write down the code of the paper file a record was scanned from, in place of an earlier one."""
    earlier = (Identifier.subject_id == record_id, Identifier.scheme == PAPER_FILE_CODE)
    session.execute(delete(Identifier).where(*earlier))
    _name(session, "record", record_id, PAPER_FILE_CODE, raw, raw, now)


def identifiers_of(session: Session, subject_id: UUID) -> tuple[tuple[str, str], ...]:
    """Give (scheme, normalized name) of one thing, by scheme."""
    rows = session.execute(
        select(Identifier.scheme, Identifier.normalized)
        .where(Identifier.subject_id == subject_id)
        .order_by(Identifier.scheme)
    )
    return tuple((scheme, name) for scheme, name in rows)


def name_earlier(session: Session, now: datetime) -> None:
    """Write down the names that records and documents of an earlier release lack."""
    named = select(Identifier.subject_id)
    for record in session.scalars(select(Record).where(Record.id.not_in(named.where(Identifier.scheme == FILE_CODE)))):
        for scheme, name in _record_names(record):
            _name(session, "record", record.id, scheme, name, name, now)
    unnamed = session.execute(
        select(Document.id, Record.code, Document.stt)
        .join(Record, Record.id == Document.record_id)
        .where(Document.stt.is_not(None), Document.id.not_in(named.where(Identifier.scheme == DOC_CODE)))
    ).all()
    for document_id, code, stt in unnamed:
        name_document(session, document_id, code, stt or 0, now)


def _record_names(record: Record) -> Iterator[tuple[str, str]]:
    yield FILE_CODE, record.code
    if is_record_code(record.code):
        for older in record_spellings(record.code)[1:]:
            yield OLDER_MA_HO_SO, older


def _document_code(record_code: str, stt: int) -> str:
    return archival_rules().document_code.format(file_code=record_code, number=stt)


def _name(
    session: Session, subject_type: str, subject_id: UUID, scheme: str, raw: str, normalized: str, now: datetime
) -> None:
    session.add(
        Identifier(
            subject_type=subject_type,
            subject_id=subject_id,
            scheme=scheme,
            raw=raw,
            normalized=normalized,
            valid_from=now,
        )
    )
