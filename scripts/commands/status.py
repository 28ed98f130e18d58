"""`sohoa status`: what stands where, and what went wrong."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from config.i18n import gettext as _
from pipeline.overview import Status, read_status
from pipeline.reports.wording import ENVIRONMENTS
from pipeline.wording import state_name
from scripts.invocation import emit, open_context
from scripts.troubles import show_troubles
from scripts.verbs import App
from storage.ledger.states import DocumentState, Environment


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Show what stands where, and what is refused, waits or is stuck."))
    def status(
        ctx: typer.Context,
        show_all: Annotated[
            bool, typer.Option("--all", help=_("Name every file, not the first of each cause."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        found = read_status(open_context(ctx))
        emit(found, as_json=as_json, show=lambda console: _show(console, found, show_all=show_all))


def _show(console: Console, found: Status, *, show_all: bool = False) -> None:
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
    show_troubles(console, found.troubles, show_all=show_all)


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
