"""The day's progress report: counted once, frozen as a snapshot, written in every form."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from config.clock import legal_date
from config.dates import day_text
from config.errors import SohoaError, UsageError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.copies.audit_reading import RereadReport, reread_bad
from pipeline.event_chain import head_trouble
from pipeline.guard import guarded
from pipeline.progress import Progress, count_progress, take_snapshot
from pipeline.progress.kept import bring_up_to_date, forget
from pipeline.progress.kept_snapshots import find_snapshot, read_snapshot
from pipeline.progress.working_days import working_days_of
from pipeline.reports import write_csv, write_html, write_json, write_pdf, write_xlsx
from pipeline.target_changes import keep_targets
from pipeline.targets import targets_of
from storage.ledger.models import EntryStanding


class FutureDayError(UsageError):
    """Progress was asked for on a day that has not begun."""

    code = "day_in_future"
    message = _("{day} is still to come; progress is counted up to today, {today}")
    remedy = _("Name a day up to today, or leave --as-of out.")


def count(ctx: Context, as_of: date | None = None) -> Progress:
    """Count progress for a day, today by default. Raise FutureDayError for a day that has not begun in Vietnam."""
    today = legal_date(ctx.clock())
    if as_of is not None and as_of > today:
        raise FutureDayError(day=day_text(as_of), today=day_text(today))
    targets, working = targets_of(ctx.settings), working_days_of(ctx.settings)
    with ctx.ledger.session() as session:
        # Also for a day that is past: what it is held against are the targets of now.
        keep_targets(session, targets, ctx.actor, ctx.clock())
    if as_of is not None and as_of < today:
        with ctx.ledger.reading() as session:
            return count_progress(session, as_of, ctx.clock, targets, working)
    with ctx.ledger.session() as session:
        bring_up_to_date(session, today, ctx.clock(), ctx.environment)
        return count_progress(session, today, ctx.clock, targets, working)


def recount(ctx: Context) -> int:
    """Count every register row anew, whatever was kept of it; give how many there are."""
    now = ctx.clock()
    with ctx.ledger.session() as session:
        forget(session)
        bring_up_to_date(session, legal_date(now), now, ctx.environment)
        return session.scalar(select(func.count()).select_from(EntryStanding)) or 0


def frozen(ctx: Context, named: UUID | date) -> Progress:
    """Give the progress of a snapshot, named by its id or its day. Raise ChainBrokenError when it was changed."""
    with ctx.ledger.reading() as session:
        return read_snapshot(session, find_snapshot(session, named))


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A day's report: the folder of its files, what was counted, and why the day's events could not be sealed."""

    folder: Path
    progress: Progress
    trouble: str | None
    """By code; the report stands all the same, and the next run tries to seal again."""
    reread: RereadReport | None = None
    """What had been bad read back as now; None where none was asked for, or the store did not answer."""
    store_trouble: str | None = None
    """Why the store could not be read, by code."""


def write_report(ctx: Context, as_of: date | None = None) -> WrittenReport:
    """Freeze a day's progress, write it as HTML, PDF, XLSX, CSV and JSON, and seal the head of the event log."""
    counted = count(ctx, as_of)
    with ctx.ledger.session() as session:
        # The files are made from what was frozen, so that they cannot say anything else.
        progress = read_snapshot(session, take_snapshot(session, counted, ctx.actor, ctx.clock))
    folder = ctx.settings.reports_folder / progress.as_of.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    write_html(progress, folder / "progress.html")
    write_pdf(progress, folder / "progress.pdf")
    write_xlsx(progress, folder / "progress.xlsx")
    write_csv(progress, folder / "progress.csv")
    write_json(progress, folder / "progress.json")
    return WrittenReport(folder, progress, head_trouble(ctx))


def write_daily_report(ctx: Context) -> WrittenReport:
    """Read back what was bad, so that what was put right is counted again, and write the day's report.

    A store that does not answer is told, and keeps no report from being written.
    """
    troubles: list[str] = []

    def told(cause: SohoaError) -> None:
        ctx.watcher.noticed("", cause)
        troubles.append(cause.code)

    reread = guarded(lambda: reread_bad(ctx), told, "")
    return replace(write_report(ctx), reread=reread, store_trouble=troubles[0] if troubles else None)
