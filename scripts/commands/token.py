"""`sohoa token`: the tokens and HSMs that are there, and a login by hand after a wrong PIN."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.clock import legal_date
from config.dates import day_text
from config.errors import UsageError
from config.i18n import gettext as _
from config.i18n import mark
from config.secret_values import ask_secret
from pipeline.tokens import CertificateView, TakenLogin, TokenLogin, TokenView, token_views
from scripts.invocation import emit, open_context, open_settings, told
from scripts.verbs import App
from signing.pin_guard import PinState

PINS = {
    PinState.GOOD: mark("PIN: no wrong one was given"),
    PinState.LOW: mark("PIN: a wrong one was given; log in by hand before the next run"),
    PinState.FINAL_TRY: mark("PIN: one more wrong one locks the token"),
    PinState.LOCKED: mark("PIN: locked; its issuer unlocks it"),
}


class PinNotGivenError(UsageError):
    """Nobody typed a PIN."""

    code = "pin_not_given"
    message = mark("no PIN was given; the token was offered none")
    remedy = mark("Run the command at a terminal and type the PIN; it is not shown.")


def register(app: App) -> None:
    """Add the verbs."""
    group = app.group("token", _("Look at tokens and HSMs, and log in by hand."))

    @group.command("list", help=_("List the tokens that are there, with their certificates; no PIN is needed."))
    def list_(
        ctx: typer.Context,
        module: Annotated[
            Path | None, typer.Option(help=_("Another PKCS#11 library than the settings name."), metavar=_("FILE"))
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        views = token_views(open_settings(ctx), module)
        emit(views, as_json=as_json, show=lambda console: _show(console, views))

    @group.command("login", help=_("Log in to a token by hand, once, so that runs may log in again after a wrong PIN."))
    def log_in(
        ctx: typer.Context,
        label: Annotated[
            str | None, typer.Argument(help=_("Label of the token; not needed where there is one."), metavar=_("LABEL"))
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        attempt = TokenLogin(open_context(ctx).settings, label)
        state = attempt.pin_state()
        if state is not PinState.GOOD:
            told().print(_(PINS[state]), markup=False)
        login = attempt.log_in(_typed_pin(attempt.label))
        emit(login, as_json=as_json, show=lambda console: _show_login(console, login))


def _typed_pin(label: str) -> str:
    try:
        pin = ask_secret(_("PIN of the token {label}: ").format(label=label))
    except EOFError:
        raise PinNotGivenError from None
    if not pin:
        raise PinNotGivenError
    return pin


def _show_login(console: Console, login: TakenLogin) -> None:
    console.print(_("The token {label} took the PIN.").format(label=login.label), markup=False)
    if not login.is_pin_of_runs:
        other = _("The settings refer to another PIN, or to none: correct that before the next run.")
        console.print(f"→ {other}", markup=False)


def _show(console: Console, views: list[TokenView]) -> None:
    if not views:
        console.print(_("No token is there."))
        return
    for view in views:
        use = _("named in the settings") if view.is_named else _("not named in the settings")
        console.print(Text(f"{view.label} · {use}", style="bold"))
        console.print(Text(f"  {_('serial number')} {view.serial} · {view.model}"), soft_wrap=True)
        console.print(Text(f"  {_(PINS[view.pin])}", style="" if view.pin is PinState.GOOD else "yellow"))
        for certificate in view.certificates:
            console.print(Text(f"  {_line(certificate)}"), soft_wrap=True)
            console.print(Text(f"    SHA-256 {certificate.sha256}", style="dim"), soft_wrap=True)
        if not view.certificates:
            console.print(Text("  " + _("no certificate")))


def _line(certificate: CertificateView) -> str:
    until = day_text(legal_date(certificate.not_after))
    return _("{subject}, until {day}").format(subject=certificate.subject, day=until)
