"""Serving the page with uvicorn: the one place that does."""

import uvicorn

from config.errors import UsageError
from config.i18n import mark as _
from config.listening import ensure_free
from config.setting_values import HERE
from pipeline.context import Context
from web.app import create_app

HOST, PORT = "127.0.0.1", 8360
STOP_S = 10


class PublicAddressError(UsageError):
    """The page was to be reached from other machines without their address for it being set."""

    code = "public_address"
    message = _("the page cannot listen on {host}: web.public_url is not set")
    remedy = _(
        "Set web.public_url to the https address that people open, and let a reverse proxy stand before the page."
    )


def serve(ctx: Context, host: str, port: int) -> None:
    """Serve the page until stopped.

    Raise PublicAddressError, AddressTakenError, or the errors of opening the installation.
    """
    if host not in HERE and not ctx.settings.web.public_url:
        raise PublicAddressError(host=host)
    ensure_free(host, port)
    config = uvicorn.Config(
        create_app(ctx),
        host=host,
        port=port,
        # Lines of requests would have ids of records beside addresses of persons; the event log has who saw what.
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=ctx.settings.web.trusted_proxies,
        timeout_graceful_shutdown=STOP_S,
    )
    uvicorn.Server(config).run()
