"""`sohoa status`: what stands where, and what went wrong."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.dates import instant_text
from config.i18n import gettext as _
from pipeline.backfill.plans import list_plans
from pipeline.backfill.wording import progress_text, state_text
from pipeline.copies.standing import ReplicaStanding
from pipeline.overview import Status, read_status
from pipeline.reports.wording import ENVIRONMENTS
from pipeline.wording import state_name
from scripts.invocation import emit, open_context
from scripts.troubles import show_troubles
from scripts.verbs import App
from storage.ledger.states import DocumentState, Environment

MOST_OBJECTS = 5


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Show what stands where, what waits and what is stuck."))
    def status(
        ctx: typer.Context,
        show_all: Annotated[
            bool, typer.Option("--all", help=_("Name every file, not the first of each cause."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        found = read_status(context)

        def show(console: Console) -> None:
            _show(console, found, show_all=show_all)
            for view in list_plans(context):
                text = _("Backfill {number}").format(number=view.number)
                console.print(Text(f"{text}: {state_text(view)} · {progress_text(view)}"))

        emit(found, as_json=as_json, show=show)


def _show(console: Console, found: Status, *, show_all: bool = False) -> None:
    console.print(_(ENVIRONMENTS[Environment(found.environment)]), style="bold")
    if found.documents:
        console.print(document_table(found))
    else:
        console.print(_("No document has come in yet."))
    _show_inbox(console, found)
    if found.replica is not None:
        _show_replica(console, found.replica)
    for key in found.keys:
        console.print(Text(f"! {key.title}: {key.found}", style="yellow"), soft_wrap=True)
        console.print(Text(f"  → {key.remedy}"), soft_wrap=True)
    if found.bad_objects:
        _show_bad_objects(console, found.bad_objects, show_all=show_all)
    show_troubles(console, found.troubles, show_all=show_all)


def _show_inbox(console: Console, found: Status) -> None:
    """Tell what the last run found in the inbox, and what lies there now; before the first run only the latter."""
    if found.inbox_lying and not found.is_inbox_seen:
        told = _("Inbox: not looked at yet; files that lie in it: {lying}. `sohoa run` takes them in.")
        console.print(told.format(lying=found.inbox_lying))
        return
    console.print(
        _("Inbox: {waiting} waiting, {refused} refused. Open questions: {questions}.").format(
            questions=found.open_questions, waiting=found.inbox_waiting, refused=found.inbox_refused
        )
    )
    if found.inbox_lying:
        console.print(_("Files that lie in the inbox now: {lying}.").format(lying=found.inbox_lying))


def _show_replica(console: Console, replica: ReplicaStanding) -> None:
    """Tell how far second copies lag behind; that none does needs no line."""
    lag = replica.lag
    if lag.oldest_at is not None:
        told = _(
            "Waiting for a copy in {name}: {waiting}, the oldest since {since}. `sohoa fixity --waiting` copies them."
        )
        told = told.format(name=replica.name, waiting=lag.waiting, since=instant_text(lag.oldest_at))
        console.print(Text(told, style="yellow"), soft_wrap=True)
    if lag.bad:
        told = _("Bad copies in {name}: {bad}. `sohoa fixity` heals what it can.").format(
            name=replica.name, bad=lag.bad
        )
        console.print(Text(told, style="bold red"), soft_wrap=True)


def _show_bad_objects(console: Console, keys: tuple[str, ...], *, show_all: bool) -> None:
    """Name stored files that were lost or altered; their documents are not counted as digitized."""
    console.print()
    console.print(_("Stored files found lost or altered: {count}").format(count=len(keys)), style="bold red")
    shown = keys if show_all else keys[:MOST_OBJECTS]
    for key in shown:
        console.print(Text(f"  {key}"), soft_wrap=True)
    if len(shown) < len(keys):
        more = len(keys) - len(shown)
        console.print("  " + _("… and {more} more; `sohoa status --all` names each.").format(more=more))
    console.print("  → " + _("`sohoa fixity` reads them again, heals what has a good copy, and names the rest."))


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
