"""`sohoa web`: the page for auditors."""

from typing import Annotated

import typer

from config.i18n import gettext as _
from scripts.invocation import emit, open_context, told
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Serve the page for auditors until stopped with Ctrl-C."))
    def web(
        ctx: typer.Context,
        host: Annotated[str, typer.Option(help=_("Address of this machine to listen on."))] = "127.0.0.1",
        port: Annotated[int, typer.Option(min=1, max=65535, help=_("Port to listen on."))] = 8360,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write a line of JSON when the page opens."))] = False,
    ) -> None:
        from web.serving import serve  # noqa: PLC0415 - no other command needs what pages are made with

        context = open_context(ctx)
        context.ledger.check()
        address = context.settings.web.public_url or f"http://{host}:{port}"
        told().print(_("The page: {address} · stop with Ctrl-C").format(address=address), markup=False)
        if as_json:
            emit({"event": "opening", "address": address}, as_json=True, show=lambda _console: None)
        serve(context, host, port)
