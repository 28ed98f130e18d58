"""Writes the pages of docs/ that are made from the code: settings, exit codes, commands."""

from collections.abc import Iterator
from pathlib import Path

import typer
from typer._click.core import Command

from config.errors import ExitCode, known_errors
from config.i18n import translate
from config.settings_sample import reference_page
from scripts.language import speak

DOCS = Path(__file__).parents[1] / "docs"


def pages() -> dict[str, str]:
    """Give each generated page by its file name."""
    return {"settings.md": reference_page(), "exit-codes.md": _exit_codes(), "commands.md": _commands()}


def _exit_codes() -> str:
    rows = ["# Exit codes", "", "| Code | Name | Errors |", "|---|---|---|"]
    for code in ExitCode:
        errors = sorted(
            f"`{kind.code}`" for kind in known_errors().values() if kind.exit_code is code and kind.code != "error"
        )
        rows.append(f"| {int(code)} | {code.name} | {', '.join(errors)} |")
    rows.append("| 130 | INTERRUPTED | Ctrl-C; the next run goes on where this one stopped |")
    return "\n".join(rows) + "\n"


def _commands() -> str:
    """List every command with its help in both languages and its options."""
    from scripts.application import build_app  # noqa: PLC0415 - help texts are translated while modules load

    lines = ["# Commands", "", "`sohoa [--home FOLDER] [--lang vi|en] [--actor LOGIN] [--verbose] COMMAND`", ""]
    root = typer.main.get_command(build_app())
    for path, command in _walk(root, ()):
        lines += [f"## `sohoa {' '.join(path)}`", "", translate(command.help or "", "vi"), "", command.help or "", ""]
        for parameter in command.params:
            if parameter.name == "help":
                continue
            names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
            lines.append(f"- {names}: {getattr(parameter, 'help', '') or ''}")
        lines.append("")
    return "\n".join(lines)


def _walk(command: Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Command]]:
    children: dict[str, Command] = getattr(command, "commands", {})
    if not children:
        yield path, command
    for name, child in children.items():
        yield from _walk(child, (*path, name))


def main() -> None:
    """Write all generated pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, "utf-8")


if __name__ == "__main__":
    speak("en")
    main()
