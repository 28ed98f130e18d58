"""Keeps what documents are found by up to date: of those touched since, the words of the current version.

Only documents that have passed the secrecy check are found; what is erased is gone at once, by triggers.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from config.text import search_spelling
from pipeline.field_views import counting_value
from pipeline.secrecy_gate import SecretStoredError
from storage.ledger.locks import SEARCH_LOCK, hold
from storage.ledger.models import (
    Document,
    DocumentVersion,
    FieldValue,
    Page,
    Record,
    RegisterEntry,
    SearchText,
    TouchedDocument,
)
from storage.ledger.states import DocumentState

AT_ONCE = 200
NEVER_FOUND = (DocumentState.QUARANTINED, DocumentState.DUPLICATE, DocumentState.SUPERSEDED)


def bring_index_up_to_date(session: Session, most: int | None = None) -> bool:
    """Index anew what was touched; `most`: only so many documents. Say whether nothing is left to do."""
    hold(session, SEARCH_LOCK)
    done = 0
    while most is None or done < most:
        documents = _take_some(session)
        if not documents:
            return True
        _index(session, documents)
        done += len(documents)
    return not session.scalar(select(exists(select(TouchedDocument.id))))


def _take_some(session: Session) -> Sequence[UUID]:
    """Take some documents off the list; what another session touches meanwhile stays on it."""
    some = select(TouchedDocument.id).order_by(TouchedDocument.id).limit(AT_ONCE).scalar_subquery()
    taken = delete(TouchedDocument).where(TouchedDocument.id.in_(some)).returning(TouchedDocument.document_id)
    return list(dict.fromkeys(session.scalars(taken)))


def _index(session: Session, documents: Sequence[UUID]) -> None:
    session.execute(delete(SearchText).where(SearchText.document_id.in_(documents)))
    query = (
        select(Document, DocumentVersion.id, Record.code, RegisterEntry)
        .join(
            DocumentVersion,
            (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.current_version),
        )
        .join(Record, Record.id == Document.record_id)
        .outerjoin(RegisterEntry, RegisterEntry.id == Record.register_entry_id)
        .where(
            Document.id.in_(documents),
            Document.state.not_in(NEVER_FOUND),
            Document.reason_code.is_distinct_from(SecretStoredError.code),
            DocumentVersion.secrecy_passed_at.is_not(None),
        )
    )
    session.add_all(
        SearchText(
            document_id=document.id,
            head=search_spelling(" ".join(_head(session, document, version_id, code, entry))),
            body=search_spelling(" ".join(_body(session, version_id))),
        )
        for document, version_id, code, entry in session.execute(query).all()
    )
    session.flush()


def _head(
    session: Session, document: Document, version_id: UUID, code: str, entry: RegisterEntry | None
) -> Iterator[str]:
    yield f"{code} {document.stt or ''}"
    by_name: dict[str, list[FieldValue]] = {}
    values = select(FieldValue).where(FieldValue.version_id == version_id).order_by(FieldValue.recorded_at)
    for value in session.scalars(values):
        by_name.setdefault(value.name, []).append(value)
    for several in by_name.values():
        if text := counting_value(several).value:
            yield text
    if entry is not None:
        yield from (text for text in (entry.symbol, entry.subject, entry.procedure_name) if text)


def _body(session: Session, version_id: UUID) -> Iterator[str]:
    pages = select(Page.text).where(Page.version_id == version_id, Page.text.is_not(None)).order_by(Page.number)
    yield from (text for text in session.scalars(pages) if text)
