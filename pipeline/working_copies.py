"""The pages of a document that is not archived yet, to look at: the scan as delivered, from the work folder.

Only what has passed the secrecy gate and is not suspected since, on the machine that reads; decision 0032.
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from config.errors import NotFoundError
from ocr.framed import whole
from ocr.source import open_delivered
from pipeline.context import Context
from pipeline.job import work_folder
from pipeline.naming import document_name
from pipeline.secrecy_doubts import SUSPECTED
from pipeline.stages.deliver import DELIVER
from storage.ledger.models import Document, DocumentVersion, Finding, Page, Record, ReviewTask
from storage.ledger.states import DocumentState

SHOWN_STATES = (
    DocumentState.IN_WORK,
    DocumentState.WAITING_ATTEST,
    DocumentState.WAITING_REVIEW,
    DocumentState.WAITING_RELEASE,
    DocumentState.PENDING_SIGNATURE,
    DocumentState.SEALED,
)
LONGEST_PX = 1754
"""An A4 page at 150 dpi: small print is legible."""


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A document that waits and can be looked at: its record, name and delivered file, and how pages are turned."""

    document_id: UUID
    record_id: UUID
    stt: int
    name: str
    pages: int
    path: Path
    key: str
    """What names its content: version, hash of what came in, and how its pages are turned."""
    turns: tuple[tuple[int, int], ...]
    """(page, by how many degrees it is turned to stand upright)."""


def find_working_copy(ctx: Context, document_id: UUID) -> WorkingCopy:
    """Give what of a document that waits can be looked at. Raise NotFoundError when nothing can."""
    found = _copies(ctx, Document.id == document_id)
    if document_id not in found:
        raise NotFoundError(subject=document_id)
    return found[document_id]


def find_working_copies(ctx: Context, record_id: UUID) -> dict[UUID, WorkingCopy]:
    """Give what of a record's documents that wait can be looked at, by document."""
    return _copies(ctx, Document.record_id == record_id)


def may_be_shown() -> ColumnElement[bool]:
    """Give the SQL condition that a document's current version may be shown before it is archived."""
    is_suspected = exists().where(
        ReviewTask.document_id == Document.id, ReviewTask.settled_at.is_(None), ReviewTask.reason_code == SUSPECTED
    )
    is_doubtful = exists().where(Finding.document_id == Document.id, Finding.code == SUSPECTED)
    return (
        Document.state.in_(SHOWN_STATES) & DocumentVersion.secrecy_passed_at.is_not(None) & ~is_suspected & ~is_doubtful
    )


def working_picture(copy: WorkingCopy, page: int) -> bytes:
    """Give a page, upright, as a JPEG.

    Raise NotFoundError when it has no such page or its work was cleared meanwhile, DamagedFileError.
    """
    if not 1 <= page <= copy.pages or not copy.path.is_file():
        raise NotFoundError(subject=page)
    with open_delivered(copy.path) as delivered:
        return whole(delivered, page, dict(copy.turns).get(page, 0), LONGEST_PX)


def _copies(ctx: Context, which: ColumnElement[bool]) -> dict[UUID, WorkingCopy]:
    query = (
        select(Document, Record, DocumentVersion)
        .join(Record, Record.id == Document.record_id)
        .join(
            DocumentVersion,
            (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.current_version),
        )
        .where(which, may_be_shown())
    )
    with ctx.ledger.reading() as session:
        rows = session.execute(query).all()
        found = (_copy(ctx, session, document, record, version) for document, record, version in rows)
        return {copy.document_id: copy for copy in found if copy is not None}


def _copy(
    ctx: Context, session: Session, document: Document, record: Record, version: DocumentVersion
) -> WorkingCopy | None:
    """Give the copy of one document; None where its pages were not measured or lie on another machine."""
    path = work_folder(ctx, document.id, version.number) / DELIVER.output
    turned = select(Page.number, Page.rotation).where(Page.version_id == version.id).order_by(Page.number)
    turns = tuple((number, rotation) for number, rotation in session.execute(turned))
    if not turns or not path.is_file():
        return None
    return WorkingCopy(
        document_id=document.id,
        record_id=record.id,
        stt=document.stt or 0,
        name=document_name(record.code, document.stt or 0),
        pages=len(turns),
        path=path,
        key=f"v{version.number} {document.original_sha256} {turns}",
        turns=turns,
    )
