"""The frozen figures, each with the hash it was frozen under; and what differs between two of them, or two days."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from config.dates import day_text
from pipeline.list_exports import export_figures
from pipeline.progress.comparing import compare
from pipeline.progress.kept_snapshots import find_snapshot, last_snapshot_by, list_snapshots, read_snapshot
from pipeline.reports.comparison_sections import CAUSES, MOVES
from pipeline.reports.comparison_tables import HAPPENED, KINDS, VERSIONS, names_of
from pipeline.reports.rows import METRICS
from storage.ledger.models import ProgressSnapshot
from web.downloads import as_workbook
from web.list_paths import BOOK
from web.rendering import page, words
from web.visiting import Someone, TheSite

router = APIRouter()
_MOST = 400
"""Snapshots on one page: more than a year of days."""


@dataclass(frozen=True, slots=True)
class AskedDay:
    """A day that was asked for, and the last snapshot up to it."""

    day: date
    snapshot: ProgressSnapshot


@router.get("/snapshots/compare")
def comparison(request: Request, _visitor: Someone, site: TheSite, before: UUID, now: UUID) -> Response:
    """Show what differs between two snapshots, the earlier one first."""
    with site.ctx.ledger.reading() as session:
        return _compared(request, session, [find_snapshot(session, before), find_snapshot(session, now)])


@router.get("/snapshots/compare-days")
def day_comparison(
    request: Request, _visitor: Someone, site: TheSite, day_before: str = "", day_now: str = ""
) -> Response:
    """Show what differs between the last snapshots up to two days."""
    with site.ctx.ledger.reading() as session:
        try:
            days = sorted((date.fromisoformat(day_before), date.fromisoformat(day_now)))
        except ValueError:
            return _listed(request, session, words("Two days are needed, such as 2026-06-30."), 422)
        asked = []
        for day in days:
            snapshot = last_snapshot_by(session, day)
            if snapshot is None:
                trouble = words("No figures were frozen up to {day}.", day=day_text(day))
                return _listed(request, session, trouble, 404)
            asked.append(AskedDay(day, snapshot))
        return _compared(request, session, [one.snapshot for one in asked], asked)


@router.get("/snapshots/{snapshot_id}")
def snapshot_page(request: Request, _visitor: Someone, site: TheSite, snapshot_id: UUID) -> Response:
    """Show the figures of one snapshot, and where the rows behind them are today."""
    with site.ctx.ledger.reading() as session:
        found = find_snapshot(session, snapshot_id)
        progress = read_snapshot(session, found)
    units = sorted(progress.units.current, key=lambda one: (one.flow.gap is None, one.flow.gap or 0, one.code))
    return page(request, "snapshot.html.j2", {"snapshot": found, "progress": progress, "units": units})


@router.get("/snapshots/{snapshot_id}/figures" + BOOK)
def snapshot_book(visitor: Someone, site: TheSite, snapshot_id: UUID) -> Response:
    """Give the figures of a snapshot as the workbook of the report."""
    with site.ctx.ledger.reading() as session:
        progress = read_snapshot(session, find_snapshot(session, snapshot_id))
    name = f"{'TEST_' if progress.is_test else ''}progress-{progress.as_of.isoformat()}{BOOK}"
    return as_workbook(
        name, lambda path: export_figures(site.ctx, visitor.account, progress, path, snapshot_id=snapshot_id)
    )


@router.get("/snapshots")
def snapshots(request: Request, _visitor: Someone, site: TheSite) -> Response:
    """List the snapshots, newest first."""
    with site.ctx.ledger.reading() as session:
        return _listed(request, session)


def _listed(request: Request, session: Session, trouble: str = "", status: int = 200) -> Response:
    listed = list_snapshots(session, _MOST, with_figures=False)
    days = {"day_before": "", "day_now": "", **request.query_params}
    return page(request, "snapshots.html.j2", {"snapshots": listed, "trouble": trouble, "days": days}, status=status)


def _compared(
    request: Request, session: Session, pair: list[ProgressSnapshot], asked: list[AskedDay] | None = None
) -> Response:
    pair = pair if asked else sorted(pair, key=lambda one: one.taken_at)
    found = compare(session, *(read_snapshot(session, one) for one in pair))
    names = names_of(found.before) | names_of(found.now)
    values = {"found": found, "names": names, "kinds": KINDS, "meanwhile": HAPPENED, "data": VERSIONS}
    more = {"metrics": METRICS, "pair": pair, "asked": asked or [], "moves": MOVES, "causes": CAUSES}
    return page(request, "comparison.html.j2", {**values, **more})
