"""`sohoa user`: who may sign in to the page, and as what."""

import getpass
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.clock import legal_date
from config.dates import day_text
from config.errors import UsageError
from config.i18n import gettext as _
from config.i18n import mark
from config.secret_values import secret
from pipeline import accounts
from pipeline.accounts import Account, AccountRole, NewUser
from pipeline.accounts.model import account_role_name
from scripts.commands.user_searches import register_searches
from scripts.invocation import emit, open_context
from scripts.verbs import App

FROM = "--password-from"


class PasswordMissingError(UsageError):
    """No password was given, or not the same twice."""

    code = "password_missing"
    message = mark("no password was set: {cause}")
    remedy = mark("Type it twice when asked, or name where it stands: --password-from file:PATH or env:NAME")


def register(app: App) -> None:
    """Add the verb."""
    group = app.group("user", _("Users of the page: their roles, passwords and locks."))
    _add_add(group)
    _add_list(group)
    _add_password(group)
    _add_role(group)
    _add_locks(group)
    register_searches(group)


def _add_add(group: App) -> None:
    @group.command("add", help=_("Add a user; a password is asked for unless the identity provider names the person."))
    def add(
        ctx: typer.Context,
        login: Annotated[str, typer.Argument(help=_("Login of the user."), metavar=_("LOGIN"))],
        role: Annotated[AccountRole, typer.Option(help=_("What the user may do."))],
        email: Annotated[
            str | None, typer.Option(help=_("E-mail address by which the identity provider names the person."))
        ] = None,
        subject: Annotated[
            str | None, typer.Option(help=_("Subject by which the identity provider names the person."))
        ] = None,
        password_from: Annotated[
            str | None,
            typer.Option(
                FROM,
                help=_("Where the password stands: env:NAME or file:PATH; asked for if not given."),
                metavar=_("PLACE"),
            ),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        # Whom the identity provider vouches for needs no password of ours; one can be set later.
        asks = password_from is not None or not (email or subject)
        password = _password(password_from) if asks else None
        _tell(accounts.add_user(context, NewUser(login, role, password, email, subject)), as_json)


def _add_list(group: App) -> None:
    @group.command("list", help=_("List the users, with role and whether they are locked."))
    def list_(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        users = accounts.list_users(open_context(ctx))
        emit(users, as_json=as_json, show=lambda console: _show(console, users))


def _add_password(group: App) -> None:
    @group.command("password", help=_("Set a user's password anew; all sessions of the user end."))
    def password(
        ctx: typer.Context,
        login: Annotated[str, typer.Argument(help=_("Login of the user."), metavar=_("LOGIN"))],
        password_from: Annotated[
            str | None,
            typer.Option(
                FROM,
                help=_("Where the password stands: env:NAME or file:PATH; asked for if not given."),
                metavar=_("PLACE"),
            ),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        _tell(accounts.set_password(context, login, _password(password_from)), as_json)


def _add_role(group: App) -> None:
    @group.command("role", help=_("Give a user another role; all sessions of the user end."))
    def role(
        ctx: typer.Context,
        login: Annotated[str, typer.Argument(help=_("Login of the user."), metavar=_("LOGIN"))],
        role: Annotated[AccountRole, typer.Argument(help=_("What the user may do."), metavar=_("ROLE"))],
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        _tell(accounts.set_role(open_context(ctx), login, role), as_json)


def _add_locks(group: App) -> None:
    @group.command("lock", help=_("Let a user sign in no more; all sessions of the user end."))
    def lock(
        ctx: typer.Context,
        login: Annotated[str, typer.Argument(help=_("Login of the user."), metavar=_("LOGIN"))],
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        _tell(accounts.lock_user(open_context(ctx), login), as_json)

    @group.command("unlock", help=_("Let a locked user sign in again."))
    def unlock(
        ctx: typer.Context,
        login: Annotated[str, typer.Argument(help=_("Login of the user."), metavar=_("LOGIN"))],
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        _tell(accounts.unlock_user(open_context(ctx), login), as_json)


def _password(place: str | None) -> str:
    """Give a new password: from the place named, else as typed twice."""
    if place is not None:
        kind, _colon, name = place.partition(":")
        if kind not in {"env", "file"} or not name:
            raise PasswordMissingError(cause=_("its place is given as env:NAME or file:PATH"))
        return secret(FROM, place) or ""
    if not sys.stdin.isatty():
        raise PasswordMissingError(cause=_("nobody can be asked for it"))
    first = getpass.getpass(_("New password: "))
    if getpass.getpass(_("Once more: ")) != first:
        raise PasswordMissingError(cause=_("the two are not the same"))
    return first


def _tell(account: Account, as_json: bool) -> None:
    emit(account, as_json=as_json, show=lambda console: console.print(Text(_line(account))))


def _line(account: Account) -> str:
    state = _("locked") if account.locked_at else _("may sign in")
    return f"{account.login} · {account_role_name(account.role)} · {state}"


def _show(console: Console, users: list[Account]) -> None:
    if not users:
        console.print(_("There is no user yet: sohoa user add LOGIN --role auditor"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in (_("Login"), _("Role"), _("State"), _("Signs in by"), _("Since")):
        table.add_column(heading)
    for user in users:
        ways = [_("password")] if user.has_password else []
        ways += [_("identity provider")] if user.email or user.is_linked else []
        table.add_row(
            Text(user.login),
            account_role_name(user.role),
            _("locked") if user.locked_at else _("may sign in"),
            ", ".join(ways),
            day_text(legal_date(user.created_at)),
        )
    console.print(table)
