"""`sohoa progress recount`: count every register row anew, whatever was kept."""

from typing import Annotated

import typer

from config.i18n import gettext as _
from pipeline.reporting import recount
from scripts.invocation import emit, open_context
from scripts.verbs import App


def register_recount(group: App) -> None:
    """Add the verb."""

    @group.command("recount", help=_("Count every register row anew, whatever sums were kept."))
    def recount_all(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        rows = recount(open_context(ctx))
        text = _("Counted anew: {rows} register rows.").format(rows=rows)
        emit({"rows": rows}, as_json=as_json, show=lambda console: console.print(text, markup=False))
