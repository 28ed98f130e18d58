"""Forms: each bears a token that only a page shown to this very browser can have."""

import hashlib
import hmac
import secrets
from typing import Annotated

from fastapi import Form, Request, Response

from config.errors import UsageError
from config.i18n import mark as _
from web.site import Site

VISIT_BYTES = 32
VISIT_SECONDS = 3600


class FormStaleError(UsageError):
    """A form came without the token of the page that it was shown on."""

    code = "form_stale"
    message = _("the form is no longer valid")
    remedy = _("Open the page again, and send the form from there.")


def form_token(secret: str) -> str:
    """Give the token of forms for a browser that has a secret cookie."""
    return hmac.new(secret.encode(), b"sohoa form", hashlib.sha256).hexdigest()


def secret_of(request: Request) -> str:
    """Give the browser's secret: of its session, else of its visit; empty when it has none."""
    site: Site = request.app.state.site
    return request.cookies.get(site.session_cookie) or request.cookies.get(site.visit_cookie) or ""


def own_form(request: Request, form_token_: Annotated[str, Form(alias="form_token")] = "") -> None:
    """Raise FormStaleError unless the form bears this browser's token."""
    secret = secret_of(request)
    if not secret or not hmac.compare_digest(form_token(secret).encode(), form_token_.encode()):
        raise FormStaleError


def begin_visit(request: Request) -> str:
    """Give the secret of a browser that has none yet; `keep_visit` lets it keep that."""
    return secret_of(request) or secrets.token_urlsafe(VISIT_BYTES)


def keep_visit(request: Request, response: Response, secret: str) -> None:
    """Let a browser keep the secret of its visit."""
    site: Site = request.app.state.site
    if not secret_of(request):
        put_cookie(site, response, site.visit_cookie, secret, VISIT_SECONDS)


def put_cookie(site: Site, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Let a browser keep a cookie that no script and no other site gets at; to the end of its run without a time."""
    response.set_cookie(name, value, max_age=seconds, path="/", secure=site.is_secure, httponly=True, samesite="strict")


def drop_cookie(site: Site, response: Response, name: str) -> None:
    """Let a browser forget a cookie."""
    response.delete_cookie(name, path="/", secure=site.is_secure, httponly=True, samesite="strict")
