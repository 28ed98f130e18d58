"""The fields of a document on the screen: one line each, or with all that is known of why a value counts."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from config.dates import value_text
from config.i18n import gettext as _
from pipeline.field_views import FieldView, Why
from pipeline.field_wording import field_notes, percent, source_line
from pipeline.register.filling import FILLING
from pipeline.wording import field_name, field_order, source_name

KEPT, BROKEN = "✓", "✗"


def plain_table(*headings: str) -> Table:
    """Give an empty table without lines."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def field_table(fields: Sequence[FieldView]) -> Table:
    """Give a line for each field: its value, how sure it is, where it comes from, and what is to be said of it."""
    table = plain_table(_("Field"), _("Value"), _("Sure"), _("Source"), _("Note"))
    for field in _ordered(fields):
        table.add_row(
            Text(field_name(field.name)),
            Text(value_text(field.value or "–")),
            Text(percent(field.confidence if field.value is not None else None)),
            source_name(field.source, is_as_read=field.is_as_read, is_absent=field.is_absent),
            Text("; ".join(field_notes(field))),
        )
    return table


def field_details(fields: Sequence[FieldView]) -> Iterator[RenderableType]:
    """Give lines with all that is known of each field: place, rules, and what the other sources say."""
    for field in _ordered(fields):
        yield Text.assemble((f"{field_name(field.name)}: ", "bold"), value_text(field.value or "–"))
        yield indented(Text(source_line(field)))
        for note in field_notes(field):
            yield indented(Text(note, style="yellow" if field.status == "review" else ""))
        for line in why_lines(field.why, is_filled=field.source == "register"):
            yield indented(line)


def why_lines(rules: Sequence[Why], *, is_filled: bool = False) -> Iterator[Text]:
    """Give the rules that spoke, those on the register's value under a line of their own."""
    for why in rules:
        if why.rule not in FILLING:
            yield _rule_line(why)
    on_filling = [why for why in rules if why.rule in FILLING]
    if on_filling:
        yield Text(
            _("why the register's value counts:") if is_filled else _("why the register's value does not count:")
        )
    for why in on_filling:
        yield Text("  ") + _rule_line(why)


def _rule_line(why: Why) -> Text:
    return Text(f"{KEPT if why.is_kept else BROKEN} {why.text}")


def indented(line: RenderableType, by: int = 4) -> Table:
    """Give a line set in, wrapped where it is too long: also in a file nothing of it is cut off."""
    grid = Table.grid(padding=(0, 0, 0, by), pad_edge=True)
    grid.add_column(overflow="fold")
    grid.add_row(line)
    return grid


def _ordered(fields: Sequence[FieldView]) -> list[FieldView]:
    return sorted(fields, key=lambda field: field_order(field.name))
