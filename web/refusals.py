"""What went wrong, as a page: cause and remedy in the language of whoever looks, and the right status."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from config.errors import ExitCode, NotFoundError, SohoaError
from config.i18n import gettext as _
from pipeline.accounts.attempts import SignInLimitedError
from pipeline.accounts.handover import HandoverError, StrangerError
from web.forms import FormStaleError
from web.paths import sign_in_path
from web.provider import ProviderError
from web.rendering import page
from web.routes.documents import CoveredError
from web.visiting import NotAllowedError, SignInNeededError

STATUSES: dict[type[SohoaError], int] = {
    CoveredError: 403,
    FormStaleError: 403,
    HandoverError: 400,
    NotAllowedError: 403,
    NotFoundError: 404,
    ProviderError: 502,
    SignInLimitedError: 429,
    StrangerError: 403,
}


def tell_refusals(app: FastAPI) -> None:
    """Let the application answer what goes wrong with pages of ours."""
    app.add_exception_handler(SignInNeededError, _to_sign_in)
    app.add_exception_handler(SohoaError, _told)
    app.add_exception_handler(RequestValidationError, _not_there)
    app.add_exception_handler(StarletteHTTPException, _of_the_frame)
    app.add_exception_handler(HTTPException, _of_the_frame)
    app.add_exception_handler(Exception, _fault)


def _to_sign_in(request: Request, _error: Exception) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(sign_in_path(wanted if request.method == "GET" else "/"), 303)


def _told(request: Request, error: Exception) -> Response:
    if not isinstance(error, SohoaError):
        raise error
    kinds = (status for kind, status in STATUSES.items() if isinstance(error, kind))
    status = next(kinds, 503 if error.retry_helps or error.exit_code is ExitCode.LEDGER else 400)
    if isinstance(error, NotFoundError):
        return _not_there(request, error)
    return _refusal(request, str(error), error.remedy_text(), status)


def _not_there(request: Request, _error: Exception) -> Response:
    return _refusal(request, _("There is no such page here."), _("Look for the record by its code."), 404)


def _of_the_frame(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, StarletteHTTPException) else 500
    if status in {404, 405}:
        return _not_there(request, error)
    return _refusal(request, _("The request was not understood."), _("Begin again at the overview."), status)


def _fault(request: Request, _error: Exception) -> Response:
    return _refusal(
        request,
        _("a fault of the program"),
        _("Try again; if it comes again, tell the administrator when it was."),
        500,
    )


def _refusal(request: Request, cause: str, remedy: str, status: int) -> Response:
    return page(request, "refusal.html.j2", {"cause": cause, "remedy": remedy}, status=status)
