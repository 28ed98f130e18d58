"""Finding records: a search is sent once, and its pages are then looked at; its words stand in no address."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import NotFoundError
from pipeline.accounts import Visitor
from pipeline.personal_data import ReasonError, personal_data
from pipeline.record_access import KnownRecord, records_called
from pipeline.search.access import open_search, right_of
from pipeline.search.finding import Place
from pipeline.search.searching import Answer, page_of, search_on_page
from web.forms import own_form
from web.rendering import page
from web.site import Site
from web.visiting import Someone, TheSite

router = APIRouter()


@router.get("/records")
def show_search(
    request: Request, visitor: Someone, site: TheSite, search: UUID | None = None, after: str = "", name: str = ""
) -> Response:
    """Show the field to search with, and a page of what a search found; lead to the record of a code."""
    found = records_called(site.ctx, name) if name.strip() else []
    if len(found) == 1:
        return RedirectResponse(f"/records/{found[0].id}", 303)
    answer = page_of(site.ctx, visitor.account, search, _place(after)) if search else None
    return _shown(request, visitor, site, search, answer, typed=name.strip(), named=found, is_first=not after)


@router.post("/records", dependencies=[Depends(own_form)])
def search_records(_request: Request, visitor: Someone, site: TheSite, typed: Annotated[str, Form()] = "") -> Response:
    """Search, and lead to what was found; to the record itself where its code was typed."""
    if not typed.strip():
        return RedirectResponse("/records", 303)
    found = records_called(site.ctx, typed)
    if len(found) == 1:
        return RedirectResponse(f"/records/{found[0].id}", 303)
    return RedirectResponse(f"/records?search={search_on_page(site.ctx, visitor.account, typed)}", 303)


@router.post("/records/open-search", dependencies=[Depends(own_form)])
def open_names(
    request: Request,
    visitor: Someone,
    site: TheSite,
    search: Annotated[UUID | None, Form()] = None,
    category: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Let names and text be searched for a while, for the reason given, and search for the same words again."""
    answer = page_of(site.ctx, visitor.account, search, None) if search else None
    try:
        open_search(site.ctx, visitor.account, category, reason)
    except ReasonError as err:
        return _shown(request, visitor, site, search, answer, trouble=err, category=category, reason=reason)
    if answer is None:
        return RedirectResponse("/records", 303)
    return RedirectResponse(f"/records?search={search_on_page(site.ctx, visitor.account, answer.words)}", 303)


def _place(after: str) -> Place | None:
    """Read where a page begins. Raise NotFoundError for what is no place."""
    try:
        return Place.parse(after) if after else None
    except ValueError:
        raise NotFoundError(subject=after) from None


def _shown(  # noqa: PLR0913 - what a form was filled in with is shown again
    request: Request,
    visitor: Visitor,
    site: Site,
    search: UUID | None,
    answer: Answer | None,
    *,
    typed: str = "",
    named: Sequence[KnownRecord] = (),
    is_first: bool = True,
    trouble: ReasonError | None = None,
    category: str = "",
    reason: str = "",
) -> Response:
    rules, right = personal_data(), right_of(site.ctx, visitor.account)
    if answer and is_first:
        named = records_called(site.ctx, answer.words)
    values = {
        "search": search,
        "answer": answer,
        "typed": answer.words if answer else typed,
        "is_first": is_first,
        "named": named if len(named) > 1 else (),
        "right": right,
        "trouble": trouble,
        "category": category,
        "reason": reason,
        "categories": rules.categories,
        "minutes": int(rules.shown_for.total_seconds() // 60),
    }
    return page(request, "records.html.j2", values, status=422 if trouble else 200)
