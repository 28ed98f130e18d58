"""Keeps what documents are found by up to date: of those touched since, the words of the current version.

Only documents that have passed the secrecy check are found; what is erased is gone at once, by triggers.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from config.codes import holds_personal_number, is_record_code, record_spellings
from config.dates import value_text
from config.text import search_spelling
from pipeline.context import Context
from pipeline.field_views import counting_value
from pipeline.holds import SecretStoredError
from pipeline.identifiers import PAPER_FILE_CODE, identifiers_of
from pipeline.personal_data import personal_data
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

AT_ONCE = 1000
"""Changes that are taken off the list in one turn; a new document makes some dozens of them."""
NEVER_FOUND = (DocumentState.QUARANTINED, DocumentState.DUPLICATE, DocumentState.SUPERSEDED)


def refresh_index(ctx: Context, most: int | None = None) -> bool:
    """Bring the index up to date, in short turns; `most`: after so many changes stop. Say whether all is done.

    Takes no turn among the writers when nothing was touched.
    """
    done = 0
    while most is None or done < most:
        with ctx.ledger.reading() as session:
            if is_index_current(session):
                return True
        with ctx.ledger.session() as session:
            bring_index_up_to_date(session, AT_ONCE)
        done += AT_ONCE
    return False


def bring_index_up_to_date(session: Session, most: int | None = None) -> bool:
    """Index anew what was touched; `most`: after so many changes stop. Say whether nothing is left to do."""
    hold(session, SEARCH_LOCK)
    done = 0
    while most is None or done < most:
        documents = _take_some(session)
        if not documents:
            return True
        _index(session, documents)
        done += AT_ONCE
    return is_index_current(session)


def is_index_current(session: Session) -> bool:
    """Say whether nothing was touched since the index was brought up to date."""
    return not session.scalar(select(exists(select(TouchedDocument.id))))


def _take_some(session: Session) -> Sequence[UUID]:
    """Take some documents off the list; what another session touches meanwhile stays on it."""
    some = select(TouchedDocument.id).order_by(TouchedDocument.id).limit(AT_ONCE).scalar_subquery()
    taken = delete(TouchedDocument).where(TouchedDocument.id.in_(some)).returning(TouchedDocument.document_id)
    return list(dict.fromkeys(session.scalars(taken)))


def _index(session: Session, documents: Sequence[UUID]) -> None:
    """Write down the words of documents; one that was there keeps its number, so that pages of answers do not move."""
    query = (
        select(Document, DocumentVersion.id, Record, RegisterEntry)
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
    there = {
        row.document_id: row for row in session.scalars(select(SearchText).where(SearchText.document_id.in_(documents)))
    }
    for document, version_id, record, entry in session.execute(query).all():
        fields = _fields(session, version_id)
        codes = search_spelling(" ".join(_codes(session, document, record, entry, fields)))
        row = there.pop(document.id, None) or SearchText(document_id=document.id)
        row.codes = codes
        row.head = f"{codes} {search_spelling(' '.join(_head(fields, entry)))}".strip()
        row.body = search_spelling(" ".join(_body(session, version_id)))
        session.add(row)
    session.flush()
    session.execute(delete(SearchText).where(SearchText.document_id.in_(list(there))))


def _fields(session: Session, version_id: UUID) -> dict[str, str]:
    """Give the values that count, by field."""
    by_name: dict[str, list[FieldValue]] = {}
    values = select(FieldValue).where(FieldValue.version_id == version_id).order_by(FieldValue.recorded_at)
    for value in session.scalars(values):
        by_name.setdefault(value.name, []).append(value)
    return {name: text for name, several in by_name.items() if (text := counting_value(several).value)}


def _codes(
    session: Session, document: Document, record: Record, entry: RegisterEntry | None, fields: dict[str, str]
) -> Iterator[str]:
    """Give what everybody may find a document by; what may be a person's number never is."""
    spellings = record_spellings(record.code) if is_record_code(record.code) else (record.code,)
    yield from (f"{code} {document.stt or ''}" for code in spellings)
    codes = [value for name, value in fields.items() if name in personal_data().code_fields]
    codes += [name for scheme, name in identifiers_of(session, record.id) if scheme == PAPER_FILE_CODE]
    codes += [entry.symbol] if entry is not None and entry.symbol else []
    yield from (code for code in dict.fromkeys(codes) if not holds_personal_number(code))


def _head(fields: dict[str, str], entry: RegisterEntry | None) -> Iterator[str]:
    for value in fields.values():
        yield value
        if (as_typed := value_text(value, "vi")) != value:
            yield as_typed
    if entry is not None:
        yield from (text for text in (entry.symbol, entry.subject, entry.procedure_name) if text)


def _body(session: Session, version_id: UUID) -> Iterator[str]:
    pages = select(Page.text).where(Page.version_id == version_id, Page.text.is_not(None)).order_by(Page.number)
    yield from (text for text in session.scalars(pages) if text)
