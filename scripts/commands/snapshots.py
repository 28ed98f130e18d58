"""`sohoa snapshots`: list what was frozen, and tell what differs between two of them."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from config.dates import day_text, instant_text
from config.errors import ChainBrokenError, UsageError
from config.i18n import gettext as _
from config.i18n import mark
from pipeline.progress.comparing import Comparison, compare
from pipeline.progress.kept_snapshots import find_snapshot, list_snapshots, read_snapshot
from pipeline.progress.plain import to_plain
from pipeline.progress.record_changes import RecordChange, record_changes
from pipeline.progress.snapshots import check_snapshot
from pipeline.reports.comparison_sections import comparison_sections, records_section
from pipeline.reports.comparison_tables import comparison_tables
from pipeline.reports.csv_report import write_files
from pipeline.reports.section_tables import tables_of
from pipeline.reports.xlsx_report import write_sheets
from scripts.invocation import DAY, emit, open_context, writing
from scripts.verbs import App
from storage.ledger.models import ProgressSnapshot

_WIDE = 120
"""Columns of a terminal that has room for the hash too."""


class SnapshotNameError(UsageError):
    """A snapshot was named by what is neither an id nor a day."""

    code = "snapshot_name"
    message = mark("{name} is neither the id of a snapshot nor a day")
    remedy = mark("`sohoa snapshots` lists them; name one by its id, or by its day for the last one of that day.")


def register(app: App) -> None:
    """Add the verb."""
    group = app.group("snapshots", _("List frozen figures, and compare two of them."))

    @group.callback(invoke_without_command=True, no_args_is_help=False)
    def list_(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if ctx.invoked_subcommand:
            return
        with open_context(ctx).ledger.reading() as session:
            rows = [(row, _is_sound(row)) for row in list_snapshots(session)]
        result = [
            {
                "id": row.id,
                "as_of": row.as_of,
                "taken_at": row.taken_at,
                "actor": row.actor,
                "sha256": row.sha256,
                "is_sound": is_sound,
            }
            for row, is_sound in rows
        ]
        emit(result, as_json=as_json, show=lambda console: show_list(console, rows))

    @group.command("compare", help=_("Tell what differs from one snapshot to another, and why as far as is known."))
    def compare_(
        ctx: typer.Context,
        before: Annotated[str, typer.Argument(help=_("Id or day of the earlier one."), metavar=_("ID"))],
        now: Annotated[str, typer.Argument(help=_("Id or day of the later one."), metavar=_("ID"))],
        out: Annotated[
            Path | None, typer.Option(help=_("Write all of it, with every single record, to this CSV or XLSX file."))
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        with open_context(ctx).ledger.reading() as session:
            first, second = (
                read_snapshot(session, find_snapshot(session, snapshot_name(name))) for name in (before, now)
            )
            found = compare(session, first, second)
            if out is not None:
                _write(out, found, record_changes(session, first, second))
                text = _("Report written: {path}").format(path=out)
                emit({"path": out}, as_json=as_json, show=lambda console: console.print(text, markup=False))
                return
        emit(_as_plain(found), as_json=as_json, show=lambda console: _show_comparison(console, found))


def snapshot_name(text: str) -> UUID | date:
    """Give the id or the day that a snapshot is named by. Raise SnapshotNameError for what is neither."""
    try:
        return UUID(text)
    except ValueError:
        pass
    for form in DAY:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise SnapshotNameError(name=text)


def _is_sound(snapshot: ProgressSnapshot) -> bool:
    try:
        check_snapshot(snapshot)
    except ChainBrokenError:
        return False
    return True


def _write(out: Path, found: Comparison, records: Iterable[RecordChange]) -> None:
    tables = comparison_sections(found, records)
    write = {".xlsx": write_sheets, ".csv": write_files}.get(out.suffix.casefold())
    if write is None:
        raise UsageError(cause=_("a difference report is written to a file that ends in .csv or .xlsx"))
    with writing(out):
        write(found.now, tables, out)


def _as_plain(found: Comparison) -> dict[str, object]:
    return {
        "before": found.before.as_of,
        "now": found.now.as_of,
        "changed": to_plain(found.changed),
        "happened": to_plain(found.happened),
        "records": to_plain(found.records),
        "has_more_records": found.has_more,
        "imports": found.imports,
        "versions": found.versions,
    }


def show_list(console: Console, rows: list[tuple[ProgressSnapshot, bool]]) -> None:
    """Show the list; each row with whether it is as it was frozen."""
    if not rows:
        console.print(_("No snapshot was taken yet: `sohoa progress --freeze` takes one."))
        return
    is_wide = console.width >= _WIDE
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    for name in (_("As of"), _("Taken at"), _("By")):
        table.add_column(name, overflow="fold")
    # The id is what one goes on with: it is never cut.
    table.add_column("ID", min_width=36, no_wrap=True)
    table.add_column("", overflow="fold")
    if is_wide:
        table.add_column("SHA-256", no_wrap=True)
    for row, is_sound in rows:
        state = "" if is_sound else _("CHANGED since it was frozen")
        cells = (day_text(row.as_of), instant_text(row.taken_at), row.actor, str(row.id), state)
        table.add_row(*cells, *([row.sha256[:12]] if is_wide else []))
    console.print(table)


def _show_comparison(console: Console, found: Comparison) -> None:
    for number, table in enumerate(comparison_tables(found)):
        console.print(*([""] if number else []), table, sep="\n")
    if found.records:
        for table in tables_of(found.now, records_section(found.records), console.width):
            console.print("", table, sep="\n")
    if found.has_more:
        console.print(
            _("More records than these {count}: --out FILE.xlsx writes all.").format(count=len(found.records))
        )
