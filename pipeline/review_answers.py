"""Answers to what is asked about one document, given together: each is taken or refused by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from config.errors import SohoaError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline import review
from pipeline.context import Context
from pipeline.extract import FieldName
from pipeline.review_desk import Desk, Kind, Matter, look_at
from pipeline.review_links import link_row
from pipeline.review_seen import OtherwiseMeanwhileError, Seen, tasks_as_seen


class How(StrEnum):
    """How a matter is settled; left open, it is asked again."""

    LEAVE = "leave"
    ACCEPT = "accept"
    SET = "set"
    ABSENT = "absent"
    NO_ROW = "no_row"


class AnswerUnclearError(UsageError):
    """An answer does not say what is meant."""

    code = "answer_unclear"
    message = _("{cause}")
    remedy = _("Choose one of the answers; for a correction also type the value that stands on the page.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says of one matter, in the words of a form, and what was seen when saying so."""

    key: str
    seen: Seen
    how: How | None
    """None: nothing was chosen."""
    value: str = ""
    shown: str = ""
    """The value that stood in the form before anybody typed."""
    may_differ: bool = False

    @property
    def is_retyped(self) -> bool:
        """Whether another value was typed than stood there."""
        return self.value.strip() not in {"", self.shown}


@dataclass(frozen=True, slots=True)
class Given:
    """What became of the answers: how many were taken, and why the others were not, by key."""

    taken: int
    refused: dict[str, SohoaError] = field(default_factory=dict)


def give(ctx: Context, document_id: UUID, answers: Iterable[Answer]) -> Given:
    """Take what can be taken of some answers; nothing of one that is refused is kept.

    Raise NotFoundError for a document that is in no record.
    """
    desk = look_at(ctx, document_id)
    matters = {matter.key: matter for matter in desk.matters}
    taken, refused = 0, dict[str, SohoaError]()
    # The whole before its parts: number and symbol are held against it.
    for answer in sorted(answers, key=lambda one: _is_part(matters.get(one.key))):
        try:
            taken += _take(ctx, desk, matters.get(answer.key), answer)
        except SohoaError as cause:
            refused[answer.key] = cause
    return Given(taken, refused)


def _is_part(matter: Matter | None) -> bool:
    return matter is None or matter.first.field_name != FieldName.CODE


def _take(ctx: Context, desk: Desk, matter: Matter | None, answer: Answer) -> bool:
    """Take one answer as the command line would; tell whether there was one."""
    how = _meant(answer)
    if how is How.LEAVE:
        return False
    if how is not How.SET and answer.is_retyped:
        raise AnswerUnclearError(cause=gettext(_("another value was typed, and another answer chosen")))
    if matter is None:
        raise _not_open(ctx, desk, answer.seen)
    if how is How.ACCEPT:
        review.accept(ctx, desk.document_id, seen=answer.seen)
    elif matter.kind in {Kind.ROW, Kind.OTHER_ROW}:
        link_row(ctx, desk.document_id, None if how is How.NO_ROW else _typed(answer), seen=answer.seen)
    elif matter.first.field_name is None or how is How.NO_ROW:
        raise AnswerUnclearError(cause=gettext(_("this cannot be answered so")))
    else:
        value = None if how is How.ABSENT else _typed(answer)
        review.set_value(
            ctx, desk.document_id, matter.first.field_name, value, may_differ=answer.may_differ, seen=answer.seen
        )
    return True


def _meant(answer: Answer) -> How:
    """Give what is meant where nothing was chosen: who typed another value than the one shown corrects it."""
    if answer.how is not None:
        return answer.how
    return How.SET if answer.is_retyped else How.LEAVE


def _not_open(ctx: Context, desk: Desk, seen: Seen) -> SohoaError:
    """Give why a matter that was shown is asked no more."""
    try:
        with ctx.ledger.session() as session:
            tasks_as_seen(session, desk.document_id, seen)
    except SohoaError as cause:
        return cause
    return OtherwiseMeanwhileError(document=desk.name, subject=gettext(_("this question")))


def _typed(answer: Answer) -> str:
    if not answer.value.strip():
        raise AnswerUnclearError(cause=gettext(_("no value was typed")))
    return answer.value
