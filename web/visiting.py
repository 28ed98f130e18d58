"""Who is looking: every page but signing in asks, and those for some roles alone ask that too."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from config.errors import UsageError
from config.i18n import mark as _
from pipeline.accounts import AccountRole, Visitor, find_visitor
from pipeline.context import Context
from web.site import Site


class SignInNeededError(Exception):
    """Nobody is signed in; the page leads to where one signs in, and from there back."""


class NotAllowedError(UsageError):
    """A page is for other roles."""

    code = "not_allowed"
    message = _("this page is not for your role")
    remedy = _("Ask the administrator for another role: sohoa user role")


def site_of(request: Request) -> Site:
    """Give what the request's page is of."""
    site: Site = request.app.state.site
    return site


def visitor_of(request: Request) -> Visitor | None:
    """Give who is looking, or None."""
    site = site_of(request)
    token = request.cookies.get(site.session_cookie)
    visitor = find_visitor(site.ctx, token) if token else None
    request.state.visitor = visitor
    return visitor


def signed_in(request: Request) -> Visitor:
    """Give who is looking. Raise SignInNeededError when nobody is signed in."""
    visitor = visitor_of(request)
    if visitor is None:
        raise SignInNeededError
    return visitor


def only_for(*roles: AccountRole) -> Callable[[Request], Visitor]:
    """Give what lets some roles in alone. It raises NotAllowedError for others."""

    def allowed(request: Request) -> Visitor:
        visitor = signed_in(request)
        if visitor.account.role not in roles:
            raise NotAllowedError
        return visitor

    return allowed


def acting(site: Site, visitor: Visitor) -> Context:
    """Give the installation for the person who is looking."""
    return site.ctx.acting_as(visitor.account.actor)


Someone = Annotated[Visitor, Depends(signed_in)]
Archivist = Annotated[Visitor, Depends(only_for(AccountRole.ARCHIVIST))]
Admin = Annotated[Visitor, Depends(only_for(AccountRole.ADMIN))]
TheSite = Annotated[Site, Depends(site_of)]
