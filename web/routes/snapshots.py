"""The frozen figures, each with the hash it was frozen under."""

from fastapi import APIRouter, Request, Response

from pipeline.progress.frozen import list_snapshots
from web.rendering import page
from web.visiting import Someone, TheSite

router = APIRouter()


@router.get("/snapshots")
def snapshots(request: Request, _visitor: Someone, site: TheSite) -> Response:
    """List the snapshots, newest first."""
    return page(request, "snapshots.html.j2", {"snapshots": list_snapshots(site.ctx)})
