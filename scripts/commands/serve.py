"""`sohoa serve`: the scheduled flows."""

from typing import Annotated

import typer

from config.i18n import gettext as _
from flows.running import serve_until_stopped
from scripts.invocation import emit, open_context, told
from scripts.stopping import stoppable, stopped_sentence
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Run the flows by their schedule until stopped with Ctrl-C."))
    def serve(
        ctx: typer.Context,
        as_json: Annotated[
            bool, typer.Option("--json", help=_("Write a line of JSON when the schedules come due, and when stopped."))
        ] = False,
    ) -> None:
        context = open_context(ctx)
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
            serve_until_stopped(context, ready)
        told().print(stopped_sentence())
        _note(as_json, {"event": "stopped"})


def _note(as_json: bool, event: dict[str, str]) -> None:
    """Write an event for a program that watches; people are told on standard error."""
    if as_json:
        emit(event, as_json=True, show=lambda _console: None)
