"""What was noticed about the place of a signature's visible block: that it gave way to ink, or could not."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pipeline.findings import Severity, add_finding
from pipeline.job import Job
from signing.placement import Standing
from storage.ledger.models import Finding

_SEVERITIES = {Standing.MOVED: Severity.NOTE, Standing.OVER_INK: Severity.WARNING}
_FIRST_PAGE = 1


def note_standing(session: Session, job: Job, role: str, standing: Standing) -> None:
    """Write down how the block of a signature of a role stands, in place of what an earlier signing said."""
    codes = {one: f"{role}_block_{one}" for one in _SEVERITIES}
    document_id = job.facts.document_id
    session.execute(delete(Finding).where(Finding.document_id == document_id, Finding.code.in_(codes.values())))
    if standing in _SEVERITIES:
        severity = _SEVERITIES[standing]
        add_finding(session, document_id, codes[standing], severity, job.ctx.clock(), page=_FIRST_PAGE)
