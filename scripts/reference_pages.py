"""Writes the pages of docs/ that are made from the code: settings, exit codes and errors, commands."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer
from typer._click.core import Command
from typer.core import TyperArgument

from config.errors import ExitCode, SohoaError, known_errors
from config.i18n import activate, active_language, translate
from config.i18n import mark as _
from config.settings_sample import reference_page
from scripts.application import build_app
from scripts.help_page import option_names, option_text, placeholder
from scripts.stopping import INTERRUPTED

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PACKAGES = ("config", "ocr", "signing", "storage", "pipeline", "web")
DEMO_MODULES = ("scripts.demo_home", "scripts.own_scans", "scripts.specimens")
"""Where errors are at home, beside the command line itself."""
CODES: dict[int, str] = {
    ExitCode.DONE: _("Done; nothing failed."),
    ExitCode.INTERNAL: _("A fault of the program."),
    ExitCode.USAGE: _("The command was typed wrongly, or cannot be done as asked."),
    ExitCode.SETTINGS: _("Settings, set-up or reference data are wrong."),
    ExitCode.TOOL: _("An outside program is missing or failed."),
    ExitCode.LEDGER: _("The ledger cannot be used."),
    ExitCode.STORE: _("The object store cannot be used."),
    ExitCode.SIGNING: _("Signing failed."),
    ExitCode.INPUT: _("A file or code that came in was refused."),
    ExitCode.BUSY: _("Another program holds what is needed; run again."),
    ExitCode.FINISHED_WITH_FAILURES: _("Finished, but something was refused, quarantined or got stuck."),
    ExitCode.INVALID: _("Not genuine: a signature or hash does not hold."),
    ExitCode.INDETERMINATE: _("Not proven: no signature, a signer not trusted, or something added after signing."),
    ExitCode.NOT_FOUND: _("What was asked for is not there."),
    ExitCode.CHECK_FAILED: _("A check found something that is not in order."),
    INTERRUPTED: _("Stopped with Ctrl-C; the next run goes on where this one stopped."),
}


@dataclass(frozen=True, slots=True)
class CommandPage:
    """One command as the manual shows it, in one language."""

    path: str
    purpose: str
    parameters: tuple[tuple[str, str], ...]


def pages() -> dict[str, str]:
    """Give each generated page by its file name."""
    return {"settings.md": reference_page(), "exit-codes.md": _exit_codes(), "commands.md": _commands()}


def command_pages(language: str) -> list[CommandPage]:
    """Give every command in a language."""
    before = active_language()
    activate(language)
    try:
        root = typer.main.get_command(build_app())
        return [_page(path, command) for path, command in _walk(root, ("sohoa",))]
    finally:
        activate(before)


def documented_errors() -> list[type[SohoaError]]:
    """Give the errors of the program by code; those that tests define are not among them."""
    for name in DEMO_MODULES:
        importlib.import_module(name)
    for package in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    return [kind for _code, kind in sorted(known_errors().items()) if not kind.__module__.startswith("tests")]


def main() -> None:
    """Write all generated pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, "utf-8")


def _exit_codes() -> str:
    rows = [
        "# Exit codes and errors",
        "",
        "Made from `config/errors.py` by `make docs`.",
        "",
        "| Code | Name | Meaning | Ý nghĩa |",
        "|---|---|---|---|",
    ]
    for number, meaning in CODES.items():
        name = "INTERRUPTED" if number == INTERRUPTED else ExitCode(number).name
        rows.append(f"| {int(number)} | {name} | {meaning} | {translate(meaning, 'vi')} |")
    rows += [
        "",
        "## Errors",
        "",
        "| Error | Exit code | Retry helps | What to do | Việc cần làm |",
        "|---|---|---|---|---|",
    ]
    for kind in documented_errors():
        retry = "yes" if kind.retry_helps else ""
        rows.append(
            f"| `{kind.code}` | {int(kind.exit_code)} | {retry} | {kind.remedy} | {translate(kind.remedy, 'vi')} |"
        )
    return "\n".join(rows) + "\n"


def _commands() -> str:
    """List every command with its arguments and options, in both languages."""
    lines = [
        "# Commands",
        "",
        "Made from the program by `make docs`.",
        "Results go to standard output, progress and complaints to standard error.",
        "The options of `sohoa` itself may stand before or after the command.",
        "",
    ]
    for english, vietnamese in zip(command_pages("en"), command_pages("vi"), strict=True):
        lines += [f"## `{english.path}`", "", english.purpose, "", vietnamese.purpose, ""]
        lines += ["| | Meaning | Ý nghĩa |", "|---|---|---|"] if english.parameters else []
        for (name, meaning), (_name, meant) in zip(english.parameters, vietnamese.parameters, strict=True):
            lines.append(f"| `{name.replace('|', chr(92) + '|')}` | {meaning} | {meant} |")
        lines.append("")
    return "\n".join(lines)


def _page(path: tuple[str, ...], command: Command) -> CommandPage:
    parameters = []
    for param in command.params:
        if isinstance(param, TyperArgument):
            parameters.append((placeholder(param), param.help or ""))
        else:
            parameters.append((option_names(param), option_text(param)))
    return CommandPage(" ".join(path), command.help or "", tuple(parameters))


def _walk(command: Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Command]]:
    children: dict[str, Command] = getattr(command, "commands", {})
    if not children or len(path) == 1 or getattr(command, "invoke_without_command", False):
        yield path, command
    for name, child in children.items():
        yield from _walk(child, (*path, name))


if __name__ == "__main__":
    main()
