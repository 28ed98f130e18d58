"""`sohoa backfill`: redo what is missing or stale, and only that."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from config.errors import ExitCode
from config.i18n import gettext as _
from pipeline.backfill import BackfillPlan, BackfillScope, plan_backfill
from pipeline.stages import STAGES
from scripts.commands.run_command import show_summary
from scripts.invocation import emit, open_context
from scripts.watching import LiveDisplay

DAY = ["%Y-%m-%d", "%d/%m/%Y"]


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command(help=_("Redo missing or stale work, by unit, period and stage; a second run finds nothing to do."))
    def backfill(  # noqa: PLR0917 - one argument an option
        ctx: typer.Context,
        unit: Annotated[str | None, typer.Option(help=_("Code of the agency."))] = None,
        level: Annotated[str | None, typer.Option(help=_("province, district or commune."))] = None,
        first: Annotated[
            datetime | None, typer.Option("--from", formats=DAY, help=_("First day of receipt (Vietnam time)."))
        ] = None,
        last: Annotated[
            datetime | None, typer.Option("--to", formats=DAY, help=_("Last day of receipt (Vietnam time)."))
        ] = None,
        stage: Annotated[str | None, typer.Option(help=_("From this stage on: ") + _stages())] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if stage is not None and stage not in {known.name for known in STAGES}:
            raise typer.BadParameter(_stages(), param_hint="--stage")
        scope = BackfillScope(unit, level, first.date() if first else None, last.date() if last else None, stage)
        if dry_run:
            plan = plan_backfill(open_context(ctx), scope)
            emit(_counts(plan), as_json=as_json, show=lambda console: _show(console, plan))
            return
        from flows.running import backfill_once  # noqa: PLC0415 - Prefect takes a second to load

        with LiveDisplay() as display:
            plan, summary = backfill_once(open_context(ctx, watcher=display), scope)

        def show(console: Console) -> None:
            _show(console, plan)
            show_summary(console, summary)

        emit({**_counts(plan), "states": summary.states}, as_json=as_json, show=show)
        if summary.has_failures:
            raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)


def _stages() -> str:
    return ", ".join(stage.name for stage in STAGES)


def _counts(plan: BackfillPlan) -> dict[str, object]:
    return {"documents": plan.documents, "pages": plan.pages, "stages": plan.by_stage()}


def _show(console: Console, plan: BackfillPlan) -> None:
    console.print(
        _("To redo: {documents} documents, {pages} pages.").format(documents=plan.documents, pages=plan.pages)
    )
    for name, count in plan.by_stage().items():
        console.print(f"  {name}: {count}")
