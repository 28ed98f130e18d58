"""`sohoa register imports` and `sohoa register history`: the versions of the register, and how a row came to be."""

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.dates import instant_text, value_text
from config.i18n import gettext as _
from pipeline.register import RegisterVersion, RowHistory, row_histories, versions
from pipeline.register.history import RowStep, StepKind
from pipeline.register_history_wording import column_name, scope_text, step_name
from scripts.field_table import indented, plain_table
from scripts.invocation import emit, open_context
from scripts.verbs import App

SHORT_HASH = 12


def register(group: App) -> None:
    """Add both commands to the group of the register."""
    _register_imports(group)
    _register_history(group)


def _register_imports(group: App) -> None:
    @group.command("imports", help=_("List the versions of the register: each file that was imported, newest first."))
    def imports(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        with open_context(ctx).ledger.reading() as session:
            found = versions(session)
        emit(found, as_json=as_json, show=lambda console: _show_imports(console, found))


def _register_history(group: App) -> None:
    @group.command("history", help=_("Tell how a row came to be: files that gave or changed it, and decisions."))
    def history(
        ctx: typer.Context,
        code: Annotated[str, typer.Argument(help=_("Mã hồ sơ or name of the row in the register."), metavar=_("ROW"))],
        agency: Annotated[
            str | None, typer.Option(help=_("The agency, where several have this code."), metavar=_("AGENCY"))
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        with open_context(ctx).ledger.reading() as session:
            found = row_histories(session, code, agency)
        emit(found, as_json=as_json, show=lambda console: _show_histories(console, found))


def _show_imports(console: Console, found: tuple[RegisterVersion, ...]) -> None:
    if not found:
        console.print(_("No register was imported yet: `sohoa register import FILE` does it."))
        return
    table = plain_table(
        *(_("Imported at"), _("Imported by"), _("File"), _("Lists in full"), _("Rows")),
        *(_("Added"), _("Changed"), _("Unchanged"), _("Newly missing"), _("Refused")),
    )
    for one in found:
        counts = (one.rows, one.added, one.changed, one.unchanged, one.missing, one.refused)
        table.add_row(
            instant_text(one.imported_at),
            Text(one.actor),
            one.sha256[:SHORT_HASH],
            Text(scope_text(one.scope)),
            *map(str, counts),
        )
    console.print(table)


def _show_histories(console: Console, found: tuple[RowHistory, ...]) -> None:
    for number, row in enumerate(found):
        if number:
            console.print()
        standing = _("counted") if row.is_counted else _("not counted")
        console.print(Text.assemble((row.code, "bold"), f"  {row.agency} · {standing}"))
        for step in row.steps:
            _show_step(console, step)
        last = _("Last in the file of {instant}, row {row}.")
        text = last.format(instant=instant_text(row.last_seen_at), row=row.source_row)
        console.print(indented(Text(text, style="dim"), 2))


def _show_step(console: Console, step: RowStep) -> None:
    facts = [instant_text(step.at), step_name(step.kind), step.actor]
    if step.sha256:
        facts.append(_("file {sha256}").format(sha256=step.sha256[:SHORT_HASH]))
    console.print(indented(Text(" · ".join(facts)), 2))
    if step.reason:
        console.print(indented(Text(_("reason: {reason}").format(reason=step.reason))))
    if step.kind is StepKind.CHANGED and not step.changes:
        console.print(indented(Text(_("no value of it is another one than before"))))
    for change in step.changes:
        now, before = value_text(change.now or "–"), value_text(change.before or "–")
        told = now if step.kind is StepKind.ADDED else f"{before} → {now}"
        console.print(indented(Text(f"{column_name(change.column)}: {told}")))
