"""Whether a record is genuine, in one sentence each: of a file, of its signatures, of its PDF/A, of its standing."""

from config.clock import legal_date
from config.dates import day_text, instant_text
from config.i18n import gettext as _
from ocr.pdfa import PdfaReport
from pipeline.rereading import MISSING, UNREADABLE
from pipeline.verification import Proof, Standing
from pipeline.wording import reason_name, verdict_name
from signing.report import Reason, SignatureReport, Verdict

MOST_RULES = 3


def conformance_text(report: PdfaReport) -> str:
    """Say whether a file is PDF/A, and which rules it breaks; what the judges say of each, in English, JSON has."""
    if report.passed:
        return _("no violation found")
    told = ", ".join(list(dict.fromkeys(map(_rule, report.violations or report.not_checked)))[:MOST_RULES])
    if report.violations:
        return _("does not conform: {rules} (details: --json)").format(rules=told)
    return _("could not be checked: {rules} (details: --json)").format(rules=told or "–")


def _rule(fault: str) -> str:
    """Give the rule that a judge's sentence is about; veraPDF gives nothing else."""
    return fault if fault.startswith("veraPDF") else fault.split(maxsplit=1)[0].rstrip(":")


def signature_text(report: SignatureReport) -> str:
    """Say whose a signature is, of which level and when, and what is to be thought of it."""
    when = report.timestamp_at or report.signed_at
    parts = [report.signer, report.level, instant_text(when) if when else "", "TEST" if report.is_test else ""]
    parts += [verdict_name(report.verdict), reason_name(report.reason_code)]
    return " · ".join(part for part in parts if part)


def verdict_sentence(proof: Proof) -> str:
    """Say whether a file is genuine."""
    if proof.fault in {MISSING, UNREADABLE}:
        return _("NOT THERE: the stored file is gone or cannot be read.")
    if proof.ledger_match is False:
        return _("NOT GENUINE: the bytes are not those the ledger recorded.")
    if not proof.signatures:
        return _("NO SIGNATURE: nothing can be proven about this file by itself.")
    if proof.verdict is Verdict.INDETERMINATE:
        return _unproven(proof)
    if proof.verdict is Verdict.VALID:
        return _("GENUINE: unchanged since it was signed, and the signer is trusted.")
    return _("NOT GENUINE: a signature does not hold.")


def _unproven(proof: Proof) -> str:
    """Say what exactly is not proven, the most disquieting first."""
    reasons = {report.reason_code for report in proof.signatures}
    if Reason.ADDED_UNATTESTED in reasons:
        return _("NOT PROVEN: something was added after signing that no trusted signature covers.")
    if Reason.ORPHANED in reasons:
        return _("NOT PROVEN: it was signed once, and its signature was taken out or hidden.")
    if Reason.UNSUPPORTED in reasons:
        return _("NOT PROVEN: a signature is of a kind that cannot be checked here.")
    return _("NOT PROVEN: unchanged since it was signed, but trust in the signer is not proven.")


def ledger_sentence(proof: Proof) -> str:
    """Say whether the ledger knows these bytes."""
    if not proof.sha256:
        return _("The ledger knows it as archived; the store does not give it.")
    if proof.ledger_match is None:
        return _("The ledger knows no archived document with these bytes.")
    return _("The ledger knows these very bytes.") if proof.ledger_match else _("The ledger knows other bytes.")


def standing_sentence(standing: Standing) -> str:
    """Say that these bytes are not those that count now, and since when."""
    numbers = {"version": standing.version, "current": standing.current_version}
    if standing.version > standing.current_version:
        return _("This is version {version}, which was not accepted; version {current} counts.").format(**numbers)
    if standing.replaced_at is None:
        return _("This is version {version}; version {current} came in since and is not archived yet.").format(
            **numbers
        )
    return _("This is version {version}; replaced by version {current} on {day}.").format(
        **numbers, day=day_text(legal_date(standing.replaced_at))
    )
