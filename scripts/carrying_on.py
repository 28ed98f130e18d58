"""A backfill worked on before a person's eyes, or left to the process that serves."""

from rich.console import Console

from config.i18n import gettext as _
from flows.owner import is_served
from flows.running import backfill_once
from pipeline.backfill.plans import BackfillBusyError, BackfillView
from pipeline.context import Context
from pipeline.machines import list_machines
from pipeline.outcome import RunSummary
from scripts.following import Following
from scripts.invocation import told
from scripts.stopping import ends_at_once


def carry_on(ctx: Context, view: BackfillView) -> RunSummary:
    """Work a backfill off here, its progress shown. Raise BackfillBusyError when another process works on it."""
    if view.is_at_work:
        raise BackfillBusyError(number=view.number)
    if view.started_at is not None:
        told().print(_("Backfill {number} goes on where it stopped.").format(number=view.number))
    else:
        told().print(
            _("Backfill {number}. Ctrl-C stops it, `sohoa backfill resume {number}` goes on.").format(
                number=view.number
            )
        )
    with ends_at_once(), Following(ctx, view.number):
        return backfill_once(ctx, view.number)


def leave_to_server(console: Console, ctx: Context, view: BackfillView) -> None:
    """Say that a backfill is planned and who will work on it."""
    if is_served(ctx) or _is_served_elsewhere(ctx):
        text = _("Backfill {number} is planned; `sohoa serve` begins within minutes.")
    else:
        text = _("Backfill {number} is planned, but nobody serves: start `sohoa serve`, or resume it yourself.")
    console.print(text.format(number=view.number))
    console.print("→ " + _("Watch it: sohoa backfill show {number} --follow").format(number=view.number))


def _is_served_elsewhere(ctx: Context) -> bool:
    """Say whether a worker of the site, on this machine or another, will come to it."""
    return bool(ctx.settings.scheduler.url) and any(not machine.is_silent for machine in list_machines(ctx))
