"""The archival PDF of a document, to look at or to take away: fetched, held against the ledger, and only then given."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, select

from config.errors import NotFoundError
from ocr.source.render import draw_page
from ocr.watermark import watermarked
from pipeline.context import Context
from pipeline.copies.reading import fetch_good
from pipeline.copies.standing import has_good_copy
from pipeline.kept_pictures import KeptPictures
from pipeline.naming import document_name
from pipeline.objects import ARCHIVAL
from storage.ledger.models import Document, DocumentVersion, Record, StoredObject
from storage.ledger.states import DocumentState, Environment

PICTURE_WIDTH_PX = 1240
"""An A4 page at 150 dpi: small print is legible."""


@dataclass(frozen=True, slots=True)
class ArchivalCopy:
    """One archived document that can be given: its record, its name, and its object as the ledger knows it."""

    document_id: UUID
    record_id: UUID
    stt: int
    name: str
    pages: int
    key: str
    sha256: str


def find_copy(ctx: Context, document_id: UUID) -> ArchivalCopy:
    """Give what of a document can be given. Raise NotFoundError when nothing can: it is not archived, or not sound."""
    found = _copies(ctx, Document.id == document_id)
    if document_id not in found:
        raise NotFoundError(subject=document_id)
    return found[document_id]


def find_copies(ctx: Context, record_id: UUID) -> dict[UUID, ArchivalCopy]:
    """Give what of a record's documents can be given, by document."""
    return _copies(ctx, Document.record_id == record_id)


def _copies(ctx: Context, which: ColumnElement[bool]) -> dict[UUID, ArchivalCopy]:
    query = (
        select(Document, Record, StoredObject)
        .join(Record, Record.id == Document.record_id)
        .join(
            DocumentVersion,
            (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.current_version),
        )
        .join(StoredObject, (StoredObject.version_id == DocumentVersion.id) & (StoredObject.kind == ARCHIVAL))
        .where(which, Document.state == DocumentState.ARCHIVED, StoredObject.check_ok | has_good_copy(ctx))
    )
    with ctx.ledger.reading() as session:
        return {
            document.id: ArchivalCopy(
                document_id=document.id,
                record_id=record.id,
                stt=document.stt or 0,
                name=document_name(record.code, document.stt or 0),
                pages=document.page_count or 0,
                key=stored.key,
                sha256=stored.sha256,
            )
            for document, record, stored in session.execute(query)
        }


def page_picture(ctx: Context, kept: KeptPictures, copy: ArchivalCopy, page: int) -> bytes:
    """Give a page as a JPEG; the file is fetched for the first page that is looked at, and kept for a while.

    Raise NotFoundError when it has no such page, ReadBackError when it is not sound.
    """
    if not 1 <= page <= copy.pages:
        raise NotFoundError(subject=page)
    return kept.get(copy.document_id, f"page {copy.sha256} {page}", lambda: _drawn(ctx, kept, copy, page))


def _drawn(ctx: Context, kept: KeptPictures, copy: ArchivalCopy, page: int) -> bytes:
    def fetch() -> bytes:
        with _fetched(ctx, copy) as path:
            return path.read_bytes()

    content = kept.get(copy.document_id, f"file {copy.sha256}", fetch)
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = Path(folder) / "archival.pdf"
        path.write_bytes(content)
        return draw_page(path, page, PICTURE_WIDTH_PX)


def copy_bytes(ctx: Context, copy: ArchivalCopy) -> bytes:
    """Give the file as archived; from a TEST ledger a copy that says TEST on every page and bears no signature."""
    with _fetched(ctx, copy) as path:
        if ctx.environment is not Environment.TEST:
            return path.read_bytes()
        marked = path.with_name("marked.pdf")
        watermarked(path, marked)
        return marked.read_bytes()


@contextmanager
def _fetched(ctx: Context, copy: ArchivalCopy) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = Path(folder) / "archival.pdf"
        fetch_good(ctx, copy.key, path)
        yield path
