"""The signatures of a version as the ledger knows them: the agency's, the person's who scanned, or others'."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pipeline.job import Job
from signing.archive_timestamp import FIELD_PREFIX
from signing.profiles import AGENCY_SEAL, OPERATOR_SEAL
from signing.report import SignatureReport
from storage.ledger.models import Signature

AGENCY, OPERATOR, FOREIGN = "agency", "operator", "foreign"
_OWN = {AGENCY_SEAL.field: AGENCY, OPERATOR_SEAL.field: OPERATOR}
"""Whose signature stands in which field of a PDF that was built here."""


def record_signatures(job: Job, session: Session, reports: tuple[SignatureReport, ...], role: str) -> None:
    """Replace what is known of a version's signatures of one role."""
    version_id, now = job.facts.version_id, job.ctx.clock()
    session.execute(delete(Signature).where(Signature.version_id == version_id, Signature.role == role))
    for report in reports:
        session.add(
            Signature(
                version_id=version_id,
                role=role,
                field=report.field,
                signer=report.signer,
                certificate_sha256=report.certificate_sha256,
                level=report.level,
                signed_at=report.signed_at,
                timestamp_at=report.timestamp_at,
                verdict=report.verdict,
                is_trusted=report.trusted,
                is_test=report.is_test,
                checked_at=now,
            )
        )


def record_own_signatures(job: Job, session: Session, reports: tuple[SignatureReport, ...]) -> None:
    """Replace what is known of the signatures that were made here, each under its role; archive timestamps too."""
    for role in (AGENCY, OPERATOR):
        record_signatures(job, session, tuple(report for report in reports if _role(report.field) == role), role)


def _role(field: str) -> str | None:
    """Give whose a field of ours is; archive timestamps stand over the agency's seal and go with it."""
    return AGENCY if field.startswith(FIELD_PREFIX) else _OWN.get(field)
