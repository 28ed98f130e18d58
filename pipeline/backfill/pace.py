"""What a backfill will take: the pace of this installation's own stage runs, else the one the project measured."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from pipeline.backfill.planning import BackfillPlan
from pipeline.context import Context
from pipeline.stages import STAGES
from storage.ledger.models import Document, DocumentVersion, StageRun

PACE_FILE = Path(__file__).parents[2] / "config" / "reference" / "stage_pace.toml"
NEWEST = 200
"""So many of the newest runs of a stage say its pace."""
ENOUGH_PAGES = 10
"""Fewer pages than this say nothing yet."""
HERE, SHIPPED, MIXED = "here", "shipped", "mixed"


@dataclass(frozen=True, slots=True)
class StagePace:
    """Seconds a page takes at one stage: of the processor, and by the clock."""

    cpu_s: float
    elapsed_s: float
    pages: int
    """How many pages it was measured on; 0 for a shipped figure."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a backfill is thought to take.

    `elapsed_s`: with the workers of the settings. `basis`: measured `here`, `shipped` with the program, or `mixed`.
    `measured_pages`: on how many pages that was measured here. `money`: in đồng, where a price is set.
    """

    cpu_s: float = 0.0
    elapsed_s: float = 0.0
    basis: str = HERE
    measured_pages: int = 0
    money: float | None = None


def estimate(ctx: Context, plan: BackfillPlan) -> Estimate:
    """Give what planned work will take."""
    shipped, here = shipped_pace(), measured_pace(ctx)
    paces = {stage: here.get(stage) or shipped.get(stage) for stage in plan.pages_by_stage}
    known = {stage: pace for stage, pace in paces.items() if pace is not None}
    cpu = sum(pace.cpu_s * plan.pages_by_stage[stage] for stage, pace in known.items())
    elapsed = sum(pace.elapsed_s * plan.pages_by_stage[stage] for stage, pace in known.items())
    measured = [pace.pages for pace in known.values()]
    basis = HERE if all(measured) else MIXED if any(measured) else SHIPPED
    return Estimate(
        cpu_s=round(cpu, 1),
        elapsed_s=round(elapsed / ctx.settings.run.workers, 1),
        basis=basis,
        measured_pages=max(measured, default=0),
        money=_money(ctx, plan.pages, cpu),
    )


def measured_pace(ctx: Context) -> dict[str, StagePace]:
    """Give the pace of each stage over its newest runs here; stages with too few are left out."""
    found: dict[str, StagePace] = {}
    with ctx.ledger.reading() as session:
        for stage in (one.name for one in STAGES):
            newest = (
                select(StageRun.cpu_s, StageRun.started_at, StageRun.ended_at, Document.page_count)
                .join(DocumentVersion, DocumentVersion.id == StageRun.version_id)
                .join(Document, Document.id == DocumentVersion.document_id)
                .where(StageRun.stage == stage, func.coalesce(Document.page_count, 0) > 0)
                .order_by(StageRun.id.desc())
                .limit(NEWEST)
            )
            rows = session.execute(newest).all()
            pages = sum(row.page_count or 0 for row in rows)
            if pages >= ENOUGH_PAGES:
                elapsed = sum((row.ended_at - row.started_at).total_seconds() for row in rows)
                # A program that is started for a stage is not in the thread's own time.
                cpu = elapsed if ctx.settings.ocr.engine == "pytesseract" else sum(row.cpu_s for row in rows)
                found[stage] = StagePace(cpu / pages, elapsed / pages, pages)
    return found


def shipped_pace() -> Mapping[str, StagePace]:
    """Give the pace that the project measured, with where and how in the file."""
    stages = tomllib.loads(PACE_FILE.read_text("utf-8"))["stage"]
    return {name: StagePace(one["cpu_s"], one["elapsed_s"], 0) for name, one in stages.items()}


def _money(ctx: Context, pages: int, cpu_s: float) -> float | None:
    run = ctx.settings.run
    if run.page_price is None and run.cpu_hour_price is None:
        return None
    return round(pages * (run.page_price or 0) + cpu_s / 3600 * (run.cpu_hour_price or 0))
