"""`sohoa verify`: is a record or a file genuine."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.codes import normalize_record_code
from config.errors import CodeError, ExitCode
from config.i18n import gettext as _
from pipeline.verdict_wording import (
    conformance_text,
    ledger_sentence,
    signature_text,
    standing_sentence,
    verdict_sentence,
)
from pipeline.verification import Proof, verify_file, verify_record
from scripts.invocation import emit, open_context
from scripts.verbs import App
from signing.report import Verdict

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
    console.print(Text("  " + verdict_sentence(proof), style=STYLES[proof.verdict]))
    console.print(Text("  " + ledger_sentence(proof)))
    if proof.standing and proof.standing.version != proof.standing.current_version:
        console.print(Text("  → " + standing_sentence(proof.standing), style="bold yellow"))
    if proof.fault:
        console.print(Text("  → " + _("It is not counted as digitized until a good copy is put back and read again.")))
    for report in proof.signatures:
        console.print(Text("  " + signature_text(report)))
    if proof.pdfa is None:
        return
    judged = ", ".join(proof.pdfa.judges)
    console.print(Text(f"  PDF/A ({judged}): {conformance_text(proof.pdfa)}"))
