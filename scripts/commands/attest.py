"""`sohoa attest`: the person who scanned a one-stop batch signs its documents with the own key, at a terminal."""

import sys
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.text import Text

from config.dates import instant_text
from config.errors import ExitCode, UsageError
from config.i18n import gettext as _
from config.i18n import mark
from pipeline import attesting as desk
from pipeline.attesting import AttestSummary, BatchToAttest
from pipeline.context import Context
from scripts.confirming import confirm
from scripts.invocation import emit, open_context, told
from scripts.verbs import App
from signing.key_sources import GENERATED
from signing.personal_keys import open_personal_key


class OwnerAbsentError(UsageError):
    """A person's key was to be opened where no person can be asked for its password."""

    code = "owner_absent"
    message = mark("password or PIN of {key} are asked for at a terminal, and there is none")
    remedy = mark("A personal key signs only where its owner sits: run `sohoa attest` in a terminal, by yourself.")


def register(app: App) -> None:
    """Add the verb."""

    @app.command("attest", help=_("Sign one-stop scans as the person who scanned them."))
    def attest(
        ctx: typer.Context,
        batch: Annotated[
            UUID | None, typer.Argument(help=_("Id of the batch, as the list shows it."), metavar=_("BATCH"))
        ] = None,
        key: Annotated[
            str | None,
            typer.Option(
                help=_("Your own key: pkcs12:PATH or pkcs11:LABEL; in a test ledger also generated."), metavar=_("KEY")
            ),
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        if batch is None:
            batches = desk.batches_to_attest(context)
            emit(batches, as_json=as_json, show=lambda console: _show(console, batches))
            return
        waiting = desk.batch_to_attest(context, batch)
        if dry_run:
            effect = _effect(waiting)
            emit(waiting, as_json=as_json, show=lambda console: console.print(effect, markup=False, soft_wrap=True))
            return
        if key is None:
            raise UsageError(cause=_("signing needs your own key: --key pkcs12:PATH or pkcs11:LABEL"))
        confirm(_effect(waiting), is_yes=yes)
        summary = _sign(context, waiting, key)
        emit(summary, as_json=as_json, show=lambda console: _tell(console, summary))
        if summary.failures:
            raise typer.Exit(int(ExitCode.FINISHED_WITH_FAILURES))


def _sign(context: Context, batch: BatchToAttest, key: str) -> AttestSummary:
    if key != GENERATED and not sys.stdin.isatty():
        raise OwnerAbsentError(key=key)
    settings = context.settings
    own = open_personal_key(
        settings.signing, key, settings.keys_folder, production=context.is_production, clock=context.clock
    )
    sealer = desk.open_session(context, batch, own)
    progress = told()
    return desk.attest(context, batch, sealer, lambda name: progress.print(name, markup=False))


def _effect(batch: BatchToAttest) -> str:
    return _("{count} documents scanned by {operator} will be signed with that person's own key.").format(
        count=batch.documents, operator=batch.operator
    )


def _show(console: Console, batches: list[BatchToAttest]) -> None:
    if not batches:
        console.print(_("No batch waits for the signature of the person who scanned."))
        return
    for batch in batches:
        line = _("{agency} · {operator} · scanned {when} · documents: {count}").format(
            agency=batch.agency_code,
            operator=batch.operator,
            when=instant_text(batch.scanned_at),
            count=batch.documents,
        )
        console.print(Text.assemble((str(batch.batch_id), "bold"), f"  {line}"), soft_wrap=True)
    console.print(_("Sign: sohoa attest BATCH --key pkcs12:PATH or pkcs11:LABEL"), markup=False, soft_wrap=True)


def _tell(console: Console, summary: AttestSummary) -> None:
    console.print(_("Signed: {count}; `sohoa run` takes them on.").format(count=summary.signed), markup=False)
    if summary.sent_back:
        text = _("Built anew first, at the next `sohoa run`, then to be signed: {count}")
        console.print(text.format(count=summary.sent_back), markup=False)
    for failure in summary.failures:
        console.print(f"• {failure.document}: {failure.cause}", markup=False, soft_wrap=True)
        console.print(f"  → {failure.remedy}", markup=False, soft_wrap=True)
    if summary.left:
        console.print(_("Still waiting: {count}").format(count=summary.left), markup=False)
