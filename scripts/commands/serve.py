"""`sohoa serve`: the scheduled flows."""

import typer

from config.i18n import gettext as _
from scripts.invocation import open_context, told
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Run the flows by their schedule until stopped with Ctrl-C."))
    def serve(ctx: typer.Context) -> None:
        context = open_context(ctx)
        context.ledger.check()
        from flows.serving import serve_deployments  # noqa: PLC0415 - Prefect takes a second to load

        run = context.settings.run
        told().print(
            _("Schedules (Vietnam time): digitize {digitize} · report {report}. Stop with Ctrl-C.").format(
                digitize=run.digitize_cron, report=run.report_cron
            ),
            markup=False,
        )
        serve_deployments(context)
