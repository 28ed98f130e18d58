"""`sohoa init`: set an installation up."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.i18n import gettext as _
from config.settings import SETTINGS_FILE, Settings
from config.settings_sample import sample_text
from pipeline.context import Context
from pipeline.founding import Founded, found
from pipeline.production import remedy_of, unset_settings
from pipeline.reports.wording import ENVIRONMENTS
from scripts.invocation import emit, open_context
from scripts.verbs import App
from storage.ledger.states import Environment


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Set up folders, settings, ledger, agencies; safe to repeat."))
    def init(
        ctx: typer.Context,
        production: Annotated[
            bool, typer.Option("--production", help=_("Make it a production installation, for good."))
        ] = False,
        agencies: Annotated[
            Path | None,
            typer.Option(help=_("TOML file of agencies: code, name, level, parent."), exists=True, metavar=_("FILE")),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx, needs_set_up=False)
        settings = context.settings
        # Asked for nothing, it stays what it is; what that is can be read once the ledger is up to date.
        founded = found(context, Environment.PRODUCTION if production else None, agencies)
        environment = context.environment
        settings_file = settings.home / SETTINGS_FILE
        if not settings_file.exists():
            settings_file.write_text(sample_text(), "utf-8")
        result = {
            "home": settings.home,
            "environment": str(environment),
            "settings": settings_file,
            "inbox": settings.inbox_folder,
            "unset": unset_settings(context),
            "new_test_keys": founded.has_new_test_keys,
            "changed_targets": founded.changed_targets,
        }
        emit(result, as_json=as_json, show=lambda console: _show(console, context, result, founded))


def _show(console: Console, context: Context, result: dict[str, object], founded: Founded) -> None:
    console.print(_("The installation is ready in {home}.").format(home=result["home"]), markup=False, soft_wrap=True)
    console.print(_(ENVIRONMENTS[context.environment]))
    if result["new_test_keys"]:
        lost = _("The TEST keys that signed here before are gone; new ones were made. Put the old root into {trust}.")
        console.print(lost.format(trust=context.trust_folder), markup=False, soft_wrap=True)
    if founded.changed_targets:
        changed = _("Targets changed ({count}); the event log has them:").format(count=len(founded.changed_targets))
        console.print(changed)
    for one in founded.changed_targets:
        before, now = ("–" if figure is None else f"{figure:g}" for figure in (one.before, one.now))
        console.print(f"  {one.metric} {one.level} {one.year}: {before} → {now}", markup=False)
    unset = unset_settings(context)
    if unset:
        console.print(_("Papers are taken in and read; before anything can be sealed, these settings are needed:"))
    for key in unset:
        console.print(f"  {remedy_of(context, key)}", markup=False, soft_wrap=True)
    named = os.environ.get("SOHOA_HOME") or Settings.model_fields["home"].default
    if Path(named).absolute() != result["home"]:
        reminder = _("With each command give --home {home}, or set SOHOA_HOME.").format(home=result["home"])
        console.print(reminder, markup=False, soft_wrap=True)
    steps = (
        _("Check it: sohoa doctor"),
        _("Settings: {settings}").format(settings=result["settings"]),
        _("Enter agencies and the register: sohoa init --agencies FILE, sohoa register import FILE"),
        _("Put scans into {inbox}/<agency code>/<mã hồ sơ>/").format(inbox=result["inbox"]),
        _("Work them off: sohoa run"),
    )
    for number, step in enumerate(steps, 1):
        console.print(f"  {number}. {step}", markup=False, soft_wrap=True)
