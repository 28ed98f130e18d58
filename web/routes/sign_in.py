"""Signing in with a password, signing out, and choosing the language."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import SohoaError
from config.i18n import LANGUAGES
from pipeline.accounts import end_session, sign_in
from pipeline.accounts.attempts import SignInLimitedError
from pipeline.accounts.sign_in import SignInRefusedError
from web.forms import drop_cookie, own_form, put_cookie
from web.guard import LANGUAGE_COOKIE
from web.paths import safe_path
from web.rendering import page
from web.visiting import Someone, TheSite, visitor_of

router = APIRouter()
A_YEAR_S = 31_536_000


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "") -> Response:  # noqa: A002 - the parameter's name
    """Ask for login and password."""
    if visitor_of(request) is not None:
        return RedirectResponse(safe_path(next), 303)
    return _asking(request, next)


@router.post("/sign-in", dependencies=[Depends(own_form)])
def signed_in(
    request: Request,
    site: TheSite,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002 - the field's name
) -> Response:
    """Open a session, or say why not."""
    address = request.client.host if request.client else ""
    try:
        opened = sign_in(site.ctx, login, password, address)
    except SignInRefusedError as err:
        return _asking(request, next, err, 401)
    except SignInLimitedError as err:
        return _asking(request, next, err, 429)
    before = visitor_of(request)
    if before is not None:
        end_session(site.ctx, before)
    response = RedirectResponse(safe_path(next), 303)
    put_cookie(site, response, site.session_cookie, opened.token)
    drop_cookie(site, response, site.visit_cookie)
    return response


@router.post("/sign-out", dependencies=[Depends(own_form)])
def sign_out(visitor: Someone, site: TheSite) -> Response:
    """End the session."""
    end_session(site.ctx, visitor)
    response = RedirectResponse("/sign-in", 303)
    drop_cookie(site, response, site.session_cookie)
    return response


@router.get("/language/{language}")
def choose_language(site: TheSite, language: str, next: str = "") -> Response:  # noqa: A002 - the parameter's name
    """Show all pages to this browser in another language."""
    response = RedirectResponse(safe_path(next), 303)
    if language in LANGUAGES:
        put_cookie(site, response, LANGUAGE_COOKIE, language, A_YEAR_S)
    return response


def _asking(request: Request, wanted: str, trouble: SohoaError | None = None, status: int = 200) -> Response:
    site: TheSite = request.app.state.site
    values = {"next": safe_path(wanted), "trouble": trouble, "has_provider": site.provider is not None}
    return page(request, "sign_in.html.j2", values, status=status)
