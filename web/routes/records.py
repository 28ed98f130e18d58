"""One record: looked at, its personal data opened for a reason, its signatures judged, its evidence taken away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.accounts import AccountRole, Visitor
from pipeline.accounts.model import Account
from pipeline.archival_copies import ArchivalCopy
from pipeline.evidence.choosing import GIVEN
from pipeline.evidence.packing import make_pack, pack_name
from pipeline.overview import RecordView, show_record_of
from pipeline.page_pictures import find_papers
from pipeline.personal_data import (
    ReasonError,
    open_personal_data,
    personal_data,
    reason_given,
    sees_personal_data,
    shown_until,
)
from pipeline.record_access import happenings, view_record
from pipeline.verification import NotArchivedError, Proof, verify_record
from web.downloads import ZIP_KIND, as_file
from web.forms import own_form
from web.rendering import page
from web.routes.documents import CoveredError
from web.site import Site
from web.visiting import Someone, TheSite, acting

router = APIRouter()


@router.get("/records/{record_id}")
def show_record(request: Request, visitor: Someone, site: TheSite, record_id: UUID) -> Response:
    """Show all that is known of a record."""
    return _shown(request, visitor, site, record_id)


@router.post("/records/{record_id}/personal-data", dependencies=[Depends(own_form)])
def open_data(
    request: Request,
    visitor: Someone,
    site: TheSite,
    record_id: UUID,
    category: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Show the personal data of a record for a while, for the reason given."""
    try:
        open_personal_data(site.ctx, visitor.account, record_id, category, reason)
    except ReasonError as err:
        return _shown(request, visitor, site, record_id, trouble=err, category=category, reason=reason, status=422)
    return RedirectResponse(f"/records/{record_id}#documents", 303)


@router.post("/records/{record_id}/verify", dependencies=[Depends(own_form)])
def verify(request: Request, visitor: Someone, site: TheSite, record_id: UUID) -> Response:
    """Fetch the archived files of a record, judge their signatures, and say so."""
    record = view_record(site.ctx, visitor.account, record_id)
    proofs: list[Proof] = []
    trouble = None
    try:
        proofs = verify_record(acting(site, visitor), record.code)
    except NotArchivedError as err:
        trouble = err
    return page(request, "verdict.html.j2", {"record": record, "proofs": proofs, "trouble": trouble})


@router.post("/records/{record_id}/evidence", dependencies=[Depends(own_form)])
def take_evidence(visitor: Someone, site: TheSite, record_id: UUID) -> Response:
    """Give the evidence pack of a record to whoever is shown its personal data; the log says who took it and why."""
    account, code = visitor.account, show_record_of(site.ctx, record_id).code
    if not sees_personal_data(site.ctx, account, record_id):
        raise CoveredError
    ctx, purpose = acting(site, visitor), reason_given(site.ctx, account, record_id)
    name = pack_name(code, None, is_test=not ctx.is_production)
    return as_file(name, ZIP_KIND, lambda path: make_pack(ctx, record_id, path, purpose=purpose))


def _shown(  # noqa: PLR0913 - what a form was filled in with is shown again
    request: Request,
    visitor: Visitor,
    site: Site,
    record_id: UUID,
    *,
    trouble: ReasonError | None = None,
    category: str = "",
    reason: str = "",
    status: int = 200,
) -> Response:
    record = view_record(site.ctx, visitor.account, record_id)
    papers = find_papers(site.ctx, record_id)
    values = {
        "record": record,
        "papers": papers,
        "copies": {id_: paper for id_, paper in papers.items() if isinstance(paper, ArchivalCopy)},
        "history": happenings(site.ctx, record),
        "trouble": trouble,
        "category": category,
        "reason": reason,
        **_access(site, visitor.account, record),
    }
    return page(request, "record.html.j2", values, status=status)


def _access(site: Site, account: Account, record: RecordView) -> dict[str, object]:
    """Give what whoever is looking may see and do."""
    rules = personal_data()
    return {
        "is_open": sees_personal_data(site.ctx, account, record.record_id),
        "open_until": shown_until(site.ctx, account, record.record_id),
        "categories": rules.categories,
        "shown_minutes": int(rules.shown_for.total_seconds() // 60),
        "may_pack": any(document.state in GIVEN and document.stt for document in record.documents),
        "may_review": account.role is AccountRole.ARCHIVIST,
    }
