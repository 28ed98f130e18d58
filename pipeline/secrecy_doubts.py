"""What may be a secrecy mark and what a person has said of it: by page and grade, of the version that was looked at.

The findings of a document are struck when its next version comes, so nothing that was said of one passes another.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.findings import Severity
from pipeline.secrecy import SecrecyMark
from storage.ledger.models import Finding

SUSPECTED, CLEARED = "secrecy_suspected", "secrecy_cleared"


def note_suspected(session: Session, document_id: UUID, marks: Iterable[SecrecyMark], at: datetime) -> None:
    """Write down the marks that a person is asked about, in place of those asked about before."""
    session.execute(delete(Finding).where(Finding.document_id == document_id, Finding.code == SUSPECTED))
    for page, grades in sorted(_by_page(marks).items()):
        session.add(
            Finding(
                document_id=document_id,
                page=page,
                code=SUSPECTED,
                severity=Severity.WARNING,
                details={"grades": sorted(grades)},
                found_at=at,
            )
        )


def clear_suspected(session: Session, document_id: UUID, at: datetime) -> None:
    """Write down that a person found none of the suspected marks to be one."""
    known = _findings(session, document_id, CLEARED)
    for page, doubt in _findings(session, document_id, SUSPECTED).items():
        grades = _grades(doubt)
        if page in known:
            known[page].details = {"grades": sorted(grades | _grades(known[page]))}
            session.delete(doubt)
        else:
            doubt.code, doubt.severity, doubt.found_at = CLEARED, Severity.NOTE, at


def cleared_marks(session: Session, document_id: UUID) -> frozenset[tuple[int, str]]:
    """Give page and grade of each suspected mark that a person found to be none."""
    cleared = _findings(session, document_id, CLEARED)
    return frozenset((page, grade) for page, finding in cleared.items() for grade in _grades(finding))


def forget_cleared(session: Session, document_id: UUID) -> None:
    """Strike what a person cleared: the paper is known to be secret since."""
    session.execute(delete(Finding).where(Finding.document_id == document_id, Finding.code == CLEARED))


def suspected_pages(session: Session, document_id: UUID) -> tuple[int, ...]:
    """Give the pages on which a person is to look for a mark."""
    return tuple(sorted(_findings(session, document_id, SUSPECTED)))


def _by_page(marks: Iterable[SecrecyMark]) -> dict[int, set[str]]:
    grades: dict[int, set[str]] = {}
    for mark in marks:
        grades.setdefault(mark.page, set()).add(mark.grade)
    return grades


def _findings(session: Session, document_id: UUID, code: str) -> dict[int, Finding]:
    found = select(Finding).where(Finding.document_id == document_id, Finding.code == code)
    return {finding.page: finding for finding in session.scalars(found)}


def _grades(finding: Finding) -> set[str]:
    grades = (finding.details or {}).get("grades")
    return {str(grade) for grade in grades} if isinstance(grades, list) else set()
