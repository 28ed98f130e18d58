"""`sohoa audit`: is the event log whole, and does the ledger follow it, and are the stored files what was stored."""

from typing import Annotated

import typer
from rich.console import Console

from config.dates import instant_text
from config.errors import ExitCode, UsageError
from config.i18n import gettext as _
from pipeline.audit import AuditReport, audit_installation
from scripts.invocation import emit, open_context, told
from scripts.verbs import App

TOLD_EACH = 100
"""Objects between two lines of progress."""


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Check that the event log and the stored files are whole."))
    def audit(
        ctx: typer.Context,
        objects: Annotated[
            bool, typer.Option("--objects", help=_("Read the stored files back, the longest unread first."))
        ] = False,
        older_than: Annotated[
            int,
            typer.Option(help=_("With --objects: only files last read so many days ago."), min=0, metavar=_("DAYS")),
        ] = 0,
        limit: Annotated[
            int | None,
            typer.Option(help=_("With --objects: at most so many files; the next call goes on."), min=1),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if not objects and (older_than or limit):
            raise UsageError(cause=_("--older-than and --limit belong to --objects"))
        console = told()

        def tell(read: int, due: int) -> None:
            if read % TOLD_EACH == 0:
                console.print(_("{read} of {due} files read").format(read=read, due=due))

        report = audit_installation(
            open_context(ctx), reread=objects, older_than_days=older_than, limit=limit, tell=tell
        )
        emit(report, as_json=as_json, show=lambda out: _show(out, report))
        if report.findings:
            raise typer.Exit(ExitCode.CHECK_FAILED)


def _show(console: Console, report: AuditReport) -> None:
    if report.events:
        console.print(
            _("The event log is whole: {events} events, {heads} sealed heads, the last at event {last}.").format(
                events=report.events, heads=report.sealed_heads, last=report.last_sealed_seq
            )
        )
    console.print(
        _(
            "Compared with the event log: documents, seals, samples, releases, register, targets, supplied figures, "
            "units, agencies, snapshots; not field values. Kept sums compared with counting anew."
        )
    )
    console.print(_objects(report))
    for remedy, found in _by_remedy(report).items():
        for each in found:
            console.print(f"✗ {each}", markup=False)
        console.print(f"  → {remedy}", markup=False)
    if report.findings:
        console.print(_("NOT IN ORDER: {count} findings.").format(count=len(report.findings)))


def _by_remedy(report: AuditReport) -> dict[str, list[str]]:
    """Give what was found by what to do about it, so that a hundred forged rows have one remedy between them."""
    groups: dict[str, list[str]] = {}
    for finding in report.findings:
        groups.setdefault(finding.remedy, []).append(finding.found)
    return groups


def _objects(report: AuditReport) -> str:
    standing, reread = report.objects, report.reread
    if reread is not None:
        return _("Stored files read back: {read}, of them good: {good}; still to be read: {left}.").format(
            read=reread.read, good=reread.good, left=reread.left
        )
    oldest = instant_text(standing.oldest_check_at) if standing.oldest_check_at else "–"
    return _("Stored files: {total}, not read this time; oldest reading {oldest} (sohoa audit --objects).").format(
        total=standing.total, oldest=oldest
    )
