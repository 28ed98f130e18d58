"""The pages of an archived document as pictures, and the file to take away; both show personal data."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import UsageError
from config.i18n import mark as _
from pipeline.archival_copies import ArchivalCopy, copy_bytes, find_copy, page_picture
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


OpenCopy = Annotated[ArchivalCopy, Depends(open_copy)]


@router.get("/documents/{document_id}/pages/{number}")
def show_page(request: Request, copy: OpenCopy, number: int) -> Response:
    """Show one page, large, with ways to the next and the one before."""
    if not 1 <= number <= copy.pages:
        return RedirectResponse(f"/documents/{copy.document_id}/pages/1", 303)
    return page(request, "document_page.html.j2", {"copy": copy, "number": number})


@router.get("/documents/{document_id}/pages/{number}/picture")
def show_picture(copy: OpenCopy, site: TheSite, number: int) -> Response:
    """Give one page as a picture."""
    return Response(page_picture(site.ctx, copy, number), media_type="image/jpeg")


@router.get("/documents/{document_id}/archival")
def take_away(copy: OpenCopy, site: TheSite, visitor: Someone) -> Response:
    """Give the archival PDF, and write down that it was given."""
    content = copy_bytes(site.ctx, copy)
    note_view(site.ctx, visitor.account, copy.record_id, "record.downloaded", is_open=True, stt=copy.stt)
    prefix = "" if site.ctx.is_production else "TEST_"
    return as_download(content, f"{prefix}{copy.name}.pdf")
