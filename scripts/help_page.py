"""The help of a command as a plain page in the active language: usage, what it does, arguments, options, commands."""

import sys
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer._click.core import Command, Context
from typer.core import TyperArgument, TyperOption

from config.i18n import gettext as _

WIDEST = 100
"""Columns after which a line of help is hard to read."""
NAME_COLUMN = 10
WIDEST_CHOICES = 30


def help_page(command: Command, ctx: Context) -> str:
    """Give the help of a command as text, in colours where it goes to a terminal."""
    width = min(Console().width, WIDEST)
    page = StringIO()
    console = Console(file=page, force_terminal=sys.stdout.isatty(), width=width, highlight=False)
    console.print(Text.assemble((_("Usage: "), "bold"), usage(command, ctx)))
    console.print()
    for paragraph in (command.help or "").split("\n\n"):
        console.print(paragraph, markup=False)
        console.print()
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    arguments = [param for param in params if isinstance(param, TyperArgument)]
    options = [param for param in params if isinstance(param, TyperOption)]
    _section(console, _("Arguments"), ((placeholder(param), param.help or "") for param in arguments))
    for title, rows in _commands(command).items():
        _section(console, title, rows)
    _section(console, _("Options"), ((option_names(param), option_text(param)) for param in options))
    lines = page.getvalue().rstrip("\n").split("\n")
    return "\n".join(line.rstrip() for line in lines)


def usage(command: Command, ctx: Context) -> str:
    """Give how a command is called."""
    arguments = [param for param in command.params if isinstance(param, TyperArgument)]
    pieces = [placeholder(param) if param.required else f"[{placeholder(param)}]" for param in arguments]
    tail = _("COMMAND ...") if hasattr(command, "commands") else " ".join(pieces)
    options = _("[OPTIONS]")
    return f"{ctx.command_path} {options} {tail}".strip()


def placeholder(param: Any) -> str:
    """Give the word that stands for a value, such as FILE."""
    if param.metavar:
        return str(param.metavar)
    kind = param.type_descriptor
    if kind.is_choice:
        choices = "|".join(_choices(param))
        return choices if len(choices) <= WIDEST_CHOICES else _("CHOICE")
    if isinstance(param, TyperArgument):
        return str(param.name).upper()
    return {Path: _("FILE"), datetime: _("DAY"), UUID: _("ID"), int: _("NUMBER")}.get(kind.annotation, _("TEXT"))


def _commands(command: Command) -> dict[str, list[tuple[str, str]]]:
    """Give the commands of a group under the titles of their sections, in the order they were registered."""
    sections: dict[str, list[tuple[str, str]]] = {}
    children: dict[str, Command] = getattr(command, "commands", {})
    for name, child in children.items():
        title = getattr(child, "rich_help_panel", None) or _("Commands")
        sections.setdefault(title, []).append((name, (child.help or "").split("\n\n")[0]))
    return sections


def option_names(param: Any) -> str:
    """Give how an option is written, with the word for its value."""
    names = ", ".join(sorted(param.opts, key=len))
    return names if param.is_flag else f"{names} {placeholder(param)}"


def option_text(param: Any) -> str:
    """Give what an option does, with its choices where they are many and its environment variable."""
    told = param.help or ""
    if param.type_descriptor.is_choice and placeholder(param) == _("CHOICE"):
        told = f"{told.removesuffix('.')}: {', '.join(_choices(param))}."
    return f"{told} [{param.envvar}]" if param.envvar else told


def _choices(param: Any) -> list[str]:
    choices = param.type_descriptor.choices or ()
    return [str(choice.value if isinstance(choice, Enum) else choice) for choice in choices]


def _section(console: Console, title: str, rows: Iterable[tuple[str, str]]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="cyan", min_width=NAME_COLUMN, overflow="fold")
    table.add_column(ratio=1)
    for name, text in rows:
        table.add_row(Text(name), Text(text))
    if table.row_count:
        console.print(Text(title, style="bold"))
        console.print(Padding(table, (0, 0, 1, 2)))
