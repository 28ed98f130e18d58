"""`sohoa progress`: how far along, level by level, against the law's targets."""

import shutil
import sys
import tempfile
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from config.errors import ExitCode, UsageError
from config.i18n import gettext as _
from config.i18n import mark
from pipeline.context import Context
from pipeline.progress import Progress
from pipeline.reason_wording import reason_name
from pipeline.reporting import count, frozen, write_report
from pipeline.reports import (
    progress_tables,
    section_tables,
    write_csv,
    write_html,
    write_json,
    write_pdf,
    write_xlsx,
)
from scripts.commands.progress_list import register_list
from scripts.commands.progress_recount import register_recount
from scripts.commands.progress_unregistered import register_unregistered
from scripts.commands.snapshots import snapshot_name
from scripts.invocation import DAY, emit, open_context, said, told, writing
from scripts.verbs import App


class Form(StrEnum):
    """The forms a report comes in."""

    TABLE = "table"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


WRITERS = {
    Form.CSV: write_csv,
    Form.XLSX: write_xlsx,
    Form.HTML: write_html,
    Form.PDF: write_pdf,
    Form.JSON: write_json,
}


class ReportNeedsFileError(UsageError):
    """A report was to be shown that is no text."""

    code = "report_needs_file"
    message = mark("an XLSX or PDF report cannot be shown on the screen")
    remedy = mark("Name the file to write: `sohoa progress --out FILE.xlsx`.")


class ReportFormError(UsageError):
    """A report was to be written to a file whose name asks for no form of it."""

    code = "report_form"
    message = mark("{file}: the name asks for no form of the report; a table is for the screen")
    remedy = mark("Name a file that ends in .csv, .xlsx, .html, .pdf or .json.")


def register(app: App) -> None:
    """Add the verb."""
    group = app.group("progress", _("Show the share digitized by level against this year's target."))
    register_list(group)
    register_recount(group)
    register_unregistered(group)

    @group.callback(invoke_without_command=True, no_args_is_help=False)
    def progress(  # noqa: PLR0917 - one argument an option
        ctx: typer.Context,
        form: Annotated[Form, typer.Option("--format", help=_("Form of the report; table by default."))] = Form.TABLE,
        out: Annotated[Path | None, typer.Option(help=_("Write to this file instead of the screen."))] = None,
        as_of: Annotated[
            datetime | None, typer.Option(formats=DAY, help=_("The day counted for; today by default."))
        ] = None,
        agencies: Annotated[bool, typer.Option("--agencies", help=_("Show each agency too."))] = False,
        everything: Annotated[
            bool, typer.Option("--all", help=_("Show every table of the report, units, work and findings too."))
        ] = False,
        snapshot: Annotated[
            str | None, typer.Option(help=_("Show what a snapshot holds, by its id or its day, instead of counting."))
        ] = None,
        freeze: Annotated[
            bool, typer.Option("--freeze", help=_("Freeze a snapshot and write the report in every form."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("The same as --format json."))] = False,
    ) -> None:
        if ctx.invoked_subcommand:
            return
        context = open_context(ctx)
        day = as_of.date() if as_of else None
        if snapshot is not None and (freeze or day is not None):
            raise UsageError(cause=_("--snapshot goes with neither --as-of nor --freeze"))
        if freeze:
            _freeze(context, day, as_json=as_json)
            return
        chosen = _chosen(Form.JSON if as_json else form, out)
        counted = count(context, day) if snapshot is None else frozen(context, snapshot_name(snapshot))
        if chosen is Form.TABLE:
            tables = section_tables(counted, said().width) if everything else None
            for number, table in enumerate(tables or progress_tables(counted, with_agencies=agencies)):
                said().print(*([""] if number else []), table, sep="\n")
        elif out is not None:
            with writing(out):
                WRITERS[chosen](counted, out)
            _tell(out, as_json=False)
            if chosen is Form.CSV:
                told().print(_("The other tables of the report stand beside it, each in a file of its own."))
        else:
            _print(counted, chosen)


def _freeze(context: Context, day: date | None, *, as_json: bool) -> None:
    written = write_report(context, day)
    _tell(written.folder, as_json=as_json)
    if written.trouble:
        reason = reason_name(written.trouble)
        told().print(_("The head of the event log was not sealed: {reason}").format(reason=reason), markup=False)
        raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)


def _chosen(form: Form, out: Path | None) -> Form:
    """Give the form asked for, by the file's ending where only a file was named."""
    chosen = _form_of(out) if form is Form.TABLE and out is not None else form
    if chosen in {Form.XLSX, Form.PDF} and out is None:
        raise ReportNeedsFileError
    return chosen


def _form_of(out: Path) -> Form:
    """Give the form that a file's ending asks for. Raise ReportFormError when it asks for none."""
    form = next((form for form in WRITERS if out.suffix.lower() == f".{form}"), None)
    if form is None:
        raise ReportFormError(file=out.name)
    return form


def _tell(path: Path, *, as_json: bool) -> None:
    text = _("Report written: {path}").format(path=path)
    emit({"path": path}, as_json=as_json, show=lambda console: console.print(text, markup=False, soft_wrap=True))


def _print(counted: Progress, form: Form) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"progress.{form}"
        WRITERS[form](counted, path)
        with path.open(encoding="utf-8", newline="") as report:
            shutil.copyfileobj(report, sys.stdout)
