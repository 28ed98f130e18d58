"""`sohoa fixity`: every stored byte read again in its turn, healed where it is bad, copied where a copy is missing."""

from decimal import Decimal
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.errors import ExitCode, UsageError
from config.i18n import active_language
from config.i18n import gettext as _
from pipeline.copies.fixity import FixityReport, due_copies, run_fixity
from pipeline.copies.standing import replica_standing
from pipeline.reports.numbers import decimal_text
from scripts.invocation import emit, open_context, told
from scripts.verbs import App

TOLD_EACH = 100
"""Copies between two lines of progress."""
MEGABYTE = 1_000_000


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Read stored files again and heal bad copies."))
    def fixity(
        ctx: typer.Context,
        unread: Annotated[
            int | None,
            typer.Option(
                help=_("All that was not read for so many days, in place of the day's share; 0: all there is."),
                min=0,
                metavar=_("DAYS"),
            ),
        ] = None,
        limit: Annotated[
            int | None, typer.Option(help=_("At most so many copies; the next call goes on."), min=1)
        ] = None,
        waiting: Annotated[
            bool, typer.Option("--waiting", help=_("Only copy what waits for the replica; read nothing again."))
        ] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only say what would be read and copied."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if waiting and (unread is not None or limit is not None):
            raise UsageError(cause=_("--waiting reads nothing again, so --unread and --limit say nothing with it"))
        context = open_context(ctx)
        if dry_run:
            replica = replica_standing(context)
            planned = {
                "to_read": 0 if waiting else due_copies(context, unread),
                "to_copy": replica.lag.waiting if replica else 0,
            }
            text = _("To be read again: {to_read} copies. To be copied to the replica: {to_copy} files.")
            return emit(planned, as_json=as_json, show=lambda out: out.print(text.format(**planned)))
        console = told()

        def tell(read: int, due: int) -> None:
            if read % TOLD_EACH == 0:
                console.print(_("{read} of {due} copies read").format(read=read, due=due))

        report = run_fixity(context, limit=limit, unread_days=unread, only_waiting=waiting, tell=tell)
        emit(report, as_json=as_json, show=lambda out: _show(out, report, is_reading=not waiting))
        if report.doubts:
            raise typer.Exit(ExitCode.CHECK_FAILED)
        return None


def _show(console: Console, report: FixityReport, *, is_reading: bool) -> None:
    if is_reading:
        console.print(
            _("Read again: {read} copies ({size} MB), good: {good}, of these healed: {healed}; bad: {bad}.").format(
                read=report.read,
                size=decimal_text(Decimal(report.read_bytes) / MEGABYTE, active_language()),
                good=report.good,
                healed=report.healed,
                bad=report.bad,
            )
        )
    if report.copied:
        console.print(_("Copied to the replica: {copied} files.").format(copied=report.copied))
    if report.locked:
        console.print(_("Locked for their retention period: {locked} copies.").format(locked=report.locked))
    if report.left:
        console.print(_("Still to be read: {left} copies; the next call goes on.").format(left=report.left))
    for doubt in report.doubts:
        console.print(Text(f"✗ {doubt.found}", style="yellow"), soft_wrap=True)
        console.print(Text(f"  → {doubt.remedy}"), soft_wrap=True)
    if report.doubts:
        console.print(_("NOT IN ORDER: {count} findings.").format(count=len(report.doubts)))
    else:
        console.print(_("No doubt is open: every copy was good when last read, and nothing waits."))
