"""`sohoa init`: set an installation up."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.i18n import gettext as _
from config.settings import SETTINGS_FILE
from config.settings_sample import sample_text
from pipeline.founding import found
from scripts.invocation import emit, open_context, open_settings
from storage.ledger.states import Environment


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command(help=_("Set an installation up: folders, settings file, ledger, agencies. Safe to repeat."))
    def init(
        ctx: typer.Context,
        production: Annotated[
            bool, typer.Option("--production", help=_("Make the ledger a production ledger, for good."))
        ] = False,
        agencies: Annotated[
            Path | None, typer.Option(help=_("TOML file of agencies: code, name, level, parent."), exists=True)
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        home = open_settings(ctx).home
        home.mkdir(parents=True, exist_ok=True)
        settings_file = home / SETTINGS_FILE
        if not settings_file.exists():
            settings_file.write_text(sample_text(), "utf-8")
        environment = Environment.PRODUCTION if production else Environment.TEST
        found(open_context(ctx), environment, agencies)
        result = {"home": home, "environment": str(environment), "settings": settings_file}

        def show(console: Console) -> None:
            console.print(_("Installation ready in {home} ({environment}).").format(**result), markup=False)
            console.print(_("Next: put scans into {inbox} and call `sohoa run`.").format(inbox=home / "inbox"))

        emit(result, as_json=as_json, show=show)
