"""`sohoa release`: a named person approves a batch for sealing after its acceptance sample."""

import sys
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.text import Text

from config.errors import UsageError
from config.i18n import gettext as _
from pipeline import release as desk
from pipeline.naming import document_names
from pipeline.release import WaitingBatch
from pipeline.waiting_release import APPROVED, REJECTED
from scripts.confirming import confirm
from scripts.invocation import emit, open_context
from scripts.measuring import measured_text
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""
    group = app.group("release", _("Release batches for sealing, after looking at their sample."))

    @group.command("list", help=_("List the batches that wait for release, with the documents of their sample."))
    def list_(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        batches = desk.waiting_batches(context)
        names = document_names(context, [id_ for batch in batches for id_ in batch.sample])
        emit(batches, as_json=as_json, show=lambda console: _show(console, batches, names))

    _add_approve(group)
    _add_reject(group)


def _add_approve(group: App) -> None:
    @group.command("approve", help=_("Release a batch: its documents are sealed at the next run."))
    def approve(
        ctx: typer.Context,
        batch: Annotated[UUID, typer.Argument(help=_("Id of the batch, as the list shows it."), metavar=_("BATCH"))],
        seen: Annotated[
            str | None,
            typer.Option(help=_("Digest of what was looked at, as the list shows it; needed with --yes.")),
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        prospect = desk.about_to_release(context, batch)
        count = len(prospect.documents)
        told = measured_text(prospect.measured)
        effect = _("{count} documents will be sealed in the agency's name; {actor} answers for it.").format(
            count=count, actor=context.actor
        )
        if dry_run:
            _tell(batch, APPROVED, count, f"{told}\n{effect}", as_json)
            return
        if yes and seen is None:
            raise UsageError(cause=_("--yes needs --seen DIGEST, as `sohoa release list` shows it for the batch"))
        names = document_names(context, prospect.documents)
        confirm("\n".join([*names.values(), told, effect]) if sys.stdin.isatty() else effect, is_yes=yes)
        count = desk.approve(context, batch, seen=seen or prospect.seen)
        text = _("Documents released: {count}; `sohoa run` seals them.").format(count=count)
        _tell(batch, APPROVED, count, f"{told}\n{text}", as_json)


def _add_reject(group: App) -> None:
    @group.command("reject", help=_("Send a batch whose sample has errors to review."))
    def reject(
        ctx: typer.Context,
        batch: Annotated[UUID, typer.Argument(help=_("Id of the batch, as the list shows it."), metavar=_("BATCH"))],
        errors: Annotated[int, typer.Option(min=1, help=_("How many errors the sample showed."))],
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        count = desk.count_decided(context, batch, REJECTED)
        effect = _("{count} documents will be sent to review, each to be looked at by a person.").format(count=count)
        if dry_run:
            _tell(batch, REJECTED, count, effect, as_json)
            return
        confirm(effect, is_yes=yes)
        count = desk.reject(context, batch, errors=errors)
        text = _("Documents sent to review: {count} (`sohoa review list`).").format(count=count)
        _tell(batch, REJECTED, count, text, as_json)


def _tell(batch: UUID, decision: str, documents: int, text: str, as_json: bool) -> None:
    result = {"batch": batch, "decision": decision, "documents": documents}
    emit(result, as_json=as_json, show=lambda console: console.print(text, markup=False))


def _show(console: Console, batches: list[WaitingBatch], names: dict[UUID, str]) -> None:
    if not batches:
        console.print(_("No batch waits for release."))
        return
    for batch in batches:
        told = _("{agency} · documents: {count}").format(agency=batch.agency_code, count=batch.documents)
        console.print(Text.assemble((str(batch.batch_id), "bold"), f"  {told}"))
        console.print("  " + _("Digest of what waits (--seen): {seen}").format(seen=batch.seen), markup=False)
        console.print("  " + _standing(batch), markup=False, soft_wrap=True)
        for id_ in batch.sample:
            console.print(f"    {names[id_]}", markup=False)
    console.print(
        _("Decide: sohoa release approve BATCH --seen DIGEST · reject BATCH --errors NUMBER"),
        markup=False,
        soft_wrap=True,
    )


def _standing(batch: WaitingBatch) -> str:
    """Tell what the batch's sample showed, or how to check it; its documents follow."""
    if batch.measured is not None:
        return _("Its sample passed: {measured} Checked:").format(measured=measured_text(batch.measured))
    return _("To be checked first, {count} fields: sohoa sample {batch}. They are in:").format(
        count=batch.fields, batch=batch.batch_id
    )
