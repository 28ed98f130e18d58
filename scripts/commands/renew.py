"""`sohoa renew`: further archive timestamps over what was sealed, before the newest ones end."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console

from config.clock import legal_date
from config.dates import day_text
from config.errors import ExitCode
from config.i18n import gettext as _
from pipeline.renewal import RenewalSummary, Renewed, due_documents, renew_due
from scripts.invocation import emit, open_context, told
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Renew the timestamps of sealed files before they end."))
    def renew(
        ctx: typer.Context,
        within: Annotated[
            int | None,
            typer.Option(
                help=_("What ends within so many days; signing.renew_days if not given."), min=0, metavar=_("DAYS")
            ),
        ] = None,
        limit: Annotated[
            int | None, typer.Option(help=_("At most so many files; the next call goes on."), min=1)
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only say how many are due."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        span = None if within is None else timedelta(days=within)
        if dry_run:
            due = due_documents(context, span)
            return emit({"due": due}, as_json=as_json, show=lambda out: out.print(_("Due: {due}").format(due=due)))
        console = told()
        summary = renew_due(context, within=span, limit=limit, tell=lambda one: _tell(console, one))
        emit(summary, as_json=as_json, show=lambda out: _show(out, summary))
        if summary.failures:
            raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)
        return None


def _tell(console: Console, one: Renewed) -> None:
    if one.failure is not None:
        console.print(f"{one.document}: {one.failure}\n  → {one.failure.remedy_text()}", style="yellow")
    elif one.proven_until is not None:
        until = day_text(legal_date(one.proven_until))
        console.print(_("{document}: proven until {day}").format(document=one.document, day=until))


def _show(console: Console, summary: RenewalSummary) -> None:
    console.print(
        _("{due} were due: {renewed} renewed, {failed} failed, {left} left.").format(
            due=summary.due, renewed=summary.renewed, failed=len(summary.failures), left=summary.left
        )
    )
