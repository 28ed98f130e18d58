"""`sohoa run`: drain the inbox once."""

import math
import time
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console

from config.codes import normalize_agency_code
from config.errors import ExitCode
from config.i18n import gettext as _
from flows.running import digitize_once
from pipeline.context import Context
from pipeline.inbox_ledger import reconsider_refused
from pipeline.intake import time_to_stand_still
from pipeline.known_agencies import ensure_known_agency
from pipeline.outcome import RunSummary
from pipeline.reason_wording import reason_name
from pipeline.wording import state_name
from scripts.invocation import emit, open_context, told
from scripts.stopping import ends_at_once
from scripts.verbs import App
from scripts.watching import LiveDisplay
from storage.ledger.states import DocumentState

LONGEST_WAIT = timedelta(minutes=1)
"""How long a person at the keyboard is kept waiting for files to stand still."""


def register(app: App) -> None:
    """Add the verb."""

    @app.command("run", help=_("Work the inbox off once: read, seal what is released, archive."))
    def run(
        ctx: typer.Context,
        agency: Annotated[
            str | None, typer.Option(help=_("Only this agency's documents."), metavar=_("AGENCY"))
        ] = None,
        release_as_test: Annotated[
            bool, typer.Option("--release-as-test", help=_("Release batches as TEST; refused in production."))
        ] = False,
        retry_refused: Annotated[
            bool, typer.Option("--retry-refused", help=_("Look at refused files of the inbox again."))
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        code = normalize_agency_code(agency) if agency else None
        with ends_at_once(), LiveDisplay() as display:
            context = open_context(ctx, watcher=display)
            if code:
                ensure_known_agency(context, code, needs_inbox=True)
            if retry_refused:
                reconsider_refused(context)
            let_stand_still(context)
            summary = digitize_once(context, agency=code, release_as_test=release_as_test)
        emit(summary, as_json=as_json, show=lambda console: show_summary(console, summary))
        if summary.has_failures:
            raise typer.Exit(ExitCode.FINISHED_WITH_FAILURES)


def let_stand_still(ctx: Context) -> None:
    """Wait until what was only just put into the inbox has stood still, unless that takes long; a schedule comes again.

    Intake looks for itself: what changes while this waits is held as ever.
    """
    wait = time_to_stand_still(ctx)
    if timedelta() < wait <= LONGEST_WAIT:
        seconds = math.ceil(wait.total_seconds())
        told().print(
            _("Waiting {seconds} s until what was just put into the inbox stands still.").format(seconds=seconds)
        )
        time.sleep(wait.total_seconds())


def show_summary(console: Console, summary: RunSummary) -> None:
    """Tell what a run came to, and what to do next."""
    intake = summary.intake
    came_in = intake.taken or intake.held or intake.refused
    if not (summary.states or came_in or summary.trouble):
        console.print(_("Nothing to do."))
        return
    if came_in:
        console.print(
            _("Inbox: {taken} taken, {held} waiting, {refused} refused.").format(
                taken=intake.taken, held=intake.held, refused=intake.refused
            )
        )
    for state, count in sorted(summary.states.items(), key=_order):
        console.print(f"  {count:>6}  {state_name(state)}", markup=False)
    for failed in summary.failures:
        text = _("{count} failed: {reason}").format(count=failed.documents, reason=reason_name(failed.code))
        console.print(f"  {text}", markup=False)
    if summary.trouble:
        text = _("The head of the event log was not sealed: {reason}").format(reason=reason_name(summary.trouble))
        console.print(f"  {text}", markup=False)
    for step in _next_steps(summary):
        console.print(f"→ {step}", markup=False)


def _order(item: tuple[str, int]) -> int:
    states = [str(state) for state in DocumentState]
    return states.index(item[0]) if item[0] in states else len(states)


def _next_steps(summary: RunSummary) -> list[str]:
    steps = []
    if summary.unhindered(DocumentState.WAITING_ATTEST):
        steps.append(_("Have it signed by the person who scanned: sohoa attest"))
    if summary.unhindered(DocumentState.WAITING_REVIEW):
        steps.append(_("Settle what is open: sohoa review list"))
    if summary.unhindered(DocumentState.WAITING_RELEASE):
        steps.append(_("Release for sealing: sohoa release list"))
    if summary.has_failures or summary.intake.held:
        steps.append(_("See what is refused or waits, and why: sohoa status"))
    return steps
