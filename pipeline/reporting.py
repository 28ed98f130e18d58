"""The day's progress report: counted once, frozen as a snapshot, written in every form."""

from datetime import date
from pathlib import Path

from config.clock import legal_date
from pipeline.context import Context
from pipeline.evidence import seal_head
from pipeline.progress import Progress, count_progress, take_snapshot
from pipeline.reports import write_csv, write_html, write_json, write_xlsx


def count(ctx: Context, as_of: date | None = None) -> Progress:
    """Count progress for a day, today by default."""
    with ctx.ledger.reading() as session:
        return count_progress(session, as_of or legal_date(ctx.clock()), ctx.clock)


def write_report(ctx: Context, as_of: date | None = None) -> Path:
    """Freeze a day's progress and write it as HTML, XLSX, CSV and JSON; give the folder."""
    progress = count(ctx, as_of)
    with ctx.ledger.session() as session:
        take_snapshot(session, progress, ctx.actor, ctx.clock)
    folder = ctx.settings.reports_folder / progress.as_of.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    write_html(progress, folder / "progress.html")
    write_xlsx(progress, folder / "progress.xlsx")
    write_csv(progress, folder / "progress.csv")
    write_json(progress, folder / "progress.json")
    # The daily report also seals the day's events.
    seal_head(ctx)
    return folder
