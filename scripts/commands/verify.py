"""`sohoa verify`: is a record or a file genuine."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.clock import legal_date
from config.codes import normalize_record_code
from config.dates import day_text, instant_text
from config.errors import CodeError, ExitCode
from config.i18n import gettext as _
from ocr.pdfa import PdfaReport
from pipeline.rereading import MISSING, UNREADABLE
from pipeline.verification import Proof, Standing, verify_file, verify_record
from pipeline.wording import reason_name, verdict_name
from scripts.invocation import emit, open_context
from scripts.verbs import App
from signing.report import Reason, SignatureReport, Verdict

MOST_RULES = 3
STYLES = {Verdict.VALID: "bold green", Verdict.INDETERMINATE: "bold yellow", Verdict.INVALID: "bold red"}


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Prove whether a stored record, or a PDF at hand, is genuine."))
    def verify(
        ctx: typer.Context,
        subject: Annotated[
            str,
            typer.Argument(
                help=_("Mã hồ sơ, the code of one document, or the path of a PDF."), metavar=_("RECORD_OR_FILE")
            ),
        ],
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        is_file = _names_a_file(subject)
        proofs = [verify_file(context, Path(subject))] if is_file else verify_record(context, subject)
        emit(proofs, as_json=as_json, show=lambda console: _show_all(console, proofs))
        verdicts = {proof.verdict for proof in proofs}
        if Verdict.INVALID in verdicts:
            raise typer.Exit(ExitCode.INVALID)
        if Verdict.INDETERMINATE in verdicts:
            raise typer.Exit(ExitCode.INDETERMINATE)


def _names_a_file(subject: str) -> bool:
    """Say whether a file is asked about; a folder that bears a record's code stands for the record."""
    path = Path(subject)
    if path.suffix.lower() == ".pdf" or not path.is_dir():
        return path.suffix.lower() == ".pdf" or path.is_file()
    try:
        normalize_record_code(subject)
    except CodeError:
        return True
    return False


def _show_all(console: Console, proofs: list[Proof]) -> None:
    for proof in proofs:
        _show(console, proof)


def _show(console: Console, proof: Proof) -> None:
    told_hash = f"  sha256 {proof.sha256[:16]}…" if proof.sha256 else ""
    console.print(Text.assemble((proof.subject, "bold"), told_hash))
    console.print(Text("  " + _sentence(proof), style=STYLES[proof.verdict]))
    console.print(Text("  " + _ledger_sentence(proof)))
    if proof.standing and proof.standing.version != proof.standing.current_version:
        console.print(Text("  → " + _standing_sentence(proof.standing), style="bold yellow"))
    if proof.fault:
        console.print(Text("  → " + _("It is not counted as digitized until a good copy is put back and read again.")))
    for report in proof.signatures:
        console.print(Text("  " + _signature(report)))
    if proof.pdfa is None:
        return
    judged = ", ".join(proof.pdfa.judges)
    console.print(Text(f"  PDF/A ({judged}): {_conformance(proof.pdfa)}"))


def _conformance(report: PdfaReport) -> str:
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


def _signature(report: SignatureReport) -> str:
    when = report.timestamp_at or report.signed_at
    parts = [report.signer, report.level, instant_text(when) if when else "", "TEST" if report.is_test else ""]
    parts += [verdict_name(report.verdict), reason_name(report.reason_code)]
    return " · ".join(part for part in parts if part)


def _sentence(proof: Proof) -> str:
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


def _ledger_sentence(proof: Proof) -> str:
    if not proof.sha256:
        return _("The ledger knows it as archived; the store does not give it.")
    if proof.ledger_match is None:
        return _("The ledger knows no archived document with these bytes.")
    return _("The ledger knows these very bytes.") if proof.ledger_match else _("The ledger knows other bytes.")


def _standing_sentence(standing: Standing) -> str:
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
