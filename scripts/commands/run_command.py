"""`sohoa run`: drain the inbox once."""

from typing import Annotated

import typer
from rich.console import Console

from config.errors import ExitCode
from config.i18n import gettext as _
from pipeline.inbox_ledger import reconsider_refused
from pipeline.line import RunSummary
from pipeline.wording import state_name
from scripts.invocation import emit, open_context
from scripts.watching import LiveDisplay


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("run", help=_("Drain the inbox once: read, describe, seal what is released, archive, count."))
    def run(
        ctx: typer.Context,
        agency: Annotated[str | None, typer.Option(help=_("Only this agency's documents."))] = None,
        release_as_test: Annotated[
            bool, typer.Option("--release-as-test", help=_("Release batches as TEST; refused in production."))
        ] = False,
        retry_refused: Annotated[
            bool, typer.Option("--retry-refused", help=_("Look at refused files of the inbox again."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        from flows.running import digitize_once  # noqa: PLC0415 - Prefect takes a second to load; only run needs it

        with LiveDisplay() as display:
            context = open_context(ctx, watcher=display)
            if retry_refused:
                reconsider_refused(context)
            summary = digitize_once(context, agency=agency, release_as_test=release_as_test)
        emit(summary, as_json=as_json, show=lambda console: show_summary(console, summary))
        if summary.has_failures:
            raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)


def show_summary(console: Console, summary: RunSummary) -> None:
    """Tell what a run came to."""
    intake = summary.intake
    console.print(
        _("Inbox: {taken} taken, {held} waiting, {refused} refused, {known} known from before.").format(
            taken=intake.taken, held=intake.held, refused=intake.refused, known=intake.known
        )
    )
    for state, count in sorted(summary.states.items()):
        console.print(f"  {state_name(state)}: {count}")
