"""Who may sign in: for the administrator to look at; changes are made on the command line."""

from fastapi import APIRouter, Request, Response

from pipeline.accounts import list_users
from web.rendering import page
from web.visiting import Admin, TheSite

router = APIRouter()


@router.get("/users")
def users(request: Request, _visitor: Admin, site: TheSite) -> Response:
    """List the users."""
    return page(request, "users.html.j2", {"users": list_users(site.ctx)})
