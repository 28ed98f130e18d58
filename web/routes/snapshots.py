"""The frozen figures, each with the hash it was frozen under, and what differs between two of them."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from pipeline.progress.comparing import compare
from pipeline.progress.kept_snapshots import find_snapshot, list_snapshots, read_snapshot
from pipeline.reports.comparison_sections import CAUSES, MOVES
from pipeline.reports.comparison_tables import HAPPENED, KINDS, VERSIONS, names_of
from pipeline.reports.rows import METRICS
from web.rendering import page
from web.visiting import Someone, TheSite

router = APIRouter()
_MOST = 400
"""Snapshots on one page: more than a year of days."""


@router.get("/snapshots/compare")
def comparison(request: Request, _visitor: Someone, site: TheSite, before: UUID, now: UUID) -> Response:
    """Show what differs between two snapshots, the earlier one first."""
    with site.ctx.ledger.reading() as session:
        pair = sorted((find_snapshot(session, before), find_snapshot(session, now)), key=lambda one: one.taken_at)
        found = compare(session, *(read_snapshot(session, one) for one in pair))
    names = names_of(found.before) | names_of(found.now)
    values = {"found": found, "names": names, "kinds": KINDS, "meanwhile": HAPPENED, "data": VERSIONS}
    values |= {"moves": MOVES, "causes": CAUSES}
    return page(request, "comparison.html.j2", {**values, "metrics": METRICS, "hashes": [one.sha256 for one in pair]})


@router.get("/snapshots")
def snapshots(request: Request, _visitor: Someone, site: TheSite) -> Response:
    """List the snapshots, newest first."""
    with site.ctx.ledger.reading() as session:
        listed = list_snapshots(session, _MOST, with_figures=False)
    return page(request, "snapshots.html.j2", {"snapshots": listed})
