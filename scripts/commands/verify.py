"""`sohoa verify`: is a record or a file genuine."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.clock import vietnam_iso
from config.errors import ExitCode
from config.i18n import gettext as _
from pipeline.verification import Proof, verify_file, verify_record
from pipeline.wording import reason_name
from scripts.invocation import emit, open_context
from signing.report import Verdict


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command(help=_("Verify a record from the store, or a file: hash, signatures, PDF/A."))
    def verify(
        ctx: typer.Context,
        subject: Annotated[str, typer.Argument(help=_("Mã hồ sơ, or the path of a PDF."))],
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        path = Path(subject)
        is_file = path.is_file() or path.suffix.lower() == ".pdf"
        proofs = [verify_file(context, path)] if is_file else verify_record(context, subject)
        emit(proofs, as_json=as_json, show=lambda console: _show_all(console, proofs))
        verdicts = {proof.verdict for proof in proofs}
        if Verdict.INVALID in verdicts:
            raise typer.Exit(ExitCode.INVALID)
        if Verdict.INDETERMINATE in verdicts:
            raise typer.Exit(ExitCode.INDETERMINATE)


def _show_all(console: Console, proofs: list[Proof]) -> None:
    for proof in proofs:
        _show(console, proof)


def _show(console: Console, proof: Proof) -> None:
    console.print(f"[bold]{proof.subject}[/]  sha256 {proof.sha256}")
    console.print("  " + _sentence(proof))
    for report in proof.signatures:
        when = report.timestamp_at or report.signed_at
        test = " · TEST" if report.is_test else ""
        console.print(
            f"  {report.signer} · {report.level} · {vietnam_iso(when) if when else '–'}{test} · "
            f"{report.verdict} · {reason_name(report.reason_code)}",
            markup=False,
        )
    judged = ", ".join(proof.pdfa.judges)
    verdict = _("no violation found") if proof.pdfa.passed else "; ".join(proof.pdfa.violations[:3])
    console.print(f"  PDF/A ({judged}): {verdict}", markup=False)


def _sentence(proof: Proof) -> str:
    if proof.ledger_match is False:
        return _("NOT GENUINE: the bytes are not those the ledger recorded.")
    if not proof.signatures:
        return _("This file bears no signature; nothing can be proven about it.")
    known = _("The ledger knows these very bytes.") if proof.ledger_match else _("The ledger does not know this file.")
    sentences = {
        Verdict.VALID: _("GENUINE: unchanged since it was signed, and the signer is trusted."),
        Verdict.INDETERMINATE: _("Unchanged since it was signed, but the root certificate is not trusted here."),
        Verdict.INVALID: _("NOT GENUINE: a signature does not hold."),
    }
    return f"{sentences[proof.verdict]} {known}"
