"""What is said after an answer at the review desk: what is still open of the document, and what comes next."""

from uuid import UUID

from config.i18n import gettext as _
from pipeline.context import Context
from pipeline.reason_wording import reason_name
from pipeline.review import OpenQuestion, needs_release, open_questions
from pipeline.wording import field_name, field_order, state_name
from scripts.invocation import emit
from storage.ledger.states import DocumentState


def tell_settled(ctx: Context, document: str, document_id: UUID, state: DocumentState, *, as_json: bool) -> None:
    """Tell the state a document came to by an answer, what is open of it, and what comes next."""
    questions = sorted(open_questions(ctx, document_id=document_id), key=lambda one: field_order(one.field_name or ""))
    still_open = [{"field": one.field_name, "reason": one.reason_code} for one in questions]
    result = {"document": document, "state": str(state), "open": still_open}
    lines = _still_open(document, questions) if questions else [_next_step(ctx, document, document_id, state)]
    emit(
        result,
        as_json=as_json,
        show=lambda console: console.print("\n".join(lines), markup=False, soft_wrap=True),
    )


def _still_open(document: str, questions: list[OpenQuestion]) -> list[str]:
    names = ", ".join(_subject(one) for one in questions)
    lines = [_("{document}: still to be settled: {names}").format(document=document, names=names)]
    unread = next((one.field_name for one in questions if one.field_name and one.value is None), None)
    if unread:
        lines.append(
            _(
                "Where nothing was read, give the value: sohoa review set {document} {field} VALUE; "
                "where the paper has none, --absent for VALUE"
            ).format(document=document, field=unread)
        )
    return lines


def _subject(question: OpenQuestion) -> str:
    if question.field_name is None:
        return reason_name(question.reason_code)
    return f"{field_name(question.field_name)} ({question.field_name})"


def _next_step(ctx: Context, document: str, document_id: UUID, state: DocumentState) -> str:
    if state in {DocumentState.WAITING_RELEASE, DocumentState.PENDING_SIGNATURE}:
        return _("{document}: set; it must be released after this change: sohoa release list").format(document=document)
    if state is not DocumentState.IN_WORK:
        return f"{document}: {state_name(state)}"
    if not needs_release(ctx, document_id):
        return _("{document}: nothing is open any more; the next `sohoa run` takes it on.").format(document=document)
    return _(
        "{document}: nothing is open any more; the next `sohoa run` takes it on to release, "
        "unless it finds something new to ask."
    ).format(document=document)
