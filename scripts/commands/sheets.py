"""`sohoa sheets`: separator sheets to print, which cut a scanned stack into documents."""

from pathlib import Path
from typing import Annotated

import typer

from config.codes import parse_record_code
from config.errors import UsageError
from config.i18n import gettext as _
from pipeline.separators import sheet_rules
from scripts.invocation import emit, writing
from scripts.sheet_printer import print_sheets
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Make sheets to print that part the papers of a scanned stack."))
    def sheets(
        out: Annotated[Path, typer.Option(help=_("PDF to write."), metavar=_("FILE"))],
        count: Annotated[int, typer.Option(help=_("How many sheets."), min=1, max=500)] = 1,
        record: Annotated[
            str | None,
            typer.Option(help=_("All documents after such a sheet belong to this mã hồ sơ."), metavar=_("RECORD")),
        ] = None,
        paper: Annotated[
            bool, typer.Option("--paper", help=_("The document after such a sheet is a paper handed in, no result."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if record is not None and paper:
            raise UsageError(cause=_("a sheet says --record or --paper; lay one of each before the paper"))
        text, said = _meant(record, is_paper=paper)
        with writing(out):
            print_sheets(out, [text] * count, said)
        told = _("{count} separator sheets “{said}” in {file}.").format(count=count, said=said, file=out)
        result = {"file": str(out), "count": count, "code": text}
        emit(result, as_json=as_json, show=lambda console: console.print(told, markup=False, soft_wrap=True))


def _meant(record: str | None, *, is_paper: bool) -> tuple[str, str]:
    """Give the text of the code, and what the sheet says to a person. Raise CodeError for what is no mã hồ sơ."""
    prints = sheet_rules().prints
    if record is not None:
        code = str(parse_record_code(record))
        return prints["record"].format(record=code), code
    if is_paper:
        marks = {role: mark for mark, role in sheet_rules().roles.items()}
        return prints["role"].format(role=marks["paper"]), _("next document: a paper handed in")
    return prints["document"], _("next document")
