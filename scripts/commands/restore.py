"""`sohoa restore`: a backup brought back into an empty installation, or an older ledger accepted as it stands."""

from typing import Annotated

import typer
from rich.console import Console

from config.dates import instant_text
from config.errors import UsageError
from config.i18n import gettext as _
from pipeline.backups.accepting import RestoreReason, accept_older, would_be_lost
from pipeline.backups.reading import read_backup
from pipeline.backups.restoring import Restored, open_source, restore
from pipeline.context import Context
from scripts.invocation import emit, open_context
from scripts.verbs import App
from signing.report import Verdict

WHY = "--reason"


def register(app: App) -> None:
    """Add the verb."""

    @app.command("restore", help=_("Bring a backup back into an empty installation, proven first."))
    def restore_(
        ctx: typer.Context,
        source: Annotated[
            str | None,
            typer.Argument(help=_("Folder of backups, or s3; none: the ledger as it is."), metavar=_("FROM")),
        ] = None,
        reason: Annotated[RestoreReason | None, typer.Option(WHY, help=_("Why; it is recorded with who acts."))] = None,
        name: Annotated[
            str | None, typer.Option("--backup", help=_("Which backup; the newest if not given."), metavar=_("NAME"))
        ] = None,
        older: Annotated[
            bool,
            typer.Option("--accept-older", help=_("Accept that events which signed heads name are lost for good.")),
        ] = False,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help=_("Only tell what would be brought back, or lost."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if source is not None and dry_run:
            return _foresee(open_context(ctx, needs_set_up=False), source, name, as_json=as_json)
        if source is None and not older:
            raise UsageError(cause=_("name the folder of backups, or s3"))
        if dry_run:
            lost = would_be_lost(open_context(ctx))
            sentence = _("Would be lost for good: {lost} events.").format(lost=lost)
            return emit({"lost": lost}, as_json=as_json, show=lambda out: out.print(sentence))
        if reason is None:
            raise UsageError(cause=_("a reason is needed: --reason, one of {reasons}").format(reasons=_reasons()))
        if source is None:
            lost = accept_older(open_context(ctx), reason)
            return emit({"lost": lost}, as_json=as_json, show=lambda out: _show_accepted(out, lost))
        found = restore(lambda: open_context(ctx, needs_set_up=False), source, reason, name=name, accept_older=older)
        emit(_facts(found), as_json=as_json, show=lambda out: _show(out, found))
        return None


def _reasons() -> str:
    return ", ".join(RestoreReason)


def _foresee(context: Context, source: str, name: str | None, *, as_json: bool) -> None:
    found = read_backup(open_source(context, source), name)
    sentence = _("Would be brought back: {name} of {at}, up to event {seq}, and {files} files.").format(
        name=found.name, at=instant_text(found.at), seq=found.head_seq, files=len(found.files)
    )
    facts = {"name": found.name, "at": found.at, "head": found.head_seq, "files": len(found.files)}
    emit(facts, as_json=as_json, show=lambda out: out.print(sentence))


def _facts(found: Restored) -> dict[str, object]:
    return {
        "name": found.manifest.name,
        "at": found.manifest.at,
        "head": found.manifest.head_seq,
        "signed_by": found.signed.signer if found.signed else None,
        "verdict": found.signed.verdict if found.signed else None,
        "placed": list(found.placed),
        "kept": list(found.kept),
        "lost": found.lost,
    }


def _show(console: Console, found: Restored) -> None:
    manifest = found.manifest
    console.print(
        _("Brought back: backup {name} of {at}; the event log is whole up to event {seq}.").format(
            name=manifest.name, at=instant_text(manifest.at), seq=manifest.head_seq
        )
    )
    console.print(_signature(found))
    console.print(_("Files brought back: {count}.").format(count=len(found.placed)))
    for path in found.kept:
        console.print("! " + _("{path} was there, differs from the backup, and stays.").format(path=path))
    if found.lost:
        _show_accepted(console, found.lost)
    else:
        console.print("→ " + _next())


def _signature(found: Restored) -> str:
    if found.signed is None:
        return "! " + _("The backup is not signed: its hashes hold, but not who made it.")
    if found.signed.verdict is Verdict.VALID:
        return _("The backup is signed by {signer}.").format(signer=found.signed.signer)
    return "! " + _("The backup is signed by {signer}, who is not trusted here: {reason}").format(
        signer=found.signed.signer, reason=found.signed.reason
    )


def _show_accepted(console: Console, lost: int) -> None:
    console.print(
        "! " + _("Lost for good: {lost} events; their numbers are not given again. Report it.").format(lost=lost)
    )
    console.print("→ " + _next())


def _next() -> str:
    return _(
        "Next: put keys and passwords back, `sohoa doctor`, `sohoa reconcile`, `sohoa reconcile --repair`; until then "
        "runs wait."
    )
