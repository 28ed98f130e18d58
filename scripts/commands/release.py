"""`sohoa release`: a named person approves a batch for sealing after its acceptance sample."""

from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from config.i18n import gettext as _
from pipeline import release as desk
from pipeline.release import WaitingBatch
from scripts.invocation import emit, open_context


def register(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(help=_("Release batches for sealing, after looking at their sample."), no_args_is_help=True)
    app.add_typer(group, name="release")

    @group.command("list", help=_("List the batches that wait for release, with the documents of their sample."))
    def list_(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        batches = desk.waiting_batches(open_context(ctx))
        emit(batches, as_json=as_json, show=lambda console: _show(console, batches))

    @group.command("approve", help=_("Release a batch: its documents are sealed at the next run."))
    def approve(ctx: typer.Context, batch: Annotated[UUID, typer.Argument(help=_("Id of the batch."))]) -> None:
        count = desk.approve(open_context(ctx), batch)
        _tell(_("{count} documents released; `sohoa run` seals them.").format(count=count))

    @group.command("reject", help=_("Send a batch whose sample has errors to review."))
    def reject(
        ctx: typer.Context,
        batch: Annotated[UUID, typer.Argument(help=_("Id of the batch."))],
        errors: Annotated[int, typer.Option(min=1, help=_("How many errors the sample showed."))],
    ) -> None:
        count = desk.reject(open_context(ctx), batch, errors=errors)
        _tell(_("{count} documents went to review.").format(count=count))


def _tell(text: str) -> None:
    emit({"text": text}, as_json=False, show=lambda console: console.print(text))


def _show(console: Console, batches: list[WaitingBatch]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in (_("Batch"), _("Agency"), _("Documents"), _("Sample")):
        table.add_column(heading, overflow="fold")
    for batch in batches:
        table.add_row(
            str(batch.batch_id), batch.agency_code, str(batch.documents), "\n".join(str(id_) for id_ in batch.sample)
        )
    console.print(table)
