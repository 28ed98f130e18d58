"""`sohoa register`: import the register of records, and withdraw rows from it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.errors import ExitCode
from config.i18n import gettext as _
from pipeline.register import ImportResult, import_register, withdraw, write_row_errors
from scripts.invocation import emit, open_context


def register(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(help=_("The register of records: the denominator of all shares."), no_args_is_help=True)
    app.add_typer(group, name="register")

    @group.command("import", help=_("Import a register (CSV or XLSX). Rows with errors are listed, never dropped."))
    def import_(
        ctx: typer.Context,
        path: Annotated[Path, typer.Argument(help=_("The register file."), exists=True, dir_okay=False)],
        errors: Annotated[
            Path | None, typer.Option(help=_("Write the rows with errors to this file, with the reason beside each."))
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        with context.ledger.session() as session:
            result = import_register(session, path, context.actor, context.clock)
            if dry_run:
                session.rollback()
        if errors is not None and result.errors:
            write_row_errors(result.errors, errors)
        emit(result, as_json=as_json, show=lambda console: _show(console, result))
        if result.errors:
            raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)

    @group.command("withdraw", help=_("Take a row out of the denominator, with a reason; recorded."))
    def withdraw_(
        ctx: typer.Context,
        code: Annotated[str, typer.Argument(help=_("Mã hồ sơ of the row."))],
        reason: Annotated[str, typer.Option(help=_("Why the row no longer counts."))],
    ) -> None:
        context = open_context(ctx)
        with context.ledger.session() as session:
            withdraw(session, code, reason, context.actor, context.clock)


def _show(console: Console, result: ImportResult) -> None:
    console.print(
        _(
            "{rows} rows: {added} added, {changed} changed, {unchanged} unchanged, {refused} refused; "
            "{missing} earlier rows are missing from this file and stay counted."
        ).format(
            rows=result.rows,
            added=result.added,
            changed=result.changed,
            unchanged=result.unchanged,
            refused=result.refused,
            missing=result.missing,
        )
    )
    if result.unknown_agencies:
        console.print(
            _("Agencies without a known level (`sohoa init --agencies`): {codes}").format(
                codes=", ".join(result.unknown_agencies)
            )
        )
    for error in result.errors:
        console.print(f"  {_('row')} {error.row}: {error.cause()} — {error.remedy()}", markup=False)
