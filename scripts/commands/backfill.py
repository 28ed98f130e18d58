"""`sohoa backfill`: redo what is missing or stale, and only that."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from config.codes import normalize_agency_code
from config.errors import ExitCode
from config.i18n import gettext as _
from flows.running import backfill_once
from pipeline.backfill import BackfillPlan, BackfillScope, plan_backfill
from pipeline.targets import Level
from pipeline.wording import stage_name
from scripts.commands.run_command import show_summary
from scripts.invocation import DAY, emit, open_context
from scripts.stopping import ends_at_once
from scripts.verbs import App
from scripts.watching import LiveDisplay


class StageChoice(StrEnum):
    """The stages work can be redone from."""

    DELIVER = "deliver"
    PREPARE = "prepare"
    RECOGNIZE = "recognize"
    ASSEMBLE = "assemble"
    EXTRACT = "extract"


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Redo missing or stale work, and only that."))
    def backfill(  # noqa: PLR0917 - one argument an option
        ctx: typer.Context,
        unit: Annotated[str | None, typer.Option(help=_("Only this agency's documents."), metavar=_("AGENCY"))] = None,
        level: Annotated[Level | None, typer.Option(help=_("Only agencies of this level."))] = None,
        first: Annotated[
            datetime | None, typer.Option("--from", formats=DAY, help=_("First day of receipt (Vietnam time)."))
        ] = None,
        last: Annotated[
            datetime | None, typer.Option("--to", formats=DAY, help=_("Last day of receipt (Vietnam time)."))
        ] = None,
        stage: Annotated[StageChoice | None, typer.Option(help=_("Only from this stage on."))] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        scope = BackfillScope(
            normalize_agency_code(unit) if unit else None,
            level,
            first.date() if first else None,
            last.date() if last else None,
            stage.value if stage else None,
        )
        if dry_run:
            plan = plan_backfill(open_context(ctx), scope)
            emit(_counts(plan), as_json=as_json, show=lambda console: _show(console, plan))
            return
        with ends_at_once(), LiveDisplay() as display:
            plan, summary = backfill_once(open_context(ctx, watcher=display), scope)

        def show(console: Console) -> None:
            _show(console, plan)
            if plan.work:
                show_summary(console, summary)

        emit({**_counts(plan), "states": summary.states, "failures": summary.failures}, as_json=as_json, show=show)
        if summary.has_failures:
            raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)


def _counts(plan: BackfillPlan) -> dict[str, object]:
    return {"documents": plan.documents, "pages": plan.pages, "stages": plan.by_stage()}


def _show(console: Console, plan: BackfillPlan) -> None:
    if not plan.work:
        console.print(_("Nothing is missing or stale."))
        return
    console.print(
        _("To redo: documents {documents}, pages {pages}.").format(documents=plan.documents, pages=plan.pages)
    )
    for name, count in plan.by_stage().items():
        console.print(f"  {count:>6}  {stage_name(name)}", markup=False)
