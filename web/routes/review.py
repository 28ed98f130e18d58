"""The review desk: what waits for an archivist, one document with its questions, and rejecting it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import SohoaError
from pipeline.accounts import Visitor
from pipeline.page_pictures import field_picture, find_papers
from pipeline.personal_data import sees_personal_data
from pipeline.record_access import note_view
from pipeline.review import foreseen_of_reject, reject
from pipeline.review_answers import Answer, give
from pipeline.review_crops import placed_fields
from pipeline.review_desk import Desk, look_at
from pipeline.review_effects import effect_of_reject
from pipeline.review_queue import next_waiting, read_queue
from storage.ledger.states import DocumentState
from web.answers import SentForm, answers_in, seen_in
from web.forms import own_form
from web.rendering import page
from web.routes.documents import CoveredError
from web.site import Site
from web.visiting import Archivist, TheSite, acting

router = APIRouter(prefix="/review")


@router.get("")
def queue(
    request: Request,
    _visitor: Archivist,
    site: TheSite,
    agency: str = "",
    after: UUID | None = None,
    became: DocumentState | None = None,
) -> Response:
    """List what waits, the oldest first."""
    listed = read_queue(site.ctx, agency=agency or None, after=after)
    return page(request, "review_queue.html.j2", {"queue": listed, "agency": agency, "after": after, "became": became})


@router.get("/{document_id}")
def desk(request: Request, visitor: Archivist, site: TheSite, document_id: UUID, taken: int = 0) -> Response:
    """Show what is asked about a document beside its pages."""
    return _laid_out(request, visitor, site, look_at(site.ctx, document_id), taken=taken)


@router.post("/{document_id}", dependencies=[Depends(own_form)])
def answer(request: Request, visitor: Archivist, site: TheSite, document_id: UUID, form: SentForm) -> Response:
    """Take the answers to what is asked, and say which could not be taken."""
    answers = answers_in(form)
    given = give(acting(site, visitor), document_id, answers)
    if not given.refused:
        return RedirectResponse(f"/review/{document_id}?taken={given.taken}", 303)
    typed = {one.key: one for one in answers}
    shown = look_at(site.ctx, document_id)
    return _laid_out(request, visitor, site, shown, taken=given.taken, refused=given.refused, typed=typed)


@router.get("/{document_id}/fields/{field}/picture")
def show_field(visitor: Archivist, site: TheSite, document_id: UUID, field: str) -> Response:
    """Give the place where a field was read as a picture."""
    _ensure_open(site, visitor, look_at(site.ctx, document_id).record_id)
    return Response(field_picture(site.ctx, site.pictures, document_id, field), media_type="image/png")


@router.get("/{document_id}/reject")
def ask_reject(request: Request, visitor: Archivist, site: TheSite, document_id: UUID) -> Response:
    """Say what rejecting a document does, and ask."""
    shown = look_at(site.ctx, document_id)
    effect = effect_of_reject(foreseen_of_reject(site.ctx, document_id))
    _note(site, visitor, shown)
    return page(request, "review_reject.html.j2", {"desk": shown, "effect": effect})


@router.post("/{document_id}/reject", dependencies=[Depends(own_form)])
def rejected(visitor: Archivist, site: TheSite, document_id: UUID, seen: Annotated[str, Form()] = "") -> Response:
    """Reject a document."""
    state = reject(acting(site, visitor), document_id, seen=seen_in(seen))
    site.pictures.forget(document_id)
    return RedirectResponse(f"/review?became={state}", 303)


def _laid_out(
    request: Request,
    visitor: Visitor,
    site: Site,
    shown: Desk,
    *,
    taken: int = 0,
    refused: dict[str, SohoaError] | None = None,
    typed: dict[str, Answer] | None = None,
) -> Response:
    _note(site, visitor, shown)
    paper = find_papers(site.ctx, shown.record_id).get(shown.document_id)
    values = {
        "desk": shown,
        "paper": paper if shown.matters else None,
        "placed": placed_fields(site.ctx, shown.document_id) if paper is not None else (),
        "next": next_waiting(site.ctx, shown.document_id),
        "taken": taken,
        "refused": refused or {},
        "typed": typed or {},
    }
    return page(request, "review_document.html.j2", values, status=422 if refused else 200)


def _note(site: Site, visitor: Visitor, shown: Desk) -> None:
    """Write down that a document was looked at with its personal data, as whoever reviews must."""
    _ensure_open(site, visitor, shown.record_id)
    note_view(site.ctx, visitor.account, shown.record_id, "record.viewed", is_open=True, stt=shown.stt)


def _ensure_open(site: Site, visitor: Visitor, record_id: UUID) -> None:
    if not sees_personal_data(site.ctx, visitor.account, record_id):
        raise CoveredError
