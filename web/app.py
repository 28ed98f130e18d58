"""The application: every page, guarded."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.types import ASGIApp

from pipeline.context import Context
from web.guard import Guard
from web.refusals import tell_refusals
from web.rendering import static_files
from web.routes import ROUTERS
from web.site import Site, open_site

KEPT_S = 86_400


def create_app(ctx: Context) -> ASGIApp:
    """Give the page of an installation. Raise the ledger's and settings' errors when it cannot be opened."""
    site = open_site(ctx)
    return Guard(_application(site), site)


def _application(site: Site) -> FastAPI:
    app = FastAPI(title="Sohoa", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    for router in ROUTERS:
        app.include_router(router)
    _add_static(app)
    tell_refusals(app)
    return app


def _add_static(app: FastAPI) -> None:
    """Give what pages refer to from memory, so that no path of a request ever becomes one of the disk."""
    files = static_files()

    @app.get("/static/{name}")
    def static(_request: Request, name: str) -> Response:
        if name not in files:
            return PlainTextResponse("", 404)
        content, kind = files[name]
        return Response(content, media_type=kind, headers={"Cache-Control": f"public, max-age={KEPT_S}"})
