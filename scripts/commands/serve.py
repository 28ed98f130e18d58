"""`sohoa serve`: the scheduled flows."""

import typer

from config.i18n import gettext as _
from scripts.invocation import open_context, told


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command(help=_("Serve the scheduled flows (digitize, report) until stopped."))
    def serve(ctx: typer.Context) -> None:
        from flows.serving import serve_deployments  # noqa: PLC0415 - Prefect takes a second to load

        context = open_context(ctx)
        run = context.settings.run
        context.ledger.check()
        told().print(f"digitize: {run.digitize_cron} · report: {run.report_cron} (Asia/Ho_Chi_Minh). Ctrl-C.")
        serve_deployments(context)
