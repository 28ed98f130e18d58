"""Before any page: the right name, the right origin, no large body; after it: what browsers must keep to."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.i18n import LANGUAGES, activate, active_language
from config.i18n import gettext as _
from web.site import Site

MOST_BODY_BYTES = 65_536
"""Forms are all that is ever sent here."""
LANGUAGE_COOKIE = "sohoa-lang"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # With no-referrer browsers would send forms with the origin "null".
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SAFE_METHODS = frozenset({"GET", "HEAD"})


class Guard:
    """Stands around the whole application."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what must not come in, choose the language, and put the headers on what goes out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._put_headers(MutableHeaders(scope=message))
            await send(message)

        before = active_language()
        activate(self._language(headers))
        try:
            refused = self._refused(scope["method"], headers)
            await (refused or self._app)(scope, receive, guarded)
        finally:
            activate(before)

    def _refused(self, method: str, headers: Headers) -> PlainTextResponse | None:
        if urlsplit(f"//{headers.get('host', '')}").hostname not in self._site.hosts:
            return PlainTextResponse(_("There is no such page here."), 421)
        if method in SAFE_METHODS:
            return None
        if not self._is_own_origin(headers):
            return PlainTextResponse(_("The form does not come from this page."), 403)
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return PlainTextResponse(_("The form is too large."), 411)
        return PlainTextResponse(_("The form is too large."), 413) if int(length) > MOST_BODY_BYTES else None

    def _is_own_origin(self, headers: Headers) -> bool:
        """Tell whether a form was sent by a page of ours; a browser always says whose page it was."""
        origin = headers.get("origin")
        if origin is None:
            return False
        return origin == (self._site.public_url or f"http://{headers.get('host', '')}")

    def _language(self, headers: Headers) -> str:
        pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
        asked = next((value for name, _equals, value in pairs if name == LANGUAGE_COOKIE), "")
        return asked if asked in LANGUAGES else self._site.ctx.settings.lang

    def _put_headers(self, headers: MutableHeaders) -> None:
        for name, value in HEADERS.items():
            headers[name] = value
        # Whatever does not say otherwise is about persons, and stays in no cache.
        headers.setdefault("Cache-Control", "no-store")
        headers["Vary"] = "Cookie"
        if self._site.is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
