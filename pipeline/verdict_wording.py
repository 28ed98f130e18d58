"""Whether a record is genuine, in one sentence each: of a file, of its signatures, of its PDF/A, of its standing."""

from config.clock import legal_date
from config.dates import day_text, instant_text
from config.i18n import gettext as _
from ocr.pdfa import PdfaReport
from pipeline.copies.reading import UNREACHABLE
from pipeline.reason_wording import reason_name
from pipeline.rereading import MISSING, OTHER_BYTES, UNREADABLE
from pipeline.verification import Proof, Standing
from pipeline.wording import verdict_name
from signing.report import Change, Reason, Revocation, SignatureReport, Verdict

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


def signature_details(report: SignatureReport) -> list[str]:
    """Say of a signature when and by what it is proven, its chain, its revocation, and what was changed since."""
    return [line for line in (_time(report), _stamp(report), _chain(report), _revoked(report), _since(report)) if line]


def _time(report: SignatureReport) -> str:
    claimed = instant_text(report.signed_at) if report.signed_at else "–"
    if report.proven_at is None:
        return _("time: {claimed} by its own word; no trusted timestamp proves it").format(claimed=claimed)
    ends = day_text(legal_date(report.proof_ends)) if report.proof_ends else "–"
    return _("time: {claimed} by its own word; proven for {proven}, which can be shown until {ends}").format(
        claimed=claimed, proven=instant_text(report.proven_at), ends=ends
    )


def _stamp(report: SignatureReport) -> str:
    if report.timestamp_at is None:
        return _("timestamp: none")
    told = (
        _("timestamp: {at} by {authority}, trusted")
        if report.timestamp_trusted
        else _("timestamp: {at} by {authority}, not trusted or no longer")
    )
    return told.format(at=instant_text(report.timestamp_at), authority=report.timestamp_authority)


def _chain(report: SignatureReport) -> str:
    if not report.chain:
        return ""
    told = (
        _("chain: {names}; it leads to a trusted root")
        if report.trusted
        else _("chain: {names}; it leads to no root that is trusted here")
    )
    if not report.trusted and report.reason_code not in {Reason.NO_TRUSTED_ROOT, Reason.NONE}:
        told = _("chain: {names}; not accepted")
    return told.format(names=" ← ".join(report.chain))


def _revoked(report: SignatureReport) -> str:
    issued = instant_text(report.revocation_from) if report.revocation_from else "–"
    revoked = instant_text(report.revoked_at) if report.revoked_at else "–"
    told = {
        Revocation.GOOD: _("revocation: not revoked at that time, by data in the file issued {issued}"),
        Revocation.LATER: _("revocation: revoked {revoked}, after that time, which does not touch this signature"),
        Revocation.REVOKED: _("revocation: revoked {revoked}"),
        Revocation.UNKNOWN: _("revocation: not known; the file has no usable data for that time"),
    }[Revocation(report.revocation)]
    return told.format(issued=issued, revoked=revoked)


def _since(report: SignatureReport) -> str:
    changes = {
        Change.NOTHING: _("changed since: nothing"),
        Change.MAINTENANCE: _("changed since: only data and timestamps for later proof were added"),
        Change.FORMS: _("changed since: forms were filled in or further signatures added"),
        Change.ANNOTATIONS: _("changed since: notes or stamps were added"),
        Change.OTHER: _("changed since: the content"),
        Change.UNKNOWN: _("changed since: cannot be told"),
    }
    return changes[Change(report.changed_after)]


def verdict_sentence(proof: Proof) -> str:
    """Say whether a file is genuine."""
    if proof.fault in {MISSING, UNREADABLE} and not proof.is_from_replica:
        return _("NOT THERE: the stored file is gone or cannot be read.")
    if proof.ledger_match is False:
        return _("NOT GENUINE: the bytes are not those the ledger recorded.")
    if not proof.signatures:
        return _("NO SIGNATURE: nothing can be proven about this file by itself.")
    if proof.verdict is Verdict.INDETERMINATE:
        return _unproven(proof)
    if proof.verdict is Verdict.VALID:
        return _genuine(proof)
    return _("NOT GENUINE: a signature does not hold.")


def _genuine(proof: Proof) -> str:
    """Say that a file is genuine, and what of that is not proven all the same."""
    signatures = [report for report in proof.signatures if not report.is_document_timestamp]
    remarks = {
        _("when it was signed is not proven"): any(report.proven_at is None for report in signatures),
        _("whether a certificate was revoked is not known"): any(
            report.revocation == Revocation.UNKNOWN for report in signatures
        ),
        _("notes were added between signatures"): any(
            report.changed_after == Change.ANNOTATIONS for report in signatures
        ),
    }
    told = ", ".join(remark for remark, applies in remarks.items() if applies)
    if not told:
        return _("GENUINE: unchanged since it was signed, and the signer is trusted.")
    return _("GENUINE: unchanged since it was last signed, and the signer is trusted; {remarks}.").format(remarks=told)


def _unproven(proof: Proof) -> str:
    """Say what exactly is not proven, the most disquieting first."""
    reasons = {report.reason_code for report in proof.signatures}
    if Reason.ADDED_UNATTESTED in reasons:
        return _("NOT PROVEN: something was added after signing that no trusted signature covers.")
    if Reason.ORPHANED in reasons:
        return _("NOT PROVEN: it was signed once, and its signature was taken out or hidden.")
    if reasons & {Reason.LAPSED, Reason.DIGEST_UNSAFE, Reason.KEY_UNSAFE}:
        return _("NOT PROVEN: unchanged since it was signed, but the proof of when that was has run out.")
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


def replica_sentence(proof: Proof) -> str:
    """Say that what was judged is the second copy, why, and what to do."""
    told = {
        MISSING: _("the first store lacks this file"),
        OTHER_BYTES: _("the first store has other bytes of this file"),
        UNREADABLE: _("the first store cannot read this file"),
        UNREACHABLE: _("the first store does not answer"),
    }[proof.fault]
    return _("Judged from the replica: {cause}. `sohoa fixity` puts it right.").format(cause=told)


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
