"""Whether a signature that was just made holds: judged as anybody would judge it, before its bytes count as signed."""

from pathlib import Path

from config.errors import PdfaViolationError, SigningError
from config.i18n import mark as _
from ocr.pdfa import check_signed_pdfa
from pipeline.job import Job
from pipeline.seal_keys import ensure_trusted_time
from signing.profiles import Profile
from signing.report import Reason, SignatureReport, Verdict, overall, reason_message
from signing.validate import validate


class SealNotSoundError(SigningError):
    """A seal that was just made does not hold; nothing of it was kept."""

    code = "seal_not_sound"
    retry_helps = True
    message = _("the seal just made on {file} does not hold: {cause}")
    remedy = _("Nothing of it was kept. Run again; if it happens again, send the output to the administrator.")


def ensure_sound(job: Job, signed: Path, unsigned: Path, profile: Profile) -> tuple[SignatureReport, ...]:
    """Give what validation says of a file just signed with a profile, whose bytes begin with those of another.

    Raise OwnTimestampUntrustedError, SealNotSoundError or PdfaViolationError when it is not to be kept.
    """
    reports = validate(signed, job.ctx.trust, now=job.ctx.clock())
    ensure_trusted_time(job.ctx, reports, profile.field)
    if overall(reports) is not Verdict.VALID:
        worst = next((report.reason_code for report in reports if report.verdict is not Verdict.VALID), Reason.ORPHANED)
        raise SealNotSoundError(file=job.facts.record_code, cause=reason_message(worst))
    pdfa = check_signed_pdfa(signed, unsigned)
    if not pdfa.passed:
        raise PdfaViolationError(file=job.facts.record_code, cause="; ".join(pdfa.violations or pdfa.not_checked))
    return reports
