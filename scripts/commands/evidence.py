"""`sohoa evidence`: a record's evidence pack, made here and checked anywhere."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.errors import ExitCode, UsageError
from config.i18n import gettext as _
from pipeline.evidence.checking import check_pack
from pipeline.evidence.choosing import wanted_record
from pipeline.evidence.packing import PackMade, make_pack, pack_name
from pipeline.evidence.verdicts import PackProof
from pipeline.evidence.wording import finding_line, made_line, pack_sentence, signed_line
from pipeline.personal_data import category_name, personal_data
from pipeline.verdict_wording import signature_text
from scripts.invocation import emit, open_context
from scripts.verbs import App, VerbsWithDefault
from signing.report import Verdict

STYLES = {Verdict.VALID: "bold green", Verdict.INDETERMINATE: "bold yellow", Verdict.INVALID: "bold red"}
EXITS = {Verdict.INVALID: ExitCode.INVALID, Verdict.INDETERMINATE: ExitCode.INDETERMINATE}
USUAL_PURPOSE = "inspection"


class PackVerbs(VerbsWithDefault):
    """What is no verb is the record that a pack is wanted of."""

    default_verb = "make"


def register(app: App) -> None:
    """Add the verbs."""
    group = app.group("evidence", _("The evidence pack of a record: make it, and check one."), PackVerbs)
    _register_make(group)
    _register_verify(group)


def _register_make(group: App) -> None:
    @group.command(
        "make",
        help=_("Write the evidence pack of a record: its files, facts and proofs; the word make may be left out."),
    )
    def make(
        ctx: typer.Context,
        record: Annotated[
            str, typer.Argument(help=_("Mã hồ sơ, or the code of one document of it."), metavar=_("RECORD"))
        ],
        out: Annotated[
            Path | None,
            typer.Option(help=_("A ZIP file, or a folder that is not there yet."), metavar=_("FOLDER_OR_ZIP")),
        ] = None,
        purpose: Annotated[
            str,
            typer.Option(
                help=_("What it is for; the event log keeps it: {purposes}.").format(
                    purposes=", ".join(personal_data().categories)
                )
            ),
        ] = USUAL_PURPOSE,
        agency: Annotated[
            str | None, typer.Option(help=_("Identifier of the agency, where several have a record of that code."))
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if purpose not in personal_data().categories:
            raise UsageError(cause=_("there is no purpose {purpose}").format(purpose=purpose))
        context = open_context(ctx)
        wanted = wanted_record(context, record, agency)
        target = out or Path(pack_name(wanted.code, wanted.stt, is_test=not context.is_production))
        made = make_pack(context, wanted.record_id, target, purpose=purpose, stt=wanted.stt)
        emit(made, as_json=as_json, show=lambda console: _show_made(console, made, purpose))


def _register_verify(group: App) -> None:
    @group.command(
        "verify", help=_("Check an evidence pack, offline; neither an installation nor settings are needed.")
    )
    def verify(
        pack: Annotated[Path, typer.Argument(help=_("The pack: a ZIP file or a folder."), metavar=_("PACK"))],
        trust: Annotated[
            Path | None,
            typer.Option(
                help=_(
                    "Folder with the root certificates (PEM, DER) that you trust; those in the pack are not trusted."
                ),
                metavar=_("FOLDER"),
            ),
        ] = None,
        details: Annotated[
            bool, typer.Option("-v", "--details", help=_("Show the answer to every question, and all signatures."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        proof = check_pack(pack, trust)
        emit(proof, as_json=as_json, show=lambda console: _show_proof(console, proof, in_full=details))
        if proof.verdict in EXITS:
            raise typer.Exit(EXITS[proof.verdict])


def _show_made(console: Console, made: PackMade, purpose: str) -> None:
    console.print(Text(_("Evidence pack written: {path}").format(path=made.path), style="bold"))
    counts = _("documents: {documents}; files: {files}; events: {events}; purpose noted: {purpose}")
    told = counts.format(documents=made.documents, files=made.files, events=made.events, purpose=category_name(purpose))
    console.print(Text("  " + told))
    if made.unproven_events:
        later = _("Events under no signed head yet: {count}; a pack made after the next run proves them too.")
        console.print(Text("  " + later.format(count=made.unproven_events)))
    console.print(
        Text("  " + _("It holds personal data. Check it: sohoa evidence verify {path}").format(path=made.path))
    )


def _show_proof(console: Console, proof: PackProof, *, in_full: bool) -> None:
    console.print(Text.assemble((proof.record, "bold"), f"  {proof.pack}"))
    console.print(Text("  " + pack_sentence(proof), style=STYLES[proof.verdict]))
    for finding in proof.findings:
        if in_full or finding.verdict is not Verdict.VALID:
            console.print(Text("  " + finding_line(finding)))
            for detail in finding.details:
                console.print(Text("    " + detail))
    if not in_full:
        return
    console.print(Text("  " + made_line(proof)))
    for signed in proof.signed:
        console.print(Text("  " + signed_line(signed)))
    for document in proof.documents:
        for report in document.signatures:
            console.print(Text("  " + _("document {stt}").format(stt=document.stt) + " · " + signature_text(report)))
    if proof.unproven_events:
        console.print(Text("  " + _("Events under no signed head yet: {count}").format(count=proof.unproven_events)))
