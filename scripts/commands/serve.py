"""`sohoa serve`: the scheduled flows, on one machine or as one of several."""

from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from config.dates import instant_text
from config.i18n import gettext as _
from flows.running import serve_until_stopped, work_until_stopped
from flows.scheduler import serve_scheduler
from pipeline.context import Context
from pipeline.machines import MachineView, give_up, list_machines
from scripts.confirming import confirm
from scripts.invocation import emit, open_context, told
from scripts.stopping import stoppable, stopped_sentence
from scripts.verbs import App, VerbsWithDefault

AS_JSON = Annotated[
    bool, typer.Option("--json", help=_("Write a line of JSON when the schedules come due, and when stopped."))
]


class ServeVerbs(VerbsWithDefault):
    """`sohoa serve` alone serves on this machine."""

    default_verb = "alone"
    is_said_by_nothing = True


def register(app: App) -> None:
    """Add the verbs."""
    group = app.group("serve", _("Run the flows by schedule, here or on several machines."), ServeVerbs)

    @group.command(help=_("Run the flows by their schedule until stopped with Ctrl-C; what `serve` alone does."))
    def alone(ctx: typer.Context, as_json: AS_JSON = False) -> None:
        context = open_context(ctx)
        _until_stopped(context, serve_until_stopped, as_json)

    @group.command(help=_("Take runs from the scheduler that several machines share, until stopped with Ctrl-C."))
    def worker(ctx: typer.Context, as_json: AS_JSON = False) -> None:
        context = open_context(ctx)
        _until_stopped(context, work_until_stopped, as_json)

    @group.command(help=_("Serve the scheduler (Prefect) that several machines share, until stopped with Ctrl-C."))
    def scheduler(
        ctx: typer.Context,
        host: Annotated[str, typer.Option(help=_("Address to listen on."), metavar=_("ADDRESS"))] = "127.0.0.1",
        port: Annotated[int, typer.Option(min=1, max=65535, help=_("Port to listen on."))] = 4200,
        as_json: AS_JSON = False,
    ) -> None:
        _serve_scheduler(open_context(ctx), host, port, as_json)

    @group.command(help=_("List the machines that have worked here, and the documents in work that lie with each."))
    def machines(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        views = list_machines(open_context(ctx))
        emit(views, as_json=as_json, show=lambda console: _show(console, views))

    @group.command("give-up", help=_("Let others go on with the documents of a machine that never comes back."))
    def give_up_(
        ctx: typer.Context,
        machine: Annotated[str, typer.Argument(help=_("Name of the machine, as the list shows it."))],
        yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        lost = sum(view.only_there for view in list_machines(context) if view.name == machine)
        effect = _("Documents whose only files lie with {machine}: {lost}. Its disk counts as lost for good.")
        confirm(effect.format(machine=machine, lost=lost), is_yes=yes)
        documents = give_up(context, machine)
        emit(
            {"documents": len(documents)},
            as_json=as_json,
            show=lambda console: console.print(
                _(
                    "Others go on with {count} documents at the next run; `sohoa status` names what is to be scanned "
                    "or sealed anew."
                ).format(count=len(documents))
            ),
        )


def _serve_scheduler(context: Context, host: str, port: int, as_json: bool) -> None:
    url = f"http://{host}:{port}"

    def ready() -> None:
        told().print(_("The scheduler is served at {url}. Stop with Ctrl-C.").format(url=url))
        _note(as_json, {"event": "starting", "url": url})

    serve_scheduler(context, host, port, ready)
    _note(as_json, {"event": "stopped"})


def _until_stopped(context: Context, serve: Callable[[Context, Callable[[], None]], None], as_json: bool) -> None:
    context.ledger.check()
    run = context.settings.run
    schedules = _("Schedules (Vietnam time): digitize {digitize} · report {report}. Stop with Ctrl-C.").format(
        digitize=run.digitize_cron, report=run.report_cron
    )

    def ready() -> None:
        told().print(schedules, markup=False)
        _note(as_json, {"event": "ready", "digitize": run.digitize_cron, "report": run.report_cron})

    told().print(_("Starting …"))
    with stoppable():
        serve(context, ready)
    told().print(stopped_sentence())
    _note(as_json, {"event": "stopped"})


def _show(console: Console, views: list[MachineView]) -> None:
    if not views:
        console.print(_("The ledger is a file on this machine; no other works on it."))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in (_("Machine"), _("Seen"), _("In work"), _("Only there")):
        table.add_column(title)
    for view in views:
        seen = instant_text(view.seen_at) + (f" ({_('silent')})" if view.is_silent else "")
        table.add_row(view.name, seen, str(view.documents), str(view.only_there))
    console.print(table)


def _note(as_json: bool, event: dict[str, str]) -> None:
    """Write an event for a program that watches; people are told on standard error."""
    if as_json:
        emit(event, as_json=True, show=lambda _console: None)
