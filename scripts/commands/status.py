"""`sohoa status`: what stands where, and what went wrong."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from config.i18n import gettext as _
from pipeline.overview import Status, read_status
from pipeline.wording import state_name
from scripts.invocation import emit, open_context


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command(help=_("Show how many documents stand where, and what is refused, waiting or stuck, with remedies."))
    def status(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        found = read_status(open_context(ctx))
        emit(found, as_json=as_json, show=lambda console: _show(console, found))


def _show(console: Console, found: Status) -> None:
    console.print(_("Ledger: {environment}").format(environment=found.environment))
    table = Table(box=None, pad_edge=False)
    table.add_column(_("State"))
    table.add_column(_("Documents"), justify="right")
    table.add_column(_("Pages"), justify="right")
    for state, count in sorted(found.documents.items()):
        table.add_row(state_name(state), str(count), str(found.pages.get(state, 0)))
    console.print(table)
    console.print(
        _("Open questions: {questions}. Inbox: {waiting} waiting, {refused} refused.").format(
            questions=found.open_questions, waiting=found.inbox_waiting, refused=found.inbox_refused
        )
    )
    for trouble in found.troubles:
        console.print(f"\n{trouble.where} — {state_name(trouble.state)}", markup=False)
        console.print(f"  {trouble.cause}", markup=False)
        console.print(f"  → {trouble.remedy}", markup=False)
