"""`sohoa progress unregistered`: records that were scanned and stand in no register."""

from datetime import date
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from config.codes import normalize_agency_code
from config.dates import day_text
from config.i18n import gettext as _
from pipeline.known_agencies import ensure_known_agency
from pipeline.progress.lists import PAGE
from pipeline.progress.unregistered import ScannedOutside, count_unregistered, every_unregistered
from pipeline.reports.list_files import OUTSIDE_HEADER, outside_cells, write_outside
from scripts.invocation import emit, open_context, writing
from scripts.verbs import App


def register_unregistered(group: App) -> None:
    """Add the verb."""

    @group.command("unregistered", help=_("List the records that were scanned and stand in no register."))
    def unregistered(
        ctx: typer.Context,
        agency: Annotated[str | None, typer.Option(help=_("Rows of this agency."), metavar=_("AGENCY"))] = None,
        limit: Annotated[int, typer.Option(min=1, max=1000, help=_("Most rows shown at once."))] = PAGE,
        out: Annotated[Path | None, typer.Option(help=_("Write all rows to this CSV or XLSX file."))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        code = normalize_agency_code(agency) if agency else None
        if code is not None:
            ensure_known_agency(context, code)
        with context.ledger.reading() as session:
            total = count_unregistered(session, code)
            found = every_unregistered(session, code)
            shown = [] if out is not None else list(islice(found, limit))
            if out is not None:
                with writing(out):
                    write_outside(found, out)
        emit(
            {"total": total, "path": out, "rows": shown}, as_json=as_json, show=lambda at: _show(at, shown, total, out)
        )


def _show(console: Console, shown: list[ScannedOutside], total: int, out: Path | None) -> None:
    if out is not None:
        console.print(_("{count} rows written: {path}").format(count=total, path=out), markup=False, soft_wrap=True)
        return
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    for number, name in enumerate(OUTSIDE_HEADER):
        table.add_column(_(name), justify="right" if number in {2, 3} else "left", no_wrap=number < 2)
    for one in shown:
        table.add_row(*(day_text(cell) if isinstance(cell, date) else str(cell) for cell in outside_cells(one)))
    console.print(table)
    console.print(_("{shown} of {total} rows.").format(shown=len(shown), total=total))
