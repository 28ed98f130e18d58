"""`sohoa status`: what stands where, and what went wrong."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.i18n import gettext as _
from pipeline.overview import Status, Trouble, read_status
from pipeline.reports.wording import ENVIRONMENTS
from pipeline.wording import state_name
from scripts.invocation import emit, open_context
from scripts.verbs import App
from storage.ledger.states import DocumentState, Environment

MOST_TROUBLES = 20
"""How many troubles fit on a screen; JSON has all of them."""


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Show what stands where, and what is refused, waits or is stuck."))
    def status(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        found = read_status(open_context(ctx))
        emit(found, as_json=as_json, show=lambda console: _show(console, found))


def _show(console: Console, found: Status) -> None:
    console.print(_(ENVIRONMENTS[Environment(found.environment)]), style="bold")
    if found.documents:
        console.print(document_table(found))
    else:
        console.print(_("No document has come in yet."))
    console.print(
        _("Inbox: {waiting} waiting, {refused} refused. Open questions: {questions}.").format(
            questions=found.open_questions, waiting=found.inbox_waiting, refused=found.inbox_refused
        )
    )
    show_troubles(console, found.troubles)


def document_table(found: Status) -> Table:
    """Give the documents and pages in each state, in the order of the line."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(_("State"))
    table.add_column(_("Documents"), justify="right")
    table.add_column(_("Pages"), justify="right")
    for state in DocumentState:
        if found.documents.get(state):
            table.add_row(state_name(state), str(found.documents[state]), str(found.pages.get(state, 0)))
    return table


def show_troubles(console: Console, troubles: tuple[Trouble, ...]) -> None:
    """Tell each trouble with its cause and remedy."""
    for trouble in troubles[:MOST_TROUBLES]:
        console.print()
        console.print(Text.assemble((trouble.where, "bold"), f"  {state_name(trouble.state)}"), soft_wrap=True)
        console.print(Text("  " + trouble.cause.removeprefix(f"{trouble.where}: ")))
        console.print(Text("  → " + trouble.remedy))
    if len(troubles) > MOST_TROUBLES:
        console.print(_("… and {more} more; --json lists all.").format(more=len(troubles) - MOST_TROUBLES))
