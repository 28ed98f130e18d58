"""`sohoa progress list`: the register rows behind a figure."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from config.clock import legal_date
from config.codes import normalize_agency_code
from config.dates import day_text
from config.errors import UsageError
from config.i18n import gettext as _
from pipeline.known_agencies import ensure_known_agency
from pipeline.progress.kept import bring_up_to_date
from pipeline.progress.lists import PAGE, Done, ListPage, Place, Selection, count_entries, every_entry, list_entries
from pipeline.reports.list_files import HEADER, cells_of, write_list
from pipeline.targets import Level
from scripts.invocation import emit, open_context, writing
from scripts.verbs import App


def register_list(group: App) -> None:
    """Add the verb."""

    @group.command("list", help=_("List the register rows behind a figure: by level, agency or unit, done or not."))
    def list_(  # noqa: PLR0917 - one argument an option
        ctx: typer.Context,
        level: Annotated[Level | None, typer.Option(help=_("Rows of this level."))] = None,
        agency: Annotated[str | None, typer.Option(help=_("Rows of this agency."), metavar=_("AGENCY"))] = None,
        unit: Annotated[
            str | None, typer.Option(help=_("Rows of this administrative unit: its code, or code@day it began."))
        ] = None,
        as_issued: Annotated[
            bool, typer.Option("--as-issued", help=_("Of a unit only what it issued itself, not what it took over."))
        ] = False,
        year: Annotated[int | None, typer.Option(help=_("Records solved in this year; this year by default."))] = None,
        stock: Annotated[bool, typer.Option("--stock", help=_("Results in force instead of records solved."))] = False,
        undone: Annotated[bool, typer.Option("--undone", help=_("Only what is not digitized."))] = False,
        done: Annotated[bool, typer.Option("--done", help=_("Only what is digitized."))] = False,
        unscanned: Annotated[bool, typer.Option("--unscanned", help=_("Only what has no scan at all."))] = False,
        short: Annotated[
            bool, typer.Option("--short", help=_("Only what has fewer documents or pages than the register states."))
        ] = False,
        limit: Annotated[int, typer.Option(min=1, max=1000, help=_("Most rows shown at once."))] = PAGE,
        after: Annotated[str | None, typer.Option(help=_("Go on after this place, as the last page named it."))] = None,
        out: Annotated[Path | None, typer.Option(help=_("Write all rows to this CSV or XLSX file."))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        today = legal_date(context.clock())
        code = normalize_agency_code(agency) if agency else None
        if code is not None:
            ensure_known_agency(context, code)
        chosen = Selection(
            day=today,
            year=_year(year, today, is_stock=stock),
            is_every=short and year is None and not stock,
            level=level,
            agency=code,
            unit=unit,
            is_as_issued=as_issued,
            done=_done(undone=undone, done=done, unscanned=unscanned, short=short),
        )
        place = _place(after)
        with context.ledger.session() as session:
            bring_up_to_date(session, today, context.clock(), context.environment)
            if out is not None:
                with writing(out):
                    count = write_list(every_entry(session, chosen), out)
                emit({"path": out, "rows": count}, as_json=as_json, show=lambda console: _written(console, out, count))
                return
            total = count_entries(session, chosen)
            page = list_entries(session, chosen, place, limit)
        result = {"total": total, "next": str(page.next) if page.next else None, "rows": page.entries}
        emit(result, as_json=as_json, show=lambda console: _show(console, page, total))


def _done(*, undone: bool, done: bool, unscanned: bool, short: bool) -> Done:
    if undone + done + unscanned + short > 1:
        raise UsageError(cause=_("--undone, --done, --unscanned and --short exclude each other"))
    if short:
        return Done.SHORT
    return Done.UNDONE if undone else Done.DONE if done else Done.UNSCANNED if unscanned else Done.ALL


def _year(year: int | None, today: date, *, is_stock: bool) -> int | None:
    if is_stock and year is not None:
        raise UsageError(cause=_("--stock and --year exclude each other"))
    return None if is_stock else year or today.year


def _place(text: str | None) -> Place | None:
    try:
        return Place.parse(text) if text else None
    except ValueError:
        raise UsageError(cause=_("--after wants the place that the last page named")) from None


def _written(console: Console, out: Path, count: int) -> None:
    console.print(_("{count} rows written: {path}").format(count=count, path=out), markup=False, soft_wrap=True)


def _shown(cell: str | int | date | None) -> str:
    if isinstance(cell, date):
        return day_text(cell)
    return "" if cell is None else str(cell)


def _show(console: Console, page: ListPage, total: int) -> None:
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    for number, name in enumerate(HEADER):
        table.add_column(_(name), justify="right" if 4 <= number <= 10 else "left", no_wrap=number < 2)
    for one in page.entries:
        cells = (
            day_text(cell) if isinstance(cell, date) else "" if cell is None else str(cell) for cell in cells_of(one)
        )
        table.add_row(*cells)
    console.print(table)
    console.print(_("{shown} of {total} rows.").format(shown=len(page.entries), total=total))
    if page.next is not None:
        console.print(_("Go on: --after {place}").format(place=page.next), markup=False, soft_wrap=True)
