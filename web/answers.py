"""The form of the review desk, read: what was shown, what was chosen and typed, one answer a matter."""

from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from pipeline.review_answers import Answer, How
from pipeline.review_seen import Seen
from web.forms import FormStaleError

_SEEN = "seen."


async def sent_form(request: Request) -> FormData:
    """Give the form that was sent."""
    return await request.form()


SentForm = Annotated[FormData, Depends(sent_form)]


def answers_in(form: FormData) -> list[Answer]:
    """Give the answers of a form. Raise FormStaleError for one that no page of ours made."""
    return [_answer(form, name.removeprefix(_SEEN)) for name in form if name.startswith(_SEEN)]


def seen_in(text: str) -> Seen:
    """Give what was shown with a form. Raise FormStaleError for what no page of ours wrote."""
    try:
        return Seen.parse(text)
    except ValueError as err:
        raise FormStaleError from err


def _answer(form: FormData, key: str) -> Answer:
    how = None
    with suppress(ValueError):
        how = How(str(form.get(f"how.{key}", "")))
    return Answer(
        key=key,
        seen=seen_in(str(form.get(_SEEN + key, ""))),
        how=how,
        value=str(form.get(f"value.{key}", "")),
        shown=str(form.get(f"shown.{key}", "")),
        may_differ=f"differs.{key}" in form,
    )
