"""`sohoa doctor`: is everything there that is needed, and what to do where it is not."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.errors import ExitCode
from config.i18n import gettext as _
from flows.scheduler_health import check_scheduler
from pipeline.check_result import CheckResult
from pipeline.health import examine
from pipeline.health_services import check_services
from scripts.invocation import emit, open_context
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Check programs, fonts, inbox, ledger, store, keys, clock, disk."))
    def doctor(
        ctx: typer.Context,
        production: Annotated[
            bool,
            typer.Option("--production", help=_("Check also what several machines stand on: database, scheduler.")),
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx, needs_set_up=False)
        results = examine(context)
        if production:
            results += [*check_services(context), *check_scheduler(context)]
        emit(results, as_json=as_json, show=lambda console: _show(console, results))
        if any(not result.is_well for result in results):
            raise typer.Exit(ExitCode.CHECK_FAILED)


def _show(console: Console, results: list[CheckResult]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for _column in range(2):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for result in results:
        table.add_row(_sign(result), result.title, Text(result.found))
        if result.remedy:
            table.add_row("", "", Text(f"→ {result.remedy}", style="bold"))
    console.print(table)
    ill = sum(not result.is_well for result in results)
    warnings = sum(result.is_warning for result in results)
    console.print()
    if ill:
        console.print(_("Needs attention: {ill}.").format(ill=ill))
    elif warnings:
        console.print(_("Nothing stands still; to be seen to: {warnings}.").format(warnings=warnings))
    else:
        console.print(_("Everything is in order."))


def _sign(result: CheckResult) -> Text:
    if not result.is_well:
        return Text("✗", style="bold red")
    if result.is_absent:
        return Text("–", style="dim")
    return Text("!", style="bold yellow") if result.is_warning else Text("✓", style="green")
