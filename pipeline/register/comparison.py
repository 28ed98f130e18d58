"""What the register says of a result, beside what was read on it.

The paper stands: what was read for sure is never replaced. Where both differ a person is asked; where both say the
same, a reading that was merely hard to make out is believed; what could not be read the register may fill (filling.py).
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.text import fold_space
from pipeline.extract import FieldName, FieldStatus
from pipeline.extract.reasons import REGISTER_DIFFERS
from pipeline.extract.rule_book import broken, kept
from pipeline.job import Job
from pipeline.register.agreement import agree, is_same
from pipeline.register.filling import Filled, filled_fields
from pipeline.register.matching import MACHINE_CODE, READ
from pipeline.review_policy import register_policy
from storage.ledger.models import Document, FieldValue, Record, RegisterEntry
from storage.ledger.states import Role

SOURCE = "register"
AGREES = "register_agrees"
_OWN_RULES = "register_"
"""How the ids of the rules begin that are told here; anew each time."""
_PARTS = {FieldName.CODE: (FieldName.NUMBER, FieldName.SYMBOL)}
"""Fields that a field which agrees makes sure too: they are parts of it."""
_NEVER_ASKED = frozenset({FieldName.ISSUER})
"""Registers write bodies short (UBND xã …); another wording is no contradiction."""


def compare_with_register(session: Session, job: Job) -> None:
    """Write down, anew each time, what the register says of a document, and what follows for what was read."""
    version_id, now = job.facts.version_id, job.ctx.clock()
    said_here = register_values(session, job.facts.document_id)
    readings = _readings(session, version_id)
    wanted: dict[str, FieldValue] = {}
    for name, said in said_here.items():
        reading = readings.get(name)
        wanted[name] = _row(job, name, said, now, differs=_is_at_odds(name, reading, said))
        if reading is not None and reading.value is not None:
            _tell(reading, name, said)
            if is_same(name, reading.value, said):
                for sure in (name, *_PARTS.get(FieldName(name), ())):
                    _believe(readings.get(sure))
    is_at_odds = any(row.status == FieldStatus.REVIEW for row in wanted.values())
    for filled in filled_fields(session, job, said_here, readings, is_at_odds=is_at_odds):
        wanted[filled.name] = _fill(job, filled, wanted.get(filled.name), readings.get(filled.name), now)
    _bring_up_to_date(session, version_id, wanted)


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
        FieldName.ISSUER: entry.issuer,
        FieldName.SIGNER_NAME: entry.signer_name,
    }
    return {str(name): fold_space(value) for name, value in said.items() if value}


def _readings(session: Session, version_id: UUID) -> dict[str, FieldValue]:
    """Give what the page says of each field, a code before the print, as it stood before the register was asked."""
    found = session.scalars(
        select(FieldValue)
        .where(FieldValue.version_id == version_id, FieldValue.source.in_(READ))
        .order_by(FieldValue.source == MACHINE_CODE)
    )
    readings = {row.name: row for row in found}
    for reading in readings.values():
        # One with a doubt that is no question was believed, or stood aside, by what the register said then.
        if reading.reason_code is not None and reading.status in {FieldStatus.BESIDE, FieldStatus.ACCEPTED}:
            reading.status = FieldStatus.REVIEW
        if reading.why and any(mark.startswith(_OWN_RULES) for mark in reading.why):
            reading.why = [mark for mark in reading.why if not mark.startswith(_OWN_RULES)]
    return readings


def _row(job: Job, name: str, value: str, now: datetime, *, differs: bool) -> FieldValue:
    return FieldValue(
        version_id=job.facts.version_id,
        name=name,
        value=value,
        confidence=1.0,
        source=SOURCE,
        status=FieldStatus.REVIEW if differs else FieldStatus.BESIDE,
        reason_code=REGISTER_DIFFERS if differs else None,
        why=None,
        recorded_at=now,
    )


def _fill(job: Job, filled: Filled, row: FieldValue | None, reading: FieldValue | None, now: datetime) -> FieldValue:
    """Give the register's row of a field with what spoke for and against filling; what is filled counts."""
    row = row or _row(job, filled.name, filled.value, now, differs=False)
    row.value, row.why = filled.value, list(filled.why)
    if filled.is_accepted:
        row.status = FieldStatus.ACCEPTED
        if reading is not None:
            reading.status = FieldStatus.BESIDE
    return row


def _bring_up_to_date(session: Session, version_id: UUID, wanted: dict[str, FieldValue]) -> None:
    """Replace the register's rows that changed; an unchanged one keeps its time, so that a release of it stands."""
    for row in session.scalars(
        select(FieldValue).where(FieldValue.version_id == version_id, FieldValue.source == SOURCE)
    ):
        new = wanted.get(row.name)
        if new is not None and _facts(new) == _facts(row):
            del wanted[row.name]
        else:
            session.delete(row)
    session.add_all(wanted.values())
    session.flush()


def _facts(row: FieldValue) -> tuple[object, ...]:
    return (row.value, str(row.status), row.reason_code, row.why)


def _is_at_odds(name: str, reading: FieldValue | None, said: str) -> bool:
    """Tell whether a reading the machine was sure of says something else; of any other a person is asked already."""
    if reading is None or reading.value is None or reading.status != FieldStatus.ACCEPTED or name in _NEVER_ASKED:
        return False
    return not agree(name, reading.value, said)


def _tell(reading: FieldValue, name: str, said: str) -> None:
    """Note with a reading what the register says to it."""
    if name not in _NEVER_ASKED or agree(name, reading.value or "", said):
        mark = (kept if agree(name, reading.value or "", said) else broken)(AGREES)
        reading.why = [*(reading.why or []), mark]


def _believe(reading: FieldValue | None) -> None:
    """Accept a reading that was only hard to make out; one that is odd in itself stays a question."""
    if reading is not None and reading.value is not None and reading.reason_code in register_policy().confirms:
        reading.status = FieldStatus.ACCEPTED
