"""A pack's verdict in one sentence, and the answer to each question about it in one line."""

from datetime import datetime

from config.dates import instant_text
from config.i18n import gettext
from config.i18n import gettext as _
from pipeline.evidence.layout import MANIFEST
from pipeline.evidence.verdicts import QUESTIONS, PackFinding, PackProof, SignedBy
from pipeline.reason_wording import reason_name
from pipeline.wording import verdict_name
from signing.report import Verdict
from storage.ledger.states import Environment

SIGNS = {Verdict.VALID: "✓", Verdict.INDETERMINATE: "?", Verdict.INVALID: "✗"}


def pack_sentence(proof: PackProof) -> str:
    """Say whether a pack is genuine, whose it is, and where it fails the first thing that fails."""
    sentence = _of_verdict(proof)
    if proof.environment != Environment.PRODUCTION:
        return sentence + " " + _("The pack is marked TEST and proves nothing outside a test.")
    return sentence


def finding_line(finding: PackFinding) -> str:
    """Say how one question about a pack was answered."""
    asked = gettext(QUESTIONS[finding.question])
    if finding.stt is not None:
        asked = _("document {stt}: {what}").format(stt=finding.stt, what=asked)
    return f"{SIGNS[finding.verdict]} {asked}"


def signed_line(signed: SignedBy) -> str:
    """Say who signed the manifest or a head of the log, and since when a timestamp proves it."""
    head = _("head of the log at event {seq}").format(seq=signed.what)
    what = _("list of files") if signed.what == MANIFEST else head
    when = instant_text(signed.timestamp_at) if signed.timestamp_at else ""
    parts = [what, signed.signer, when, "TEST" if signed.is_test else "", verdict_name(signed.verdict)]
    return " · ".join(part for part in (*parts, reason_name(signed.reason_code)) if part)


def made_line(proof: PackProof) -> str:
    """Say when a pack was made, and by which account."""
    return _("Made at {instant} by {actor}.").format(
        instant=instant_text(datetime.fromisoformat(proof.made_at)), actor=proof.made_by
    )


def _of_verdict(proof: PackProof) -> str:
    first = next((text for each in proof.findings if each.verdict is proof.verdict for text in each.details), "")
    if proof.verdict is Verdict.INVALID:
        return _("NOT GENUINE: {cause}.").format(cause=first)
    if proof.verdict is Verdict.INDETERMINATE:
        return _("NOT PROVEN: nothing was changed, but not everything is proven: {cause}.").format(cause=first)
    signer = next((signed.signer for signed in proof.signed), "")
    return _("GENUINE: the files are those that were stored, the log names them, and {signer} signed the pack.").format(
        signer=signer
    )
