"""Pages of a document as pictures: of the archival PDF once it is archived, before that of the scan in work."""

from uuid import UUID

from config.errors import NotFoundError
from pipeline.archival_copies import ArchivalCopy, find_copies, page_picture
from pipeline.context import Context
from pipeline.kept_pictures import KeptPictures
from pipeline.review_crops import crop_of
from pipeline.working_copies import WorkingCopy, find_working_copies, find_working_copy, working_picture
from storage.ledger.models import Document

Paper = ArchivalCopy | WorkingCopy
"""What of a document can be looked at."""


def find_paper(ctx: Context, kept: KeptPictures, document_id: UUID) -> Paper:
    """Give what of a document can be looked at. Raise NotFoundError when nothing can; then nothing is kept of it."""
    with ctx.ledger.reading() as session:
        document = session.get(Document, document_id)
    record_id = document.record_id if document is not None else None
    found = find_papers(ctx, record_id).get(document_id) if record_id is not None else None
    if found is None:
        kept.forget(document_id)
        raise NotFoundError(subject=document_id)
    return found


def find_papers(ctx: Context, record_id: UUID) -> dict[UUID, Paper]:
    """Give what of a record's documents can be looked at, by document."""
    return {**find_working_copies(ctx, record_id), **find_copies(ctx, record_id)}


def picture_of(ctx: Context, kept: KeptPictures, paper: Paper, page: int) -> bytes:
    """Give a page as a JPEG. Raise NotFoundError when there is none, ReadBackError when it is not sound."""
    if isinstance(paper, ArchivalCopy):
        return page_picture(ctx, kept, paper, page)
    return kept.get(paper.document_id, f"page {paper.key} {page}", lambda: working_picture(paper, page))


def field_picture(ctx: Context, kept: KeptPictures, document_id: UUID, field: str) -> bytes:
    """Give the place where a field of a document that waits was read, as a PNG. Raise NotFoundError where none is."""
    copy = find_working_copy(ctx, document_id)
    return kept.get(document_id, f"field {copy.key} {field}", lambda: crop_of(ctx, copy, field))
