"""What a demo says at its end: what became of the documents, why some wait, and where to look further."""

import shlex
import shutil
import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from sqlalchemy import select

from config.errors import SohoaError
from config.i18n import gettext as _
from pipeline.context import Context
from pipeline.overview import Status, read_status
from pipeline.reason_wording import reason_name
from pipeline.reporting import count
from pipeline.reports import progress_tables
from pipeline.review import open_questions
from pipeline.wording import field_name
from scripts.demo_outcome import outcome_table
from storage.ledger.models import Signature, StoredObject

MOST_REASONS = 8


def tell_demo(ctx: Context, console: Console, report: Path, noted: list[SohoaError]) -> None:
    """Tell what a demo came to; `noted` is what was noticed on the way."""
    status = read_status(ctx)
    console.print(outcome_table(status))
    _tell_troubles(console, status, noted)
    _tell_questions(ctx, console)
    console.print(progress_tables(count(ctx))[0])
    console.print(_("A signed PDF:  {path}").format(path=_a_signed_pdf(ctx) or "–"), soft_wrap=True)
    console.print(_("The report:    {path}").format(path=report / "progress.html"), soft_wrap=True)
    console.print(_("The ledger:    {path}").format(path=ctx.ledger.name), soft_wrap=True)
    console.print(_("Look further:  {command}").format(command=_command(ctx, "status")), markup=False, soft_wrap=True)


def _tell_troubles(console: Console, status: Status, noted: list[SohoaError]) -> None:
    """Tell what the ledger says is refused, held or stuck, and what was noticed besides."""
    for trouble in status.troubles:
        # Messages about files begin with the file's name already.
        named = trouble.cause if trouble.cause.startswith(trouble.where) else f"{trouble.where}: {trouble.cause}"
        console.print(f"• {named}", markup=False)
        console.print(f"  → {trouble.remedy}", markup=False)
    told = {trouble.cause for trouble in status.troubles}
    for cause in noted:
        if str(cause) not in told:
            console.print(f"• {cause}", markup=False)
            console.print(f"  → {cause.remedy_text()}", markup=False)


def _command(ctx: Context, words: str) -> str:
    """Give a command line about this demo that works as it is printed, from any folder."""
    beside = Path(sys.executable).with_name("sohoa")
    program = str(beside) if beside.exists() else shutil.which("sohoa") or "sohoa"
    return f"{shlex.join([program, '--home', str(ctx.settings.home)])} {words}"


def _tell_questions(ctx: Context, console: Console) -> None:
    """Tell what the waiting documents wait for, the commonest reasons first."""
    asked = Counter((question.field_name, question.reason_code) for question in open_questions(ctx))
    if not asked:
        return
    console.print(_("What a person is asked:"))
    for (field, reason), times in asked.most_common(MOST_REASONS):
        subject = field_name(field) if field else _("document")
        console.print(f"  {times:3d} × {subject}: {reason_name(reason)}", markup=False)
    rest = sum(asked.values()) - sum(times for _key, times in asked.most_common(MOST_REASONS))
    if rest:
        console.print(_("  {count:3d} × other questions").format(count=rest))
    console.print(f"  → {_command(ctx, 'review list')}", markup=False, soft_wrap=True)


def _a_signed_pdf(ctx: Context) -> Path | None:
    """Give a PDF that this run sealed."""
    with ctx.ledger.reading() as session:
        key = session.scalar(
            select(StoredObject.key)
            .join(Signature, Signature.version_id == StoredObject.version_id)
            .where(StoredObject.kind == "archival", Signature.role == "agency")
            .order_by(StoredObject.key)
        )
    return ctx.settings.store_folder / key if key else None
