"""`sohoa serve`: the scheduled flows."""

import typer

from config.i18n import gettext as _
from flows.running import serve_until_stopped
from scripts.invocation import open_context, told
from scripts.stopping import stopped_sentence
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Run the flows by their schedule until stopped with Ctrl-C."))
    def serve(ctx: typer.Context) -> None:
        context = open_context(ctx)
        context.ledger.check()
        run = context.settings.run
        schedules = _("Schedules (Vietnam time): digitize {digitize} · report {report}. Stop with Ctrl-C.")
        told().print(_("Starting …"))
        serve_until_stopped(
            context,
            lambda: told().print(schedules.format(digitize=run.digitize_cron, report=run.report_cron), markup=False),
        )
        told().print(stopped_sentence())
