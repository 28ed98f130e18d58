"""`sohoa backfill`: redo what is missing or stale, and only that; see, pause, resume and cancel what was asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from config.errors import ExitCode
from config.i18n import gettext as _
from pipeline.backfill import BackfillPlan, BackfillScope, plan_backfill
from pipeline.backfill.pace import Estimate, estimate
from pipeline.backfill.plans import Asked, BackfillView, Priority, keep_plan
from pipeline.backfill.wording import estimate_lines
from pipeline.context import Context
from pipeline.targets import Level
from pipeline.wording import stage_name
from scripts.backfill_scope import StageChoice, TypedScope, reason_of, scope_of
from scripts.carrying_on import carry_on, leave_to_server
from scripts.commands import backfill_plans
from scripts.commands.run_command import show_summary
from scripts.confirming import confirm
from scripts.invocation import DAY, emit, open_context
from scripts.verbs import App, VerbsWithDefault


class BackfillVerbs(VerbsWithDefault):
    """What is no verb is a scope to begin with; nothing at all is everything."""

    default_verb = "start"
    is_said_by_nothing = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was planned, and what it takes."""

    plan: BackfillPlan
    estimate: Estimate
    reissue: bool


def register(app: App) -> None:
    """Add the verbs."""
    group = app.group("backfill", _("Redo missing or stale work, and only that."), BackfillVerbs)
    _register_start(group)
    backfill_plans.register(group)


def _register_start(group: App) -> None:
    @group.command("start", help=_("Plan and redo what is missing or stale; the word start may be left out."))
    def start(  # noqa: PLR0917 - one argument an option
        ctx: typer.Context,
        unit: Annotated[
            str | None,
            typer.Option(
                help=_("An agency with those under it, or the code of a province, district or commune."),
                metavar=_("CODE"),
            ),
        ] = None,
        on: Annotated[
            datetime | None,
            typer.Option(formats=DAY, help=_("The unit as it was made up on this day; default: today.")),
        ] = None,
        level: Annotated[Level | None, typer.Option(help=_("Only agencies of this level."))] = None,
        period: Annotated[
            str | None,
            typer.Option(help=_("When received: 2024, 2024-Q2, 05/2024, 01/05/2024..30/06/2024."), metavar=_("PERIOD")),
        ] = None,
        first: Annotated[
            datetime | None, typer.Option("--from", formats=DAY, help=_("First day of receipt (Vietnam time)."))
        ] = None,
        last: Annotated[
            datetime | None, typer.Option("--to", formats=DAY, help=_("Last day of receipt (Vietnam time)."))
        ] = None,
        type_code: Annotated[
            str | None, typer.Option("--type", help=_("Only documents of this type."), metavar=_("TYPE"))
        ] = None,
        stage: Annotated[StageChoice | None, typer.Option(help=_("Only from this stage on."))] = None,
        stale_only: Annotated[
            bool, typer.Option("--stale-only", help=_("Only what is stale, not what is missing or stuck."))
        ] = False,
        limit: Annotated[
            int | None, typer.Option(help=_("At most so many documents."), min=1, metavar=_("NUMBER"))
        ] = None,
        priority: Annotated[Priority, typer.Option(help=_("low: after new work; normal: beside it."))] = Priority.LOW,
        reissue: Annotated[
            bool, typer.Option("--reissue", help=_("New PDF versions of archived files; the old ones stay."))
        ] = False,
        reason: Annotated[
            str | None, typer.Option(help=_("Why new versions are wanted; no personal data."), metavar=_("TEXT"))
        ] = None,
        yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
        background: Annotated[bool, typer.Option("--background", help=_("Leave the work to `sohoa serve`."))] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count only; change nothing."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        why = reason if dry_run else reason_of(reissue, reason)
        typed = TypedScope(unit, on, level, period, first, last, type_code, stage, limit, stale_only, reissue)
        scope = scope_of(context, typed)
        wanted = _plan(context, scope)
        if dry_run or not wanted.plan.documents:
            emit(_counts(wanted), as_json=as_json, show=lambda console: _show(console, context, wanted))
            return
        if reissue:
            confirm(_effect(wanted.plan), is_yes=yes)
        view = keep_plan(context, Asked(scope, wanted.plan, wanted.estimate, priority, why))
        (_leave if background else _work)(context, wanted, view, as_json=as_json)


def _plan(context: Context, scope: BackfillScope) -> Wanted:
    plan = plan_backfill(context, scope)
    return Wanted(plan, estimate(context, plan), reissue=scope.reissue)


def _work(context: Context, wanted: Wanted, view: BackfillView, *, as_json: bool) -> None:
    summary = carry_on(context, view)

    def show(console: Console) -> None:
        _show(console, context, wanted)
        show_summary(console, summary)

    result = {**_counts(wanted), "number": view.number, "states": summary.states, "failures": summary.failures}
    emit(result, as_json=as_json, show=show)
    if summary.has_failures:
        raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)


def _leave(context: Context, wanted: Wanted, view: BackfillView, *, as_json: bool) -> None:
    def show(console: Console) -> None:
        _show(console, context, wanted)
        leave_to_server(console, context, view)

    emit({**_counts(wanted), "number": view.number}, as_json=as_json, show=show)


def _effect(plan: BackfillPlan) -> str:
    return _(
        "{documents} archived documents get a new version, which waits for review and release as a new scan does. "
        "Until it is archived they do not count as digitized; the versions before stay."
    ).format(documents=plan.documents)


def _counts(wanted: Wanted) -> dict[str, object]:
    plan = wanted.plan
    return {
        "documents": plan.documents,
        "pages": plan.pages,
        "sealed": plan.sealed,
        "reissue": wanted.reissue,
        "stages": plan.by_stage,
        "estimate": wanted.estimate,
    }


def _show(console: Console, context: Context, wanted: Wanted) -> None:
    plan = wanted.plan
    if not plan.documents:
        nothing = (
            _("No archived PDF would be built otherwise.") if wanted.reissue else _("Nothing is missing or stale.")
        )
        console.print(nothing)
        return
    console.print(
        _("To redo: documents {documents}, pages {pages}.").format(documents=plan.documents, pages=plan.pages)
    )
    for name, count in plan.by_stage.items():
        console.print(f"  {count:>6}  {stage_name(name)}", markup=False)
    if wanted.reissue:
        console.print(_effect(plan), markup=False)
    elif plan.sealed:
        console.print(_("Sealed of these: {sealed}; their PDF stays as it is.").format(sealed=plan.sealed))
    for line in estimate_lines(wanted.estimate, context.settings.run.workers):
        console.print(line, markup=False)
