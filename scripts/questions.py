"""The open questions of one document on the screen: a line each in the list, a block each where one record is shown."""

import math
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from config.dates import value_text
from config.i18n import gettext as _
from pipeline.extract.reasons import HANDWRITTEN
from pipeline.field_wording import percent, place_text
from pipeline.reason_wording import reason_name
from pipeline.review import OpenQuestion
from pipeline.wording import field_name, field_order
from scripts.field_table import indented, plain_table, why_lines
from scripts.register_row import row_lines


def question_table(questions: list[OpenQuestion]) -> Table:
    """Give a line for each question: the field, what was read of it, on which page, and why it is asked."""
    table = plain_table(_("Field"), _("Name"), _("Read"), _("Page"), _("Why"))
    for question in _ordered(questions):
        table.add_row(
            Text(question.field_name or "–"),
            Text(field_name(question.field_name) if question.field_name else "–"),
            Text(value_text(question.value or "–")),
            ", ".join(map(str, question.suspected_pages or (question.page or "–",))),
            Text(_why(question)),
        )
    return table


def question_blocks(questions: list[OpenQuestion]) -> Group:
    """Give for each question all that helps to settle it: reading, reason, the register's value, where to look."""
    lines: list[RenderableType] = []
    for question in _ordered(questions):
        called = f"{field_name(question.field_name)} ({question.field_name})" if question.field_name else _("document")
        lines.append(Text(called, style="bold"))
        lines += [indented(line) for line in _facts(question)]
    return Group(*lines)


def _facts(question: OpenQuestion) -> Iterator[Text]:
    yield Text(_("asked because: {why}").format(why=reason_name(question.reason_code)), style="yellow")
    if question.field_name is not None and question.value is None:
        yield Text(_("the machine read nothing that it could give"))
    elif question.value is not None:
        chance = percent(question.confidence)
        read = _("the machine read: {value} (probability that it is right: {percent})")
        yield Text(read.format(value=value_text(question.value), percent=chance))
    if question.register_value is not None:
        yield Text(_("the register says: {value}").format(value=value_text(question.register_value)))
    if question.place is not None:
        yield Text(_("look here: {place}").format(place=place_text(question.place)))
    elif question.suspected_pages or question.page:
        pages = ", ".join(map(str, question.suspected_pages or (question.page,)))
        yield Text(_("look here: {place}").format(place=_("page {page}").format(page=pages)))
    yield from why_lines(question.why)
    yield from row_lines(question.row)


def _ordered(questions: list[OpenQuestion]) -> list[OpenQuestion]:
    return sorted(questions, key=lambda question: field_order(question.field_name or ""))


def _why(question: OpenQuestion) -> str:
    why = reason_name(question.reason_code)
    if question.reason_code == HANDWRITTEN and question.value is not None and question.confidence is not None:
        why = _("{why}; the machine's try is {percent} % sure").format(
            why=why, percent=math.floor(round(100 * question.confidence, 6))
        )
    if question.row is not None and question.row.record_code:
        return f"{why} {question.row.record_code}"
    if question.register_value is None:
        return why
    return _("{why}; the register says: {value}").format(why=why, value=value_text(question.register_value))
