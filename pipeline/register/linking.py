"""What follows from a match: the link of a record to its row, a question to a person, and the person's decision."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config.codes import is_record_code
from pipeline.context import Context
from pipeline.findings import NOT_IN_REGISTER, Severity, add_finding
from pipeline.job import Job
from pipeline.register.matching import Basis, Match, Verdict, find_match
from pipeline.resting import settle_record
from storage.ledger import events
from storage.ledger.models import Document, DocumentVersion, Finding, Record, RegisterEntry, RegisterMatch, ReviewTask

PROPOSAL, OTHER_ROW, AMBIGUOUS = "register_proposal", "register_other_row", "register_ambiguous"
_FINDINGS = {
    Verdict.PROPOSED: (PROPOSAL, Severity.REVIEW),
    Verdict.OTHER_ROW: (OTHER_ROW, Severity.REVIEW),
    Verdict.AMBIGUOUS: (AMBIGUOUS, Severity.NOTE),
}
QUESTIONS = (PROPOSAL, OTHER_ROW)


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """The row that a document is or may be, for people to compare with the page."""

    record_code: str
    symbol: str | None
    issued_on: str | None
    subject: str | None
    verdict: str
    basis: str
    evidence: dict[str, object]


def match_with_register(session: Session, job: Job) -> None:
    """Look for a document's row, anew each time until a person has decided; link it, or leave a question."""
    version_id, now = job.facts.version_id, job.ctx.clock()
    decided = _decision(session, job.facts.document_id)
    if decided is not None:
        if decided.version_id != version_id:
            _write(
                session, version_id, Match(Verdict(decided.verdict), Basis.PERSON, decided.entry_id), now, decided.actor
            )
        return
    match = find_match(session, job)
    _write(session, version_id, match, now)
    if match.verdict is Verdict.LINKED and match.entry_id is not None:
        _link(job.ctx, session, job.facts.record_id, match.entry_id, match.basis)
    # That a QR code names another record than its folder is asked already where the code is read.
    is_asked = match.basis is Basis.MACHINE_CODE and is_record_code(job.facts.record_code)
    _note(session, job.facts.document_id, match, now, job.ctx.actor, is_asked=is_asked)


def decide_link(ctx: Context, session: Session, document_id: UUID, entry_id: UUID | None) -> None:
    """Keep what a person says: that a document is this row, or none. The record keeps its name and its papers."""
    now = ctx.clock()
    document = session.get_one(Document, document_id)
    version_id = session.scalars(
        select(DocumentVersion.id).where(
            DocumentVersion.document_id == document_id, DocumentVersion.number == document.current_version
        )
    ).one()
    verdict = Verdict.NONE if entry_id is None else Verdict.LINKED
    _write(session, version_id, Match(verdict, Basis.PERSON, entry_id), now, ctx.actor)
    if document.record_id is not None:
        _link(ctx, session, document.record_id, entry_id, Basis.PERSON)
    _clear(session, document_id, None)


def confirm_question(ctx: Context, session: Session, document_id: UUID, reason: str) -> None:
    """Take a person's yes: to the row that was proposed, or to the folder that a paper with another code lies in."""
    match = _current(session, document_id)
    if match is None:
        return
    entry_id = match.entry_id
    if reason == OTHER_ROW:
        record = session.get_one(Record, session.get_one(Document, document_id).record_id)
        entry_id = record.register_entry_id
    decide_link(ctx, session, document_id, entry_id)


def match_of(session: Session, document_id: UUID) -> ProposedRow | None:
    """Give the row that a document is or may be, with what speaks for it; None where no row was found."""
    match = _current(session, document_id)
    if match is None or match.verdict == Verdict.NONE:
        return None
    entry = session.get(RegisterEntry, match.entry_id) if match.entry_id else None
    return ProposedRow(
        record_code=entry.record_code if entry else "",
        symbol=entry.symbol if entry else None,
        issued_on=entry.issued_on.isoformat() if entry and entry.issued_on else None,
        subject=entry.subject if entry else None,
        verdict=match.verdict,
        basis=match.basis,
        evidence=match.evidence,
    )


def _current(session: Session, document_id: UUID) -> RegisterMatch | None:
    return session.scalars(
        select(RegisterMatch)
        .join(DocumentVersion, DocumentVersion.id == RegisterMatch.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.id == document_id, DocumentVersion.number == Document.current_version)
    ).first()


def _decision(session: Session, document_id: UUID) -> RegisterMatch | None:
    """Give a person's decision on any version of a document: a paper scanned again is still the same row."""
    return session.scalars(
        select(RegisterMatch)
        .join(DocumentVersion, DocumentVersion.id == RegisterMatch.version_id)
        .where(DocumentVersion.document_id == document_id, RegisterMatch.actor.is_not(None))
        .order_by(DocumentVersion.number.desc())
    ).first()


def _write(session: Session, version_id: UUID, match: Match, now: datetime, actor: str | None = None) -> None:
    row = session.scalars(select(RegisterMatch).where(RegisterMatch.version_id == version_id)).first()
    values = {"entry_id": match.entry_id, "basis": str(match.basis), "verdict": str(match.verdict), "actor": actor}
    if row is None:
        row = RegisterMatch(version_id=version_id, evidence=match.evidence, found_at=now, **values)
        session.add(row)
    elif {**{name: getattr(row, name) for name in values}, "evidence": row.evidence} != {
        **values,
        "evidence": match.evidence,
    }:
        for name, value in values.items():
            setattr(row, name, value)
        row.evidence, row.found_at = match.evidence, now
    session.flush()


def _link(ctx: Context, session: Session, record_id: UUID, entry_id: UUID | None, basis: Basis) -> None:
    """Tie a record to a row, or to none; where that is new it is an event, and counting follows."""
    record = session.get_one(Record, record_id)
    if record.register_entry_id == entry_id:
        return
    record.register_entry_id = entry_id
    session.flush()
    if entry_id is not None:
        documents = select(Document.id).where(Document.record_id == record_id)
        session.execute(
            delete(Finding).where(Finding.code == NOT_IN_REGISTER, Finding.document_id.in_(documents)),
            execution_options={"synchronize_session": False},
        )
    events.append(
        session,
        kind="register.linked" if entry_id is not None else "register.unlinked",
        actor=ctx.actor,
        subject_type="record",
        subject_id=str(record_id),
        at=ctx.clock(),
        payload={"entry": str(entry_id) if entry_id else None, "basis": str(basis)},
    )
    settle_record(session, ctx, record_id)


def _note(session: Session, document_id: UUID, match: Match, now: datetime, actor: str, *, is_asked: bool) -> None:
    code, severity = _FINDINGS.get(match.verdict, (None, Severity.NOTE))
    if match.verdict is Verdict.OTHER_ROW and is_asked:
        severity = Severity.WARNING
    _clear(session, document_id, code)
    if code is not None:
        add_finding(session, document_id, code, severity, now)
    gone = [reason for reason in QUESTIONS if reason != code]
    session.execute(
        update(ReviewTask)
        .where(
            ReviewTask.document_id == document_id,
            ReviewTask.settled_at.is_(None),
            ReviewTask.reason_code.in_(gone),
        )
        .values(settled_at=now, actor=actor, decision="obsolete")
    )


def _clear(session: Session, document_id: UUID, kept: str | None) -> None:
    """Take back what was noted of an earlier match."""
    codes = [code for code, _severity in _FINDINGS.values() if code != kept]
    session.execute(delete(Finding).where(Finding.document_id == document_id, Finding.code.in_(codes)))
