"""What the register says of a result, beside what was read on it.

The paper stands: the register never takes the place of a reading. Where both differ a person is asked; where both
say the same, a reading that was merely hard to make out is believed.
"""

from datetime import date, datetime
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.text import accentless, fold_space, nfc
from pipeline.extract import FieldName, FieldStatus
from pipeline.extract.reasons import REGISTER_DIFFERS
from pipeline.job import Job
from pipeline.register.keys import plain_code
from pipeline.review_policy import register_policy
from storage.ledger.models import Document, FieldValue, Record, RegisterEntry
from storage.ledger.states import Role

SOURCE, OCR = "register", "ocr"
_PARTS = {FieldName.CODE: (FieldName.NUMBER, FieldName.SYMBOL)}
"""Fields that a field which agrees makes sure too: they are parts of it."""


def compare_with_register(session: Session, job: Job) -> None:
    """Write down, anew each time, what the register says of a document, and what follows for what was read."""
    version_id, now = job.facts.version_id, job.ctx.clock()
    session.execute(delete(FieldValue).where(FieldValue.version_id == version_id, FieldValue.source == SOURCE))
    said_here = register_values(session, job.facts.document_id)
    readings = {
        row.name: row
        for row in session.scalars(
            select(FieldValue).where(FieldValue.version_id == version_id, FieldValue.source == OCR)
        )
    }
    for name, said in said_here.items():
        reading = readings.get(name)
        session.add(_row(job, name, said, now, differs=_is_at_odds(name, reading, said)))
        if reading is not None and reading.value is not None and _same(name, reading.value, said):
            for sure in (name, *_PARTS.get(FieldName(name), ())):
                _believe(readings.get(sure))


def register_values(session: Session, document_id: UUID) -> dict[str, str]:
    """Give what the register says of a document by field: of a result that is the only one its row speaks of."""
    entry = session.scalar(
        select(RegisterEntry)
        .join(Record, Record.register_entry_id == RegisterEntry.id)
        .join(Document, Document.record_id == Record.id)
        .where(
            Document.id == document_id,
            Document.role == Role.RESULT,
            RegisterEntry.expected_results == 1,
            RegisterEntry.withdrawn_at.is_(None),
        )
    )
    return _said(entry) if entry is not None else {}


def _said(entry: RegisterEntry) -> dict[str, str]:
    said = {
        FieldName.CODE: entry.symbol,
        FieldName.ISSUED_ON: entry.issued_on.isoformat() if isinstance(entry.issued_on, date) else None,
        FieldName.SUBJECT: entry.subject,
    }
    return {str(name): fold_space(value) for name, value in said.items() if value}


def _row(job: Job, name: str, value: str, now: datetime, *, differs: bool) -> FieldValue:
    return FieldValue(
        version_id=job.facts.version_id,
        name=name,
        value=value,
        confidence=1.0,
        source=SOURCE,
        status=FieldStatus.REVIEW if differs else FieldStatus.BESIDE,
        reason_code=REGISTER_DIFFERS if differs else None,
        recorded_at=now,
    )


def _is_at_odds(name: str, reading: FieldValue | None, said: str) -> bool:
    """Tell whether a reading the machine was sure of says something else; of any other a person is asked already."""
    if reading is None or reading.value is None or reading.status != FieldStatus.ACCEPTED:
        return False
    return not agree(name, reading.value, said)


def agree(name: str, read: str, said: str) -> bool:
    """Tell whether both mean the same: abstracts are abridged in registers, numbers and dates are not."""
    if name == FieldName.SUBJECT:
        return fuzz.token_set_ratio(accentless(read), accentless(said)) >= register_policy().subject_likeness
    return _same(name, read, said)


def _same(name: str, read: str, said: str) -> bool:
    if name == FieldName.CODE:
        return plain_code(read) == plain_code(said)
    return nfc(fold_space(read)).casefold() == nfc(said).casefold()


def _believe(reading: FieldValue | None) -> None:
    """Accept a reading that was only hard to make out; one that is odd in itself stays a question."""
    if reading is not None and reading.value is not None and reading.reason_code in register_policy().confirms:
        reading.status = FieldStatus.ACCEPTED
