"""`sohoa register`: import the register of records, look at its versions, and withdraw rows from it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.orm import Session

from config.clock import Clock
from config.codes import normalize_agency_code
from config.errors import ExitCode, UsageError
from config.i18n import gettext as _
from pipeline.register import (
    ImportResult,
    RowError,
    Scope,
    import_register,
    missing_entries,
    place_beside,
    reinstate,
    withdraw,
    write_returned,
    write_row_errors,
)
from scripts.commands import register_history
from scripts.confirming import confirm
from scripts.imported import show_import
from scripts.invocation import DAY, OutputError, emit, open_context, writing
from scripts.verbs import App
from storage.ledger.models import RegisterEntry

Change = Callable[[Session, str, str, str, Clock, str | None], RegisterEntry]


def register(app: App) -> None:
    """Add the verb."""
    group = app.group("register", _("Import the register of records: the denominator of all shares."))
    _register_import(group)
    _register_missing(group)
    register_history.register(group)
    _register_change(group, "withdraw", _("Take a row out of the denominator, with a reason."), withdraw)
    _register_change(group, "reinstate", _("Count a withdrawn row again, with a reason."), reinstate)


def _register_import(group: App) -> None:
    @group.command("import", help=_("Import a register (CSV, XLSX). Wrong rows are listed, never dropped."))
    def import_(  # noqa: PLR0917 - one argument an option
        ctx: typer.Context,
        path: Annotated[
            Path, typer.Argument(help=_("The register file."), metavar=_("FILE"), exists=True, dir_okay=False)
        ],
        agency: Annotated[
            list[str] | None,
            typer.Option(help=_("The file lists this agency in full (repeatable)."), metavar=_("AGENCY")),
        ] = None,
        first: Annotated[
            datetime | None, typer.Option("--from", formats=DAY, help=_("It lists records solved from this day on."))
        ] = None,
        last: Annotated[
            datetime | None, typer.Option("--to", formats=DAY, help=_("It lists records solved up to this day."))
        ] = None,
        errors: Annotated[
            Path | None, typer.Option(help=_("Write the wrong rows with their reasons to this CSV or XLSX file."))
        ] = None,
        rejected: Annotated[
            Path | None,
            typer.Option(
                help=_("Give the wrong rows back in this new XLSX file, to correct and import; default: beside FILE.")
            ),
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        scope = _scope(agency, first, last)
        _ensure_new_workbook(rejected)
        context = open_context(ctx)
        with context.ledger.session() as session:
            result = import_register(session, path, context.actor, context.clock, scope)
            returned = _give_back(path, result, rejected, dry_run=dry_run)
            if dry_run:
                session.rollback()
        if errors is not None and result.errors:
            with writing(errors):
                write_row_errors(result.errors, errors)
        told = {**_as_plain(result), "returned": returned}
        emit(
            told,
            as_json=as_json,
            show=lambda console: show_import(console, result, errors, returned),
            long_list=("errors", map(_plain_error, result.errors)),
        )
        if result.errors:
            raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)


def _register_missing(group: App) -> None:
    @group.command("missing", help=_("List the rows that a later file lacks; they stay counted until withdrawn."))
    def missing(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        with open_context(ctx).ledger.reading() as session:
            rows = [(entry.agency_code, entry.record_code) for entry, _import in missing_entries(session)]

        def show(console: Console) -> None:
            for agency, code in rows:
                console.print(f"{agency}  {code}", markup=False)
            console.print(_("Rows missing from a later file: {count}.").format(count=len(rows)))

        emit([{"agency": agency, "code": code} for agency, code in rows], as_json=as_json, show=show)


def _register_change(group: App, name: str, purpose: str, change: Change) -> None:
    @group.command(name, help=purpose)
    def command(
        ctx: typer.Context,
        code: Annotated[str, typer.Argument(help=_("Mã hồ sơ of the row."), metavar=_("RECORD"))],
        reason: Annotated[str, typer.Option(help=_("Why; it is recorded with your login."))],
        agency: Annotated[
            str | None, typer.Option(help=_("The agency, where several have this code."), metavar=_("AGENCY"))
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)

        def do(*, keep: bool) -> dict[str, object]:
            with context.ledger.session() as session:
                entry = change(session, code, reason, context.actor, context.clock, agency)
                is_counted = entry.withdrawn_at is None
                done = {"agency": entry.agency_code, "code": entry.record_code, "is_counted": is_counted}
                if not keep:
                    session.rollback()
            return done

        told = do(keep=False)
        effect = _("1 row will count again: {code}.") if told["is_counted"] else _("1 row will not count: {code}.")
        text = effect
        if not dry_run:
            confirm(effect.format(code=told["code"]), is_yes=yes)
            told = do(keep=True)
            text = _("{code}: counted again.") if told["is_counted"] else _("{code}: withdrawn, no longer counted.")
        emit(
            told,
            as_json=as_json,
            show=lambda console: console.print(text.format(code=told["code"]), markup=False),
        )


def _ensure_new_workbook(path: Path | None) -> None:
    """Refuse a file for wrong rows that is there already, or that no spreadsheet program would open as what it is."""
    if path is not None and path.exists():
        raise OutputError(file=path, cause=_("it is there already, and may hold corrections"))
    if path is not None and path.suffix.casefold() != ".xlsx":
        raise OutputError(file=path, cause=_("its name must end in .xlsx"))


def _give_back(path: Path, result: ImportResult, rejected: Path | None, *, dry_run: bool) -> Path | None:
    """Write the wrong rows before the others are kept, so that a place that cannot be written undoes the import."""
    if not result.errors or (dry_run and rejected is None):
        return None
    place = rejected or place_beside(path)
    with writing(place):
        write_returned(path, result, place)
    return place


def _scope(agencies: list[str] | None, first: datetime | None, last: datetime | None) -> Scope | None:
    if not agencies:
        if first or last:
            raise UsageError(cause=_("--from and --to need --agency: whose records the file lists in full"))
        return None
    codes = tuple(normalize_agency_code(code) for code in agencies)
    return Scope(codes, first.date() if first else None, last.date() if last else None)


def _as_plain(result: ImportResult) -> dict[str, object]:
    return {
        "import_id": result.import_id,
        "sha256": result.sha256,
        "scope": str(result.scope),
        "rows": result.rows,
        "added": result.added,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "refused": result.refused,
        "missing": result.missing,
        "unknown_agencies": result.unknown_agencies,
        "sheets": result.sheets,
    }


def _plain_error(error: RowError) -> dict[str, object]:
    place = {"sheet": error.sheet, "row": error.row, "column": error.column, "fault": str(error.fault)}
    return {**place, "cause": error.cause(), "remedy": error.remedy()}
