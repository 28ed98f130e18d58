"""`sohoa progress`: how far along, level by level, against the law's targets."""

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from config.errors import UsageError
from config.i18n import gettext as _
from pipeline.progress import Progress
from pipeline.reporting import count, write_report
from pipeline.reports import progress_tables, write_csv, write_html, write_json, write_xlsx
from scripts.invocation import open_context, said, told

DAY = ["%Y-%m-%d", "%d/%m/%Y"]


class Form(StrEnum):
    """The forms a report comes in."""

    TABLE = "table"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    JSON = "json"


WRITERS = {Form.CSV: write_csv, Form.XLSX: write_xlsx, Form.HTML: write_html, Form.JSON: write_json}


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command(help=_("Show the share digitized, level by level, against this year's target."))
    def progress(
        ctx: typer.Context,
        form: Annotated[Form, typer.Option("--format", help=_("table, csv, xlsx, html or json."))] = Form.TABLE,
        out: Annotated[Path | None, typer.Option(help=_("Write to this file instead of the screen."))] = None,
        as_of: Annotated[
            datetime | None, typer.Option(formats=DAY, help=_("The day counted for; today by default."))
        ] = None,
        freeze: Annotated[
            bool, typer.Option("--freeze", help=_("Freeze a snapshot and write the report in every form."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("The same as --format json."))] = False,
    ) -> None:
        context = open_context(ctx)
        day = as_of.date() if as_of else None
        if freeze:
            folder = write_report(context, day)
            told().print(_("Report written: {path}").format(path=folder), markup=False)
            return
        counted = count(context, day)
        chosen = Form.JSON if as_json else form
        if chosen is Form.TABLE:
            for table in progress_tables(counted):
                said().print(table)
            return
        _write(counted, chosen, out)


def _write(counted: Progress, form: Form, out: Path | None) -> None:
    if out is not None:
        WRITERS[form](counted, out)
        told().print(_("Report written: {path}").format(path=out), markup=False)
        return
    if form is Form.XLSX:
        raise UsageError(cause=_("an XLSX report needs --out FILE"))
    sys.stdout.flush()
    WRITERS[form](counted, Path("/dev/stdout"))
