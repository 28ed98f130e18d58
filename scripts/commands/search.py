"""`sohoa search`: records found by their codes, by fields, and by the text of their pages."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.dates import value_text
from config.i18n import gettext as _
from pipeline.search.finding import PAGE, Scope
from pipeline.search.searching import Answer, search_at_desk
from pipeline.search.wording import where_name
from pipeline.wording import state_name
from scripts.field_table import plain_table
from scripts.invocation import emit, open_context
from scripts.verbs import App


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Find records by code, number and symbol, fields, and text."))
    def search(
        ctx: typer.Context,
        words: Annotated[
            list[str],
            typer.Argument(
                help=_("What to look for; words that must stand together go into quotation marks."), metavar=_("WORDS…")
            ),
        ],
        codes: Annotated[bool, typer.Option("--codes", help=_("Look at codes alone, not at names and text."))] = False,
        limit: Annotated[int, typer.Option(min=1, max=1000, help=_("So many documents at most."))] = PAGE,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        scope = Scope.CODES if codes else Scope.ALL
        answer = search_at_desk(open_context(ctx), _typed(words), scope, limit)
        emit(answer, as_json=as_json, show=lambda console: _show(console, answer))


def _typed(words: Sequence[str]) -> str:
    """Give what was typed, with the quotation marks that the shell took away."""
    return " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)


def _show(console: Console, answer: Answer) -> None:
    if answer.documents:
        table = plain_table(
            _("Document"), _("Type"), _("Number and symbol"), _("Issued on"), _("Agency"), _("State"), _("Found in")
        )
        for one in answer.documents:
            name = Text(one.name)
            kind = Text(" · ".join(part for part in (one.type_name, one.subject) if part) or "–")
            day = value_text(one.issued_on) if one.issued_on else "–"
            agency = Text(one.agency_name or one.agency_code)
            state, where = state_name(one.state), where_name(one.where)
            table.add_row(name, kind, Text(one.symbol or "–"), day, agency, state, where)
        console.print(table)
    if answer.unscanned:
        rows = plain_table(_("In the register, without a scan"), _("Number and symbol"), _("Procedure"), _("Agency"))
        for row in answer.unscanned:
            rows.add_row(
                Text(row.record_code), Text(row.symbol or "–"), Text(row.procedure_code or "–"), row.agency_code
            )
        console.print(rows)
    console.print(_told(answer), markup=False)


def _told(answer: Answer) -> str:
    if answer.is_more:
        return _("More than {count} documents found; another word narrows it down").format(count=answer.total)
    if answer.total > len(answer.documents):
        counts = _("{shown} of {total} documents found; --limit shows more.")
        return counts.format(shown=len(answer.documents), total=answer.total)
    if answer.total or answer.unscanned:
        return _("Documents found: {count}").format(count=answer.total)
    return "\n".join(
        (
            _("No document was found"),
            "  " + _("Of a code the beginning is enough; see that no digit is wrong."),
            "  " + _("Try fewer words, and leave out what may be written otherwise."),
        )
    )
