"""Which row of the register a paper is: by its mã hồ sơ for certain, by what else was read as a proposal to a person.

The folder's name says first, then a mã hồ sơ on the paper, then number, date, abstract. A record is never renamed;
what a person decided stays.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.codes import is_record_code, record_code_year
from pipeline.extract import FieldName, FieldStatus
from pipeline.extract.code_fields import RECORD_CODE
from pipeline.job import Job
from pipeline.register.candidates import Sought, rows_by_mark, rows_of_year
from pipeline.register.choosing import Chosen, choose
from pipeline.register.legible import legible_date
from pipeline.register.policy import MatchPolicy, match_policy
from storage.ledger.models import Document, DocumentVersion, FieldValue, Record, RegisterEntry, RegisterMatch
from storage.ledger.states import Role
from storage.ledger.types import JsonObject

OCR, MACHINE_CODE = "ocr", "code"
READ = (OCR, MACHINE_CODE)
"""Sources that say what stands on the page: the text as read, and QR codes and barcodes."""
_CLEAR_POINTS = 5
"""Two marks that agree: no row with another number and day can be as good."""


class Basis(StrEnum):
    """By what a paper's row was found."""

    FOLDER_CODE = "folder_code"
    """The folder bears the row's mã hồ sơ."""
    FOLDER_NAME = "folder_name"
    """The folder bears the row's own name."""
    MACHINE_CODE = "machine_code"
    """A QR code or barcode on the paper bears the row's mã hồ sơ."""
    PRINTED_CODE = "printed_code"
    FIELDS = "fields"
    """Number, date, abstract."""
    PERSON = "person"


class Verdict(StrEnum):
    """What came of looking for a paper's row."""

    LINKED = "linked"
    PROPOSED = "proposed"
    """A person is asked whether it is that row."""
    AMBIGUOUS = "ambiguous"
    OTHER_ROW = "other_row"
    """The paper bears the mã hồ sơ of another row than its folder."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """The row a paper is or may be, by what, and what speaks for it."""

    verdict: Verdict
    basis: Basis
    entry_id: UUID | None = None
    evidence: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _PaperCode:
    """The mã hồ sơ on a paper; one that is not sure needs something else on the page that says the same row."""

    code: str
    basis: Basis
    is_sure: bool


def find_match(session: Session, job: Job) -> Match:
    """Give which row of the register a document is, from its folder and from what was read on it."""
    record = session.get_one(Record, job.facts.record_id)
    paper = _paper_code(session, job.facts.version_id)
    rows = _rows_of_code(session, paper.code) if paper else []
    is_result = session.get_one(Document, job.facts.document_id).role == Role.RESULT
    evidence: JsonObject = {"paper_code": paper.code} if paper else {}
    if paper and rows and is_result and _is_misplaced(session, job, record, paper):
        return Match(Verdict.OTHER_ROW, paper.basis, record.register_entry_id, evidence)
    if record.register_entry_id is not None:
        return Match(Verdict.LINKED, _basis_of_link(session, record, paper), record.register_entry_id, evidence)
    if paper and rows:
        return _by_code(session, job, record, paper, rows, evidence)
    return _by_fields(session, job, evidence) if is_result else Match(Verdict.NONE, Basis.FIELDS, None, evidence)


def _is_misplaced(session: Session, job: Job, record: Record, paper: _PaperCode) -> bool:
    """Tell whether a paper bears the code of another row than its folder's.

    One digit misread is another record's code: where the code is not sure, and all else says the folder's row, it is.
    """
    has_row = record.register_entry_id is not None
    if paper.code == _expected_code(session, record) or not (has_row or is_record_code(record.code)):
        return False
    return paper.is_sure or not has_row or not _is_by_fields(session, job, record.register_entry_id)


def _expected_code(session: Session, record: Record) -> str:
    """Give the mã hồ sơ, or row name, that a record's papers should bear."""
    entry = session.get(RegisterEntry, record.register_entry_id) if record.register_entry_id else None
    return entry.record_code if entry else record.code


def _paper_code(session: Session, version_id: UUID) -> _PaperCode | None:
    """Give the mã hồ sơ that a paper bears: of a QR code or barcode first; the print counts where it was accepted."""
    found = session.scalars(
        select(FieldValue).where(
            FieldValue.version_id == version_id,
            FieldValue.name == RECORD_CODE,
            FieldValue.value.is_not(None),
            FieldValue.source.in_(READ),
        )
    ).all()
    for row in sorted(found, key=lambda row: row.source != MACHINE_CODE):
        if row.source == MACHINE_CODE:
            return _PaperCode(row.value or "", Basis.MACHINE_CODE, is_sure=True)
        if row.status == FieldStatus.ACCEPTED:
            is_sure = row.confidence >= match_policy().code_sureness
            return _PaperCode(row.value or "", Basis.PRINTED_CODE, is_sure)
    return None


def _rows_of_code(session: Session, code: str) -> list[RegisterEntry]:
    of_code = select(RegisterEntry).where(RegisterEntry.record_code == code, RegisterEntry.withdrawn_at.is_(None))
    return list(session.scalars(of_code.limit(2)))


def _basis_of_link(session: Session, record: Record, paper: _PaperCode | None) -> Basis:
    """Give by what a record's row is known: its own code or name, the code on this paper, or how it was linked."""
    expected = _expected_code(session, record)
    if record.code == expected:
        return Basis.FOLDER_CODE if is_record_code(record.code) else Basis.FOLDER_NAME
    if paper and paper.code == expected:
        return paper.basis
    earlier = session.scalars(
        select(RegisterMatch.basis)
        .join(DocumentVersion, DocumentVersion.id == RegisterMatch.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(
            Document.record_id == record.id,
            RegisterMatch.entry_id == record.register_entry_id,
            RegisterMatch.verdict == Verdict.LINKED,
        )
        .order_by(RegisterMatch.basis != Basis.PERSON, RegisterMatch.found_at)
        .limit(1)
    ).first()
    return Basis(earlier) if earlier else Basis.FOLDER_NAME


def _by_code(
    session: Session, job: Job, record: Record, paper: _PaperCode, rows: list[RegisterEntry], evidence: JsonObject
) -> Match:
    """Link a record whose folder says nothing to the row of its paper's code; in doubt ask."""
    if len(rows) > 1:
        return Match(Verdict.AMBIGUOUS, paper.basis, None, evidence)
    (entry,) = rows
    others = session.scalars(select(Record.code).where(Record.register_entry_id == entry.id).limit(1)).first()
    if others or entry.agency_code != record.agency_code:
        taken: JsonObject = {"taken_by": others} if others else {"agency": entry.agency_code}
        return Match(Verdict.PROPOSED, paper.basis, entry.id, {**evidence, **taken})
    is_certain = paper.is_sure or _is_by_fields(session, job, entry.id)
    return Match(Verdict.LINKED if is_certain else Verdict.PROPOSED, paper.basis, entry.id, evidence)


def _is_by_fields(session: Session, job: Job, entry_id: UUID | None) -> bool:
    """Tell whether number, date and abstract say this row too."""
    chosen = choose_row(session, _sought(session, job), match_policy())
    return chosen is not None and chosen.entry_id == entry_id


def _by_fields(session: Session, job: Job, evidence: JsonObject) -> Match:
    policy = match_policy()
    sought = _sought(session, job)
    chosen = choose_row(session, sought, policy)
    if chosen is None:
        return Match(Verdict.NONE, Basis.FIELDS, None, evidence)
    told = {**evidence, "agreeing": list(chosen.agreeing), "likeness": chosen.subject_likeness}
    if chosen.entry_id is None:
        return Match(Verdict.AMBIGUOUS, Basis.FIELDS, None, {**told, "rivals": chosen.rivals})
    return Match(Verdict.PROPOSED, Basis.FIELDS, chosen.entry_id, told)


def choose_row(session: Session, sought: Sought, policy: MatchPolicy) -> Chosen | None:
    """Choose among the rows with the paper's number or day; among those of its year only where these settle nothing."""
    near = rows_by_mark(session, sought, policy.most_rows)
    chosen = choose(sought, near, policy)
    if chosen and sum(policy.points[name] for name in chosen.agreeing) >= _CLEAR_POINTS:
        return chosen
    if not sought.subject:
        return chosen
    known = {row.entry_id for row in near}
    more = [row for row in rows_of_year(session, sought, policy.most_rows) if row.entry_id not in known]
    return choose(sought, [*near, *more], policy)


def _sought(session: Session, job: Job) -> Sought:
    values = {
        row.name: row
        for row in session.scalars(
            select(FieldValue).where(FieldValue.version_id == job.facts.version_id, FieldValue.source == OCR)
        )
    }

    def read(name: FieldName, *, is_sure: bool = False) -> str | None:
        row = values.get(name)
        return row.value if row and (row.status == FieldStatus.ACCEPTED or not is_sure) else None

    issued_on = read(FieldName.ISSUED_ON, is_sure=True)
    return Sought(
        job.facts.agency_code,
        code=read(FieldName.CODE),
        is_code_sure=read(FieldName.CODE, is_sure=True) is not None,
        symbol=read(FieldName.SYMBOL),
        issued_on=date.fromisoformat(issued_on) if issued_on else None,
        year=legible_date(job, values.get(FieldName.ISSUED_ON)).year or record_code_year(job.facts.record_code),
        subject=read(FieldName.SUBJECT),
    )
