"""Signing in through the identity provider: there, and back.

The cookie of the way is sent along when another site leads here, which the session's never is; so the last step is a
page of ours that leads on, whose request counts as our own.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import NotFoundError
from pipeline.accounts.handover import HandoverError, begin_handover, let_in, take_handover
from web.forms import drop_cookie, put_cookie
from web.paths import safe_path
from web.provider import BACK, IdentityProvider
from web.rendering import page
from web.site import Site
from web.visiting import TheSite

router = APIRouter()
WAY_COOKIE = "sohoa-way"
WAY_SECONDS = 600


@router.get("/sign-in/provider")
def to_provider(site: TheSite, next: str = "") -> Response:  # noqa: A002 - the parameter's name
    """Send the browser to the provider."""
    provider = _provider(site)
    handover = begin_handover(site.ctx, safe_path(next))
    response = RedirectResponse(provider.address(handover), 303)
    response.set_cookie(
        WAY_COOKIE,
        handover.browser,
        max_age=WAY_SECONDS,
        path=BACK,
        secure=site.is_secure,
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(BACK)
def back_from_provider(request: Request, site: TheSite, state: str = "", code: str = "") -> Response:
    """Let in whom the provider vouches for."""
    provider = _provider(site)
    handover = take_handover(site.ctx, state, request.cookies.get(WAY_COOKIE, ""))
    if not code:
        raise HandoverError
    opened = let_in(site.ctx, provider.vouch(handover, code))
    response = page(request, "going_on.html.j2", {"next": safe_path(handover.next_path)})
    put_cookie(site, response, site.session_cookie, opened.token)
    drop_cookie(site, response, site.visit_cookie)
    response.delete_cookie(WAY_COOKIE, path=BACK, secure=site.is_secure, httponly=True, samesite="lax")
    return response


def _provider(site: Site) -> IdentityProvider:
    if site.provider is None:
        raise NotFoundError(subject="web.oidc_issuer")
    return site.provider
