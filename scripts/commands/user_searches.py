"""`sohoa user searches` and `sohoa user forget-words`: who searched for what and why, and the end of the words."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.dates import day_text, instant_text
from config.i18n import gettext as _
from pipeline.personal_data import category_name
from pipeline.search.history import PastSearch, count_words, forget_words, past_searches
from pipeline.search.wording import scope_name
from scripts.confirming import confirm
from scripts.field_table import plain_table
from scripts.invocation import DAY, emit, open_context
from scripts.verbs import App

SHOWN = 50


def register_searches(group: App) -> None:
    """Add the verbs."""

    @group.command("searches", help=_("List who searched for what, when, and for which reason; newest first."))
    def searches(
        ctx: typer.Context,
        actor: Annotated[
            str | None,
            typer.Option("--of", help=_("Only of this person: web:LOGIN on the page, LOGIN on the command line.")),
        ] = None,
        limit: Annotated[int, typer.Option(min=1, max=10_000, help=_("So many searches at most."))] = SHOWN,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        found = past_searches(open_context(ctx), actor, limit)
        emit(found, as_json=as_json, show=lambda console: _show(console, found))

    @group.command("forget-words", help=_("Delete the words of older searches for good; who searched and when stays."))
    def forget_words_(
        ctx: typer.Context,
        before: Annotated[
            datetime, typer.Option(formats=DAY, help=_("Of searches made before this day."), metavar=_("DAY"))
        ],
        is_dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        is_yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context, day = open_context(ctx), before.date()
        count = count_words(context, day)
        effect = _("The words of {count} searches made before {day} are deleted for good.").format(
            count=count, day=day_text(day)
        )
        if count and not is_dry_run:
            confirm(effect, is_yes=is_yes)
            count = forget_words(context, day)
        result = {"searches": count, "before": day, "dry_run": is_dry_run}
        emit(result, as_json=as_json, show=lambda console: console.print(Text(effect)))


def _show(console: Console, found: list[PastSearch]) -> None:
    if not found:
        console.print(_("Nobody has searched yet."))
        return
    table = plain_table(_("When"), _("Who"), _("Searched in"), _("Words"), _("Reason"))
    for one in found:
        words = _("(deleted)") if one.words is None else one.words
        reason = f"{category_name(one.category)}: {one.reason}" if one.category else "–"
        table.add_row(instant_text(one.at), Text(one.actor), scope_name(one.scope), Text(words), Text(reason))
    console.print(table)
