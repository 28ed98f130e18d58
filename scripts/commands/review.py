"""`sohoa review`: settle what the machine was unsure of."""

from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from config.i18n import gettext as _
from pipeline import review as desk
from pipeline.review import OpenQuestion
from pipeline.wording import field_name, reason_name, state_name
from scripts.invocation import emit, open_context
from storage.ledger.states import DocumentState


def register(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(help=_("The review list: what a person must settle."), no_args_is_help=True)
    app.add_typer(group, name="review")
    _register_reading(group)
    _register_settling(group)


def _register_reading(group: typer.Typer) -> None:
    @group.command("list", help=_("List the open questions."))
    def list_(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        questions = desk.open_questions(open_context(ctx))
        emit(questions, as_json=as_json, show=lambda console: _show(console, questions))

    @group.command("show", help=_("Show the open questions of one record."))
    def show(
        ctx: typer.Context,
        code: Annotated[str, typer.Argument(help=_("Mã hồ sơ."))],
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        questions = desk.open_questions(open_context(ctx), record_code=code)
        emit(questions, as_json=as_json, show=lambda console: _show(console, questions))


def _register_settling(group: typer.Typer) -> None:
    @group.command("accept", help=_("Take what was read as right: one field, or all that is open."))
    def accept(
        ctx: typer.Context,
        document: Annotated[UUID, typer.Argument(help=_("Id of the document."))],
        field: Annotated[str | None, typer.Option(help=_("Only this field."))] = None,
    ) -> None:
        _tell(desk.accept(open_context(ctx), document, field))

    @group.command("set", help=_("Give a field the value a person read on the page."))
    def set_(
        ctx: typer.Context,
        document: Annotated[UUID, typer.Argument(help=_("Id of the document."))],
        field: Annotated[str, typer.Argument(help=_("Name of the field."))],
        value: Annotated[str, typer.Argument(help=_("The value; dates as day/month/year."))],
    ) -> None:
        _tell(desk.set_value(open_context(ctx), document, field, value))

    @group.command("reject", help=_("Refuse a document: it must be scanned again (or is secret)."))
    def reject(
        ctx: typer.Context,
        document: Annotated[UUID, typer.Argument(help=_("Id of the document."))],
    ) -> None:
        _tell(desk.reject(open_context(ctx), document))


def _tell(state: DocumentState) -> None:
    emit({"state": str(state)}, as_json=False, show=lambda console: console.print(state_name(state)))


def _show(console: Console, questions: list[OpenQuestion]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in (_("Document"), _("Record"), _("No."), _("Field"), _("Read"), _("Page"), _("Why")):
        table.add_column(heading, overflow="fold")
    for question in questions:
        table.add_row(
            str(question.document_id),
            question.record_code,
            str(question.stt),
            field_name(question.field_name) if question.field_name else "–",
            question.value or "–",
            str(question.page or "–"),
            reason_name(question.reason_code),
        )
    console.print(table)
    console.print(_("{count} open questions").format(count=len(questions)))
