"""The pages of an archived document as pictures, and the file to take away; both show personal data."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import UsageError
from config.i18n import mark as _
from pipeline.archival_copies import ArchivalCopy, copy_bytes, find_copy
from pipeline.page_pictures import Paper, find_paper, picture_of
from pipeline.personal_data import sees_personal_data
from pipeline.record_access import note_view
from web.rendering import as_download, page
from web.visiting import Someone, TheSite

router = APIRouter()


class CoveredError(UsageError):
    """What shows personal data was asked for without a reason."""

    code = "covered"
    message = _("this shows personal data, which are covered")
    remedy = _("Give a reason on the record's page first.")


def open_copy(visitor: Someone, site: TheSite, document_id: UUID) -> ArchivalCopy:
    """Give what of a document can be given. Raise CoveredError when it may not be seen, NotFoundError otherwise."""
    copy = find_copy(site.ctx, document_id)
    if not sees_personal_data(site.ctx, visitor.account, copy.record_id):
        raise CoveredError
    return copy


def open_paper(visitor: Someone, site: TheSite, document_id: UUID) -> Paper:
    """Give what of a document can be looked at. Raise CoveredError when it may not be seen, NotFoundError otherwise."""
    paper = find_paper(site.ctx, site.pictures, document_id)
    if not sees_personal_data(site.ctx, visitor.account, paper.record_id):
        raise CoveredError
    return paper


OpenPaper = Annotated[Paper, Depends(open_paper)]
OpenCopy = Annotated[ArchivalCopy, Depends(open_copy)]


@router.get("/documents/{document_id}/pages/{number}")
def show_page(request: Request, paper: OpenPaper, number: int) -> Response:
    """Show one page, large, with ways to the next and the one before."""
    if not 1 <= number <= paper.pages:
        return RedirectResponse(f"/documents/{paper.document_id}/pages/1", 303)
    values = {"copy": paper, "number": number, "is_archived": isinstance(paper, ArchivalCopy)}
    return page(request, "document_page.html.j2", values)


@router.get("/documents/{document_id}/pages/{number}/picture")
def show_picture(paper: OpenPaper, site: TheSite, number: int) -> Response:
    """Give one page as a picture."""
    return Response(picture_of(site.ctx, site.pictures, paper, number), media_type="image/jpeg")


@router.get("/documents/{document_id}/archival")
def take_away(copy: OpenCopy, site: TheSite, visitor: Someone) -> Response:
    """Give the archival PDF, and write down that it was given."""
    content = copy_bytes(site.ctx, copy)
    note_view(site.ctx, visitor.account, copy.record_id, "record.downloaded", is_open=True, stt=copy.stt)
    prefix = "" if site.ctx.is_production else "TEST_"
    return as_download(content, f"{prefix}{copy.name}.pdf")
