"""`sohoa reconcile`: ledger, object store and disk held against each other; what is proven can be mended."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.errors import ExitCode, UsageError
from config.i18n import gettext as _
from pipeline.reconciling import Difference, ReconcileReport, reconcile
from pipeline.reconciling.wording import found_text, mend_text, todo_text
from scripts.invocation import emit, open_context, told, writing
from scripts.verbs import App

TOLD_EACH = 10_000
"""Objects between two lines of progress."""
HEADER = ("kind", "place", "document", "mendable", "mended", "failure")


def register(app: App) -> None:
    """Add the verb."""

    @app.command("reconcile", help=_("Compare ledger, store and disk; mend what is proven."))
    def reconcile_(
        ctx: typer.Context,
        repair: Annotated[
            bool, typer.Option("--repair", help=_("Mend what is proven; each repair is an event. Deletes no object."))
        ] = False,
        read: Annotated[
            bool, typer.Option("--read", help=_("Read every stored byte, not sizes alone; takes long."))
        ] = False,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help=_("Only tell what a repair would do, as without --repair."))
        ] = False,
        out: Annotated[Path | None, typer.Option(help=_("Write every difference to this CSV file."))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if dry_run and repair:
            raise UsageError(cause=_("--dry-run and --repair contradict each other"))
        console, context = told(), open_context(ctx)

        def tell(objects: int) -> None:
            if objects % TOLD_EACH == 0:
                console.print(_("{objects} objects compared").format(objects=objects))

        with _list_in(out) as write:
            report = reconcile(context, repair=repair, read=read, found=write, tell=tell)
        emit(report, as_json=as_json, show=lambda screen: _show(screen, report, out))
        if report.open:
            raise typer.Exit(ExitCode.CHECK_FAILED)


@contextmanager
def _list_in(path: Path | None) -> Iterator[Callable[[Difference], None]]:
    """Give what writes a difference into the list, where one is wanted."""
    if path is None:
        yield lambda _one: None
        return
    with writing(path), path.open("w", newline="", encoding="utf-8-sig") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        yield lambda one: rows.writerow(
            [one.kind, one.place, one.document_id or "", int(one.is_mendable), int(one.is_mended), one.failure]
        )


def _show(console: Console, report: ReconcileReport, out: Path | None) -> None:
    console.print(
        _("Compared: {objects} objects in the ledger, {listed} in the store, {read} read.").format(
            objects=report.objects, listed=report.listed, read=report.read
        )
    )
    for _group, alike in groupby(report.shown, key=_alike):
        _show_alike(console, list(alike))
    total = sum(report.found.values())
    if total > len(report.shown):
        more = total - len(report.shown)
        console.print(_("… and {more} more; --out FILE.csv lists each.").format(more=more))
    if out is not None:
        console.print(_("List: {file}").format(file=out))
    console.print(_verdict(report))


def _alike(one: Difference) -> tuple[str, bool, bool, str]:
    return one.kind, one.is_mendable, one.is_mended, one.failure


def _show_alike(console: Console, alike: list[Difference]) -> None:
    """Show what has the same to be done about it under one line of what that is."""
    first = alike[0]
    sign = "✓" if first.is_mended else "✗"
    console.print(f"{sign} {found_text(first.kind)}:", markup=False)
    for one in alike:
        console.print(f"    {one.place}", markup=False, soft_wrap=True)
    if first.is_mended:
        remedy = _("Mended: `--repair` {does}.").format(does=mend_text(first.kind))
    elif first.is_mendable and not first.failure:
        remedy = _("`sohoa reconcile --repair` {does}.").format(does=mend_text(first.kind))
    else:
        remedy = todo_text(first.kind)
    failure = _(" (the repair ended with {code})").format(code=first.failure) if first.failure else ""
    console.print(f"  → {remedy}{failure}", markup=False, soft_wrap=True)


def _verdict(report: ReconcileReport) -> str:
    total, mended = sum(report.found.values()), sum(report.mended.values())
    if not total:
        return _("Ledger, store and disk agree.")
    if not report.open:
        return _("Mended: {mended}. Ledger, store and disk agree now.").format(mended=mended)
    if report.is_repair:
        return _("NOT IN ORDER: {open} of {total} differences are still open; mended: {mended}.").format(
            open=report.open, total=total, mended=mended
        )
    return _("NOT IN ORDER: {total} differences. Nothing was changed.").format(total=total)
