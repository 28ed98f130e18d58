"""`sohoa backfill list|show|pause|resume|cancel`: the backfills that were asked for."""

import time
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.dates import instant_text
from config.errors import ExitCode
from config.i18n import active_language
from config.i18n import gettext as _
from pipeline.backfill.plans import (
    BackfillView,
    cancel_plan,
    find_plan,
    list_plans,
    pause_plan,
    resume_plan,
)
from pipeline.backfill.wording import PRIORITIES, estimate_lines, progress_text, scope_text, state_text
from pipeline.context import Context
from pipeline.reason_wording import reason_name
from pipeline.reports.numbers import count_text
from scripts.carrying_on import carry_on, leave_to_server
from scripts.commands.run_command import show_summary
from scripts.field_table import plain_table
from scripts.following import LOOK_EACH_S, Following
from scripts.invocation import emit, open_context, plain
from scripts.stopping import stoppable
from scripts.verbs import App
from storage.ledger.states import BackfillState


def register(group: App) -> None:
    """Add the verbs."""
    _register_list(group)
    _register_show(group)
    _register_change(group, "pause", _("Stop a backfill for a while, after the documents in hand."), pause_plan)
    _register_resume(group)
    _register_change(group, "cancel", _("End a backfill; what was redone stays."), cancel_plan)


def _register_list(group: App) -> None:
    @group.command("list", help=_("List the backfills that are not over, the newest first."))
    def list_(
        ctx: typer.Context,
        show_all: Annotated[bool, typer.Option("--all", help=_("List those that are over too."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        views = list_plans(context, with_ended=show_all)
        emit(
            [_values(view) for view in views], as_json=as_json, show=lambda console: _show_list(console, context, views)
        )


def _register_show(group: App) -> None:
    @group.command("show", help=_("Show one backfill: what it is about and how far it is."))
    def show(
        ctx: typer.Context,
        number: Annotated[int, typer.Argument(help=_("The number of a backfill."), metavar=_("NUMBER"), min=1)],
        follow: Annotated[bool, typer.Option("--follow", help=_("Watch it until it stops, or Ctrl-C."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        view = find_plan(context, number)
        if follow:
            view = _follow(context, view)
        emit(_values(view), as_json=as_json, show=lambda console: _show_one(console, context, view))


def _register_change(group: App, name: str, purpose: str, change: Callable[[Context, int], BackfillView]) -> None:
    @group.command(name, help=purpose)
    def change_(
        ctx: typer.Context,
        number: Annotated[int, typer.Argument(help=_("The number of a backfill."), metavar=_("NUMBER"), min=1)],
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        view = change(context, number)
        emit(_values(view), as_json=as_json, show=lambda console: _show_one(console, context, view))


def _register_resume(group: App) -> None:
    @group.command("resume", help=_("Go on with a backfill that was paused or interrupted."))
    def resume(
        ctx: typer.Context,
        number: Annotated[int, typer.Argument(help=_("The number of a backfill."), metavar=_("NUMBER"), min=1)],
        background: Annotated[bool, typer.Option("--background", help=_("Leave the work to `sohoa serve`."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        view = resume_plan(context, number)
        if background:
            emit(_values(view), as_json=as_json, show=lambda console: leave_to_server(console, context, view))
            return
        summary = carry_on(context, view)
        after = find_plan(context, number)

        def show(console: Console) -> None:
            show_summary(console, summary)
            _show_one(console, context, after)

        emit({**_values(after), "states": summary.states}, as_json=as_json, show=show)
        if summary.has_failures:
            raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)


def _follow(ctx: Context, view: BackfillView) -> BackfillView:
    """Watch a backfill until nobody is to work on it any more, or a person has seen enough."""
    with stoppable(), Following(ctx, view.number):
        while view.state in {BackfillState.PLANNED, BackfillState.RUNNING} or view.is_at_work:
            time.sleep(LOOK_EACH_S)
            view = find_plan(ctx, view.number)
    return view


def _values(view: BackfillView) -> dict[str, object]:
    return {
        **plain(view),
        "scope": view.scope.as_json(),
        "is_interrupted": view.is_interrupted,
        "pages_a_minute": view.pages_a_minute,
        "seconds_left": view.seconds_left,
    }


def _show_list(console: Console, ctx: Context, views: list[BackfillView]) -> None:
    if not views:
        console.print(_("No backfill is planned, running or paused. Those that are over: sohoa backfill list --all"))
        return
    language = active_language()
    table = plain_table(_("Backfill"), _("State"), _("Scope"), _("Documents"), _("Failed"), _("Asked for by"))
    for view in views:
        done = f"{count_text(view.done + view.failed, language)}/{count_text(view.documents, language)}"
        table.add_row(
            str(view.number),
            Text(state_text(view)),
            Text(scope_text(ctx, view.scope)),
            done,
            count_text(view.failed, language),
            view.actor,
        )
    console.print(table)


def _show_one(console: Console, ctx: Context, view: BackfillView) -> None:
    console.print(Text.assemble((_("Backfill {number}").format(number=view.number), "bold"), f": {state_text(view)}"))
    lines = [
        _("Scope: {scope}").format(scope=scope_text(ctx, view.scope)),
        _("Asked for by {actor}, {instant}; {priority}").format(
            actor=view.actor, instant=instant_text(view.asked_at), priority=_(PRIORITIES[view.priority])
        ),
        *([_("Reason: {reason}").format(reason=view.reason)] if view.reason else []),
        progress_text(view),
    ]
    if view.started_at is None and view.ended_at is None:
        lines += estimate_lines(view.estimate, ctx.settings.run.workers)
    if view.ended_at is not None:
        lines.append(_("Over since {instant}").format(instant=instant_text(view.ended_at)))
    if view.busy:
        lines.append(
            _("Left, since other work held them to the end: {busy}; a new backfill finds them.").format(busy=view.busy)
        )
    lines += [
        _("{count} failed: {reason}").format(count=count, reason=reason_name(code))
        for code, count in view.failures.items()
    ]
    for line in lines:
        console.print(Text(f"  {line}"))
    for step in _next_steps(view):
        console.print(Text(f"→ {step}"))


def _next_steps(view: BackfillView) -> list[str]:
    steps = []
    if view.state is BackfillState.PAUSED or view.is_interrupted:
        steps.append(_("Go on with it: sohoa backfill resume {number}").format(number=view.number))
    elif view.state is BackfillState.RUNNING:
        steps.append(_("Stop it for a while: sohoa backfill pause {number}").format(number=view.number))
    elif view.state is BackfillState.PLANNED:
        steps.append(_("Work on it here: sohoa backfill resume {number}").format(number=view.number))
    if view.failures:
        steps.append(_("See which documents failed, and why: sohoa status"))
    return steps
