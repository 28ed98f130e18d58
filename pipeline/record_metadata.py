"""What TT 05/2025 requires of a record, put together from its documents, its register row and what persons said.

Counted anew each time it is asked for, so that it never lags behind the documents. What cannot be known is missing:
one document without a date leaves the record's dates open, and sheets of paper cannot be counted from scans.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archival_rules import FLAG, archival_rules
from pipeline.identifiers import PAPER_FILE_CODE, identifiers_of
from storage.ledger.models import Document, DocumentVersion, FieldValue, Record, RegisterEntry
from storage.ledger.states import DocumentState

OUTSIDE = (DocumentState.REFUSED, DocumentState.SUPERSEDED, DocumentState.DUPLICATE, DocumentState.QUARANTINED)
"""States in which a document is no part of what its record holds."""
BY_PERSONS = ("title", "total_papers", PAPER_FILE_CODE, "box", "shelf")
"""What only a person, or for the title the register, can say of a record."""


@dataclass(frozen=True, slots=True)
class RecordMetadata:
    """The metadata of a record: what is known, and the required names that nothing and nobody has said."""

    values: dict[str, str]
    missing: tuple[str, ...]


def record_metadata(session: Session, record: Record) -> RecordMetadata:
    """Give a record's metadata as its documents, its register row and persons say now."""
    documents = session.scalars(
        select(Document).where(Document.record_id == record.id, Document.state.not_in(OUTSIDE))
    ).all()
    entry = session.get(RegisterEntry, record.register_entry_id) if record.register_entry_id else None
    values: dict[str, object] = {
        "title": record.title or _title(session, entry, documents),
        "maintenance": _shared(documents, "maintenance", _prevailing),
        "mode": _shared(documents, "mode", _prevailing),
        "language": _shared(documents, "language", lambda _column, codes: ", ".join(sorted(codes))),
        "total_documents": len(documents) or None,
        "total_papers": record.total_papers,
        "total_pages": _total([document.page_count for document in documents]),
        "confidence_level": _shared(documents, "confidence_level", _mixed),
        FLAG: _any_has_safety_copy(documents),
        PAPER_FILE_CODE: dict(identifiers_of(session, record.id)).get(PAPER_FILE_CODE),
        "box": record.box,
        "shelf": record.shelf,
    }
    values["start_date"], values["end_date"] = _dates(session, documents)
    known = {name: _shown(value) for name, value in values.items() if value is not None}
    return RecordMetadata(known, tuple(name for name in _required(values) if name not in known))


def _required(values: dict[str, object]) -> Iterable[str]:
    yield from archival_rules().record
    if values["confidence_level"] != archival_rules().born_digital:
        yield PAPER_FILE_CODE


def _title(session: Session, entry: RegisterEntry | None, documents: Sequence[Document]) -> str | None:
    """Give what the register calls it; else the abstract of the one document it holds."""
    if entry is not None and (entry.subject or entry.procedure_name):
        return entry.subject or entry.procedure_name
    if len(documents) != 1:
        return None
    return _sure_values(session, documents, "subject")[0]


def _dates(session: Session, documents: Sequence[Document]) -> tuple[date | None, date | None]:
    """Give the earliest and the latest date of the documents; nothing while one of them has none that is sure."""
    found = _sure_values(session, documents, "issued_on")
    days = [date.fromisoformat(value) for value in found if value]
    return (min(days), max(days)) if days and len(days) == len(found) else (None, None)


def _sure_values(session: Session, documents: Sequence[Document], name: str) -> list[str | None]:
    """Give each document's value of one field: a person's newest, else the machine's or the register's that counts."""
    sure: list[str | None] = []
    for document in documents:
        values = session.scalars(
            select(FieldValue)
            .join(DocumentVersion, DocumentVersion.id == FieldValue.version_id)
            .where(
                DocumentVersion.document_id == document.id,
                DocumentVersion.number == document.current_version,
                FieldValue.name == name,
                FieldValue.status == "accepted",
            )
            .order_by(FieldValue.source == "person", FieldValue.recorded_at)
        ).all()
        sure.append(values[-1].value if values else None)
    return sure


def _shared(documents: Sequence[Document], column: str, join: Callable[[str, set[str]], str | None]) -> str | None:
    """Give what the documents' codes come to together; nothing while one of them has none."""
    codes = {getattr(document, column) for document in documents}
    return None if None in codes or not codes else join(column, codes)


def _prevailing(column: str, codes: set[str]) -> str | None:
    """Give the code that prevails; where one stands outside the order of years, only the first of all is sure."""
    order = list(archival_rules().codes[column])
    first = min(codes, key=order.index)
    if column == "maintenance" and order[-1] in codes and len(codes) > 1 and first != order[0]:
        return None
    return first


def _mixed(_column: str, codes: set[str]) -> str:
    return next(iter(codes)) if len(codes) == 1 else archival_rules().mixed


def _any_has_safety_copy(documents: Sequence[Document]) -> bool | None:
    """Tell whether any document has a safety copy; unknown while none has and of one nobody said anything."""
    flags = [document.risk_recovery for document in documents]
    if any(flags):
        return True
    return None if None in flags or not flags else False


def _total(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value)
