"""Typer in the person's language: groups and commands whose help and refusals are ours.

Typer keeps several texts as plain English (usage line, help option, usage errors) and shows types and boxes where a
word would do; here all of it is said anew.
What a person typed wrongly becomes an error of our own tree, with the nearest right word.
"""

import difflib
import sys
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import typer
from typer._click.core import Context
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
)
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup, TyperOption

from config.errors import ExitCode, UsageError
from config.i18n import gettext as _
from config.i18n import mark
from scripts.help_page import help_page, placeholder


class CommandLineError(UsageError):
    """A command, option or argument was typed wrongly."""

    code = "command_line"
    remedy = mark("See `{command} --help`.")


class Verb(TyperCommand):
    """A command whose help is in the active language."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the help page."""
        formatter.write(help_page(self, ctx))

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """Give the help option."""
        return _translated(super().get_help_option(ctx))


class Verbs(TyperGroup):
    """A group of commands in the active language; an unknown one is answered with the nearest."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the help page."""
        formatter.write(help_page(self, ctx))

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """Give the help option."""
        return _translated(super().get_help_option(ctx))

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:
        """Find the command of a name. Raise CommandLineError with the nearest one when there is none."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            cause = _("there is no command {name}").format(name=args[0]) + nearest(args[0], self.list_commands(ctx))
            raise CommandLineError(cause=cause, command=ctx.command_path)
        return super().resolve_command(ctx, args)


class VerbsWithDefault(Verbs):
    """A group whose one verb may be left out: what begins with no verb of it is that verb's."""

    default_verb = ""
    is_said_by_nothing = False
    """Whether nothing at all is that verb too, where it would show the help."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Put the verb before what was typed without one."""
        known = {*self.commands, *self.get_help_option_names(ctx)}
        if (args and args[0] not in known) or (not args and self.is_said_by_nothing):
            args = [self.default_verb, *args]
        return super().parse_args(ctx, args)


class App(typer.Typer):
    """A Typer application made of such groups and commands."""

    section = ""
    """The title in the help under which the next verbs stand."""

    def __init__(self, verbs: type[Verbs] = Verbs, **options: Any) -> None:
        super().__init__(
            cls=verbs,
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
            context_settings={"help_option_names": ["-h", "--help"]},
            **options,
        )

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Register a command in the present section."""
        return super().command(name, cls=Verb, rich_help_panel=self.section or None, **options)

    def group(self, name: str, purpose: str, verbs: type[Verbs] = Verbs) -> "App":
        """Register a group of commands in the present section, and give it."""
        made = App(verbs, help=purpose)
        self.add_typer(made, name=name, rich_help_panel=self.section or None)
        return made


def carry_out(app: App, arguments: Sequence[str], name: str) -> int:
    """Run what was typed and give its exit code, or show the help when nothing was asked for.

    Raise CommandLineError for what was typed wrongly.
    """
    try:
        code = typer.main.get_command(app).main(args=list(arguments), prog_name=name, standalone_mode=False)
    except ClickException as err:
        page = asked_help(err)
        if page is None:
            raise explain(err) from err
        sys.stdout.write(page + "\n")
        return int(ExitCode.USAGE)
    return code or int(ExitCode.DONE)


def explain(err: ClickException) -> CommandLineError:
    """Give what Typer refused as an error of ours, in the active language."""
    ctx = getattr(err, "ctx", None)
    return CommandLineError(cause=_cause(err), command=ctx.command_path if ctx else "sohoa")


def asked_help(err: ClickException) -> str | None:
    """Give the help page when Typer only stopped because nothing was asked for."""
    return err.message if isinstance(err, NoArgsIsHelpError) else None


def nearest(word: str, known: list[str]) -> str:
    """Give the words that hint at the nearest known one; empty when none is near."""
    near = difflib.get_close_matches(word, known, n=1)
    return _("; did you mean {nearest}?").format(nearest=near[0]) if near else ""


def _translated(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = _("Show this help and stop.")
    return option


def _cause(err: ClickException) -> str:
    if isinstance(err, MissingParameter):
        return _("{parameter} is missing").format(parameter=_hint(err))
    if isinstance(err, NoSuchOption):
        options = [name for param in err.ctx.command.params for name in param.opts] if err.ctx else []
        return _("there is no option {name}").format(name=err.option_name) + nearest(err.option_name, options)
    if isinstance(err, BadParameter):
        return _("{parameter} is wrong: {cause}").format(parameter=_hint(err), cause=_wanted(err))
    if isinstance(err, BadOptionUsage):
        return _("option {name} needs a value, or has one too many").format(name=err.option_name)
    if err.message.startswith("Got unexpected extra argument"):
        return _("too much was given: {extra}").format(extra=err.message.rpartition("(")[2].removesuffix(")"))
    return _("no command was given") if err.message.startswith("Missing command") else err.message


def _hint(err: BadParameter) -> str:
    if err.param is None:
        return str(err.param_hint or "")
    return err.param.opts[0] if err.param.param_type_name == "option" else placeholder(err.param)


def _wanted(err: BadParameter) -> str:
    """Say what kind of value was wanted."""
    kind = err.param.type_descriptor if err.param is not None else None
    if kind is None:
        return err.message
    if kind.is_choice:
        names = [str(choice.value if isinstance(choice, Enum) else choice) for choice in kind.choices or ()]
        return _("one of these is wanted: {choices}").format(choices=", ".join(names))
    if kind.is_datetime:
        return _("a day is wanted, such as 01/07/2026 or 2026-07-01")
    if kind.is_path or kind.annotation is Path:
        return _no_file(err.message)
    if kind.annotation is int:
        return _("a whole number from 1 on is wanted")
    return _("an id is wanted, as the lists show it") if kind.annotation is UUID else err.message


def _no_file(message: str) -> str:
    """Name the file that a path does not lead to; click has it in quotation marks."""
    path = message.partition("'")[2].rpartition("'")[0]
    return (_("{path} is a folder") if Path(path).is_dir() else _("there is no file {path}")).format(path=path)
