"""The signatures of a version as the ledger knows them: the agency's, the person's who scanned, or others'."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pipeline.job import Job
from signing.archive_timestamp import FIELD_PREFIX
from signing.profiles import AGENCY_SEAL, OPERATOR_SEAL
from signing.report import DOCUMENT_TIMESTAMP_LEVEL, SignatureReport
from storage.ledger.models import Signature

AGENCY, OPERATOR, FOREIGN = "agency", "operator", "foreign"
ARCHIVE_TIMESTAMP = "archive_timestamp"
"""What a person is told of a timestamp over the file; the ledger keeps it with the signatures it carries on."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_ORDER = (OPERATOR, FOREIGN, AGENCY, ARCHIVE_TIMESTAMP)
_OWN = {AGENCY_SEAL.field: AGENCY, OPERATOR_SEAL.field: OPERATOR}
"""Whose signature stands in which field of a PDF that was built here."""


def record_signatures(job: Job, session: Session, reports: tuple[SignatureReport, ...], role: str) -> None:
    """Replace what is known of a version's signatures of one role."""
    _replace(session, job.facts.version_id, reports, role, job.ctx.clock())


def keep_own_signatures(
    session: Session, version_id: UUID, reports: tuple[SignatureReport, ...], now: datetime
) -> None:
    """Replace what is known of the signatures that were made here on a version, each under its role."""
    for role in (AGENCY, OPERATOR):
        own = tuple(report for report in reports if _role(report.field) == role)
        _replace(session, version_id, own, role, now)


def _replace(
    session: Session, version_id: UUID, reports: tuple[SignatureReport, ...], role: str, now: datetime
) -> None:
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
    keep_own_signatures(session, job.facts.version_id, reports, job.ctx.clock())


def known_signatures(session: Session, version_id: UUID | None) -> tuple[tuple[str, str, str, datetime | None], ...]:
    """Give the signatures of a version as they were made: whose each is, signer, verdict, and when it was made."""
    when = func.coalesce(Signature.signed_at, Signature.timestamp_at)
    rows = session.execute(
        select(Signature.role, Signature.level, Signature.signer, Signature.verdict, when).where(
            Signature.version_id == version_id
        )
    )
    found = [
        (ARCHIVE_TIMESTAMP if level == DOCUMENT_TIMESTAMP_LEVEL else role, signer, verdict, at)
        for role, level, signer, verdict, at in rows
    ]
    # Those of one second in the order in which the line makes them; what could not be read has no time.
    return tuple(sorted(found, key=lambda one: (one[3] is None, one[3] or _NEVER, _ORDER.index(one[0]))))


def _role(field: str) -> str | None:
    """Give whose a field of ours is; archive timestamps stand over the agency's seal and go with it."""
    return AGENCY if field.startswith(FIELD_PREFIX) else _OWN.get(field)
