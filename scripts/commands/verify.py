"""`sohoa verify`: is a record or a file genuine, or everything that is archived."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.codes import normalize_record_code
from config.errors import CodeError, ExitCode, UsageError
from config.i18n import gettext as _
from pipeline.verdict_wording import (
    conformance_text,
    ledger_sentence,
    replica_sentence,
    signature_details,
    signature_text,
    standing_sentence,
    verdict_sentence,
)
from pipeline.verification import Proof, verify_file, verify_record
from pipeline.verifying_all import Sweep, stopped_before, verify_all
from scripts.invocation import emit, open_context, said, told
from scripts.verbs import App
from signing.report import Verdict

STYLES = {Verdict.VALID: "bold green", Verdict.INDETERMINATE: "bold yellow", Verdict.INVALID: "bold red"}
EXITS = {Verdict.VALID: ExitCode.DONE, Verdict.INDETERMINATE: ExitCode.INDETERMINATE, Verdict.INVALID: ExitCode.INVALID}
TOLD_EACH = 100
"""Objects between two lines of progress."""


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Prove whether a record, a PDF or all that is archived is genuine."))
    def verify(
        ctx: typer.Context,
        subject: Annotated[
            str | None,
            typer.Argument(
                help=_("Mã hồ sơ, the code of one document, or the path of a PDF."), metavar=_("RECORD_OR_FILE")
            ),
        ] = None,
        everything: Annotated[
            bool, typer.Option("--all", help=_("Every archived file; a run that was stopped is gone on with."))
        ] = False,
        anew: Annotated[bool, typer.Option("--anew", help=_("With --all: begin anew."))] = False,
        details: Annotated[
            bool,
            typer.Option("--details", "-v", help=_("Each signature with its time, chain and revocation.")),
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if everything == (subject is not None) or (anew and not everything):
            raise UsageError(cause=_("name a record or a file, or say --all; --anew belongs to --all"))
        if subject is None:
            raise typer.Exit(EXITS[_verify_all(ctx, anew=anew, details=details, as_json=as_json)])
        context = open_context(ctx)
        is_file = _names_a_file(subject)
        proofs = [verify_file(context, Path(subject))] if is_file else verify_record(context, subject)
        emit(proofs, as_json=as_json, show=lambda console: _show_all(console, proofs, details=details))
        raise typer.Exit(EXITS[_worst(proofs)])


def _worst(proofs: list[Proof]) -> Verdict:
    verdicts = {proof.verdict for proof in proofs}
    return next((worst for worst in (Verdict.INVALID, Verdict.INDETERMINATE) if worst in verdicts), Verdict.VALID)


def _verify_all(ctx: typer.Context, *, anew: bool, details: bool, as_json: bool) -> Verdict:
    """Judge everything; as JSON, each object is a line of its own, and so is the summary at the end."""
    context, out, progress = open_context(ctx), said(), told()
    left = None if anew else stopped_before(context)
    if left is not None:
        progress.print(_("going on after {judged} files that an earlier run judged").format(judged=left.judged))

    def tell(sweep: Sweep, total: int) -> None:
        if sweep.judged % TOLD_EACH == 0:
            progress.print(_("{read} of {due} files judged").format(read=sweep.judged, due=total))

    sweep = verify_all(context, anew=anew, found=_finding(out, details=details, as_json=as_json), tell=tell)
    summary = {
        "judged": sweep.judged,
        "valid": sweep.valid,
        "indeterminate": sweep.indeterminate,
        "invalid": sweep.invalid,
        "verdict": sweep.verdict,
    }
    text = _("{judged} archived files judged: {valid} genuine, {indeterminate} not proven, {invalid} not genuine.")
    emit(summary, as_json=as_json, show=lambda console: console.print(text.format(**summary)))
    return sweep.verdict


def _finding(out: Console, *, details: bool, as_json: bool) -> Callable[[Proof], None]:
    def found(proof: Proof) -> None:
        if as_json:
            emit(proof, as_json=True, show=lambda _console: None)
        elif proof.verdict is not Verdict.VALID or proof.fault:
            _show(out, proof, details=details)

    return found


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


def _show_all(console: Console, proofs: list[Proof], *, details: bool) -> None:
    for proof in proofs:
        _show(console, proof, details=details)


def _show(console: Console, proof: Proof, *, details: bool) -> None:
    told_hash = f"  sha256 {proof.sha256[:16]}…" if proof.sha256 else ""
    console.print(Text.assemble((proof.subject, "bold"), told_hash))
    console.print(Text("  " + verdict_sentence(proof), style=STYLES[proof.verdict]))
    console.print(Text("  " + ledger_sentence(proof)))
    if proof.standing and proof.standing.version != proof.standing.current_version:
        console.print(Text("  → " + standing_sentence(proof.standing), style="bold yellow"))
    if proof.is_from_replica:
        console.print(Text("  → " + replica_sentence(proof), style="bold yellow"))
    elif proof.fault:
        console.print(Text("  → " + _("It is not counted as digitized until a good copy is put back and read again.")))
    for report in proof.signatures:
        console.print(Text("  " + signature_text(report)))
        for line in signature_details(report) if details else ():
            console.print(Text("      " + line))
    if proof.pdfa is None:
        return
    judged = ", ".join(proof.pdfa.judges)
    console.print(Text(f"  PDF/A ({judged}): {conformance_text(proof.pdfa)}"))
