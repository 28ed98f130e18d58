"""`sohoa figures`: take in the figures that cannot be counted here."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.errors import ExitCode
from config.i18n import gettext as _
from pipeline.figures.importing import FiguresResult, as_plain, import_figures
from scripts.imported import MOST_SHOWN
from scripts.invocation import emit, open_context
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""
    group = app.group("figures", _("Take in figures that offices supply."))

    @group.command("import", help=_("Import supplied figures (CSV). Wrong rows are listed, never dropped."))
    def import_(
        ctx: typer.Context,
        path: Annotated[
            Path, typer.Argument(help=_("The file of figures."), metavar=_("FILE"), exists=True, dir_okay=False)
        ],
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        with context.ledger.session() as session:
            result = import_figures(session, path, context.actor, context.clock)
            if dry_run:
                session.rollback()
        emit(as_plain(result), as_json=as_json, show=lambda console: _show(console, result))
        if result.errors:
            raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)


def _show(console: Console, result: FiguresResult) -> None:
    console.print(
        _("Rows: {rows}. Added {added}, changed {changed}, unchanged {unchanged}, refused {refused}.").format(
            rows=result.rows,
            added=result.added,
            changed=result.changed,
            unchanged=result.unchanged,
            refused=result.refused,
        )
    )
    for error in result.errors[:MOST_SHOWN]:
        text = _("Row {row}: {cause}").format(row=error.row, cause=error.cause())
        console.print(text, markup=False, soft_wrap=True)
    if len(result.errors) > MOST_SHOWN:
        console.print(_("… and {count} more; --json has all of them.").format(count=len(result.errors) - MOST_SHOWN))
