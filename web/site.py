"""What every page needs: the installation, its figures and pictures, and how the page may be reached."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from config.setting_values import HERE
from pipeline.context import Context
from pipeline.kept_pictures import KeptPictures
from pipeline.progress.trend import Trends
from web.figures import Figures
from web.provider import IdentityProvider, provider_of


@dataclass(frozen=True, slots=True)
class Site:
    """One page: opened once, shared by all requests."""

    ctx: Context
    figures: Figures
    pictures: KeptPictures
    provider: IdentityProvider | None
    trends: Trends = field(default_factory=Trends)

    @property
    def public_url(self) -> str:
        """The address that people open, where it is not this machine alone."""
        return self.ctx.settings.web.public_url

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by https, so that cookies go by nothing else."""
        return self.public_url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """The names it is called by; under another one a page elsewhere could pass itself off as this."""
        named = urlsplit(self.public_url).hostname
        return frozenset({named} if named else HERE)

    @property
    def session_cookie(self) -> str:
        """Name of the cookie with the session's token; no other host may set one with that prefix."""
        return "__Host-sohoa" if self.is_secure else "sohoa"

    @property
    def visit_cookie(self) -> str:
        """Name of the cookie of a browser that has not signed in yet."""
        return "__Host-sohoa-visit" if self.is_secure else "sohoa-visit"


def open_site(ctx: Context) -> Site:
    """Open what requests share. Raise the ledger's errors when it cannot be used."""
    ctx.ledger.check()
    _ = ctx.environment, ctx.store, ctx.trust
    return Site(ctx, Figures(ctx), KeptPictures(ctx.clock), provider_of(ctx))
