"""What `show` tells of a document's pages: the codes on them, and which pages of a stack they are."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.ledger.models import DocumentVersion, PageBarcode, Stack


@dataclass(frozen=True, slots=True)
class CodeView:
    """One QR code or barcode on a page: its format, what kind of thing it says, and its text where that is kept."""

    page: int
    format: str
    meaning: str
    text: str | None


@dataclass(frozen=True, slots=True)
class StackPages:
    """The pages that a document is of the stack it was scanned in, how many that has, and its separator sheets."""

    first: int
    last: int
    pages: int
    separators: int


def page_codes(session: Session, version_id: UUID | None) -> tuple[CodeView, ...]:
    """Give the codes on the pages of a version, from top to bottom."""
    found = session.scalars(
        select(PageBarcode)
        .where(PageBarcode.version_id == version_id)
        .order_by(PageBarcode.page, PageBarcode.top, PageBarcode.left)
    )
    return tuple(CodeView(code.page, code.format, code.meaning, code.text) for code in found)


def stack_pages(session: Session, version_id: UUID | None) -> StackPages | None:
    """Give which pages of a stack a version is, where it was taken out of one."""
    row = session.execute(
        select(DocumentVersion.first_page, DocumentVersion.last_page, Stack.pages, Stack.separators)
        .join(Stack, Stack.id == DocumentVersion.stack_id)
        .where(DocumentVersion.id == version_id)
    ).first()
    return StackPages(row[0] or 0, row[1] or 0, row.pages, len(row.separators)) if row is not None else None
