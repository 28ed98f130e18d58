"""The overview: levels against targets, who is furthest behind, what waits."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from pipeline.progress import AgencyProgress, Progress
from pipeline.progress.unit_tree_view import furthest_behind as units_behind
from pipeline.targets import Level
from storage.ledger.states import DocumentState
from web.rendering import page
from web.visiting import Someone, TheSite

router = APIRouter()
MOST_BEHIND = 10
ENDED = frozenset(
    {
        DocumentState.ARCHIVED,
        DocumentState.SUPERSEDED,
        DocumentState.REFUSED,
        DocumentState.QUARANTINED,
        DocumentState.DUPLICATE,
    }
)
"""States in which nobody has anything to do about a document."""


@router.get("/")
def overview(request: Request, _visitor: Someone, site: TheSite) -> Response:
    """Show how far the province is."""
    progress = site.figures.latest()
    shown = [level for level in progress.levels if not (level.ended_on and not level.stock.tally.records)]
    values = {
        "progress": progress,
        "levels": shown,
        "behind": furthest_behind(progress.agencies)[:MOST_BEHIND],
        "communes": units_behind(tuple(one for one in progress.units.current if one.level is Level.COMMUNE))[
            :MOST_BEHIND
        ],
        "waiting": _waiting(progress),
    }
    return page(request, "overview.html.j2", values)


def furthest_behind(agencies: Sequence[AgencyProgress]) -> list[AgencyProgress]:
    """Give the agencies below their target for the year, the furthest first; of equal ones the larger first."""
    short = [agency for agency in agencies if agency.flow.gap is not None and agency.flow.gap < 0]
    return sorted(short, key=lambda agency: (agency.flow.gap, -agency.flow.tally.records, agency.code))


def _waiting(progress: Progress) -> int:
    """Count the documents that are not where they end."""
    return sum(one.documents for one in progress.queue if one.state not in ENDED)
