"""`sohoa review`: settle what the machine was unsure of."""

from collections.abc import Callable
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from config.errors import UsageError
from config.i18n import gettext as _
from pipeline import review as desk
from pipeline.describing import set_metadata
from pipeline.naming import document_name, find_document
from pipeline.review import OpenQuestion
from pipeline.review_crops import with_crops
from pipeline.review_effects import effect_of_reject
from pipeline.review_fields import named_datum
from pipeline.review_links import link_row
from pipeline.wording import metadata_name, metadata_value, state_name
from scripts.confirming import confirm
from scripts.invocation import emit, open_context
from scripts.questions import question_blocks, question_table
from scripts.settled import tell_settled
from scripts.verbs import App
from storage.ledger.states import DocumentState


def register(app: App) -> None:
    """Add the verb."""
    group = app.group("review", _("Settle what the machine was unsure of."))
    _register_reading(group)
    _register_answering(group)
    _register_linking(group)
    _register_refusing(group)


def _register_reading(group: App) -> None:
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
        code: Annotated[str, typer.Argument(help=_("Mã hồ sơ."), metavar=_("RECORD"))],
        has_crops: Annotated[
            bool, typer.Option("--crops", help=_("Write a picture of each field on its page; the next run deletes it."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        questions = desk.open_questions(context, record_code=code)
        if has_crops:
            questions = with_crops(context, questions)
        emit(questions, as_json=as_json, show=lambda console: _show(console, questions, question_blocks))


def _register_answering(group: App) -> None:
    @group.command("accept", help=_("Take what was read as right: one field, or all that is open."))
    def accept(
        ctx: typer.Context,
        document: Annotated[
            str, typer.Argument(help=_("Mã hồ sơ and number, such as H41.15-260311-0012.1."), metavar=_("DOCUMENT"))
        ],
        field: Annotated[str | None, typer.Option(help=_("Only this field."))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        document_id = find_document(context, document)
        state = desk.accept(context, document_id, field)
        tell_settled(context, document, document_id, state, as_json=as_json)

    @group.command(
        "set",
        help=_("Give a field the value that a person read on the page, or archival metadata what a person knows."),
    )
    def set_(
        ctx: typer.Context,
        document: Annotated[
            str, typer.Argument(help=_("Mã hồ sơ and number, such as H41.15-260311-0012.1."), metavar=_("DOCUMENT"))
        ],
        field: Annotated[
            str,
            typer.Argument(
                help=_("Name of the field, as the list shows it; in Vietnamese too, with or without marks."),
                metavar=_("FIELD"),
            ),
        ],
        value: Annotated[
            str | None, typer.Argument(help=_("The value; dates as day/month/year or in words."), metavar=_("VALUE"))
        ] = None,
        is_absent: Annotated[
            bool, typer.Option("--absent", help=_("The field is not on the paper; instead of a value."))
        ] = False,
        may_differ: Annotated[
            bool,
            typer.Option("--differs-from-register", help=_("The page says so, though the register says otherwise.")),
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        datum = named_datum(field)
        if (value is None) is not is_absent or (value is None and datum is not None):
            raise UsageError(
                cause=_("“{field}” needs a value, or for a field of the page --absent").format(field=field)
            )
        if datum is not None and value is not None:
            _tell_metadata(document, datum, set_metadata(context, document, datum, value), as_json)
            return
        document_id = find_document(context, document)
        state = desk.set_value(context, document_id, field, value, may_differ=may_differ)
        tell_settled(context, document, document_id, state, as_json=as_json)


def _register_linking(group: App) -> None:
    @group.command("link", help=_("Say which row of the register a document is, or that it is none."))
    def link(
        ctx: typer.Context,
        document: Annotated[
            str, typer.Argument(help=_("Mã hồ sơ and number, such as H41.15-260311-0012.1."), metavar=_("DOCUMENT"))
        ],
        row: Annotated[
            str | None, typer.Argument(help=_("Mã hồ sơ or name of the row in the register."), metavar=_("ROW"))
        ] = None,
        is_none: Annotated[
            bool, typer.Option("--none", help=_("The document is no row of the register; instead of a row."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if (row is None) is not is_none:
            raise UsageError(cause=_("name a row of the register, or say --none"))
        context = open_context(ctx)
        document_id = find_document(context, document)
        state = link_row(context, document_id, row)
        tell_settled(context, document, document_id, state, as_json=as_json)


def _register_refusing(group: App) -> None:
    @group.command("reject", help=_("Refuse a document: it must be scanned again, or it is secret."))
    def reject(
        ctx: typer.Context,
        document: Annotated[
            str, typer.Argument(help=_("Mã hồ sơ and number, such as H41.15-260311-0012.1."), metavar=_("DOCUMENT"))
        ],
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        document_id = find_document(context, document)
        state = desk.foreseen_of_reject(context, document_id)
        effect = f"{document}: {effect_of_reject(state)}"
        if dry_run:
            _tell(document, state, as_json, effect)
            return
        confirm(effect, is_yes=yes)
        _tell(document, desk.reject(context, document_id), as_json)


def _tell(document: str, state: DocumentState, as_json: bool, text: str | None = None) -> None:
    result = {"document": document, "state": str(state)}
    sentence = text or f"{document}: {state_name(state)}"
    emit(result, as_json=as_json, show=lambda console: console.print(sentence, markup=False))


def _tell_metadata(name: str, field: str, value: str, as_json: bool) -> None:
    result = {"document": name, "field": field, "value": value}
    text = f"{name}: {metadata_name(field)} = {metadata_value(field, value)}"
    emit(result, as_json=as_json, show=lambda console: console.print(text, markup=False))


Layout = Callable[[list[OpenQuestion]], RenderableType]


def _show(console: Console, questions: list[OpenQuestion], layout: Layout | None = None) -> None:
    documents = 0
    for name, asked in groupby(questions, lambda question: document_name(question.record_code, question.stt)):
        console.print(Text(name, style="bold"))
        listed = list(asked)
        console.print(Padding((layout or question_table)(listed), (0, 0, 1, 2)))
        _show_crops(console, listed)
        documents += 1
    if not questions:
        console.print(_("Nothing to settle."))
        return
    console.print(
        _("Open questions: {count}; documents: {documents}.").format(count=len(questions), documents=documents)
    )
    console.print(
        _("Settle: sohoa review accept DOCUMENT [--field FIELD] · set DOCUMENT FIELD VALUE · reject DOCUMENT"),
        markup=False,
        soft_wrap=True,
    )


def _show_crops(console: Console, questions: list[OpenQuestion]) -> None:
    crops = [question.crop for question in questions if question.crop is not None]
    if crops:
        folder = _("Pictures of the fields: {folder}").format(folder=crops[0].parent)
        console.print(folder, markup=False, soft_wrap=True)
        for crop in crops:
            console.print(f"  {crop.name}", markup=False, soft_wrap=True)
        console.print()
