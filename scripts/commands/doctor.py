"""`sohoa doctor`: is everything there that is needed, and what to do where it is not."""

from typing import Annotated

import typer
from rich.table import Table

from config.errors import ExitCode
from config.i18n import gettext as _
from pipeline.health import CheckResult, examine
from scripts.invocation import emit, open_context


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command(help=_("Check programs, languages, fonts, ledger, store, keys, clock and disk; name each remedy."))
    def doctor(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        results = examine(open_context(ctx))
        emit(results, as_json=as_json, show=lambda console: console.print(_table(results)))
        if any(not result.is_well for result in results):
            raise typer.Exit(ExitCode.CHECK_FAILED)


def _table(results: list[CheckResult]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("", _("What"), _("Found"), _("What to do")):
        table.add_column(heading, overflow="fold")
    for result in results:
        sign = "[green]✓[/]" if result.is_well else "[red]✗[/]"
        table.add_row(sign, result.title, result.found, result.remedy)
    return table
