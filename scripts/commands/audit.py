"""`sohoa audit`: is the event log whole."""

from typing import Annotated

import typer
from rich.console import Console

from config.i18n import gettext as _
from pipeline.evidence import ChainReport, check_evidence
from scripts.invocation import emit, open_context
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Check that no event was changed, is missing, reordered or cut off."))
    def audit(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        report = check_evidence(open_context(ctx))
        emit(report, as_json=as_json, show=lambda console: _show(console, report))


def _show(console: Console, report: ChainReport) -> None:
    console.print(
        _("The event log is whole: {events} events, {heads} sealed heads, the last at event {last}.").format(
            events=report.events, heads=report.sealed_heads, last=report.last_sealed_seq
        )
    )
