"""Which documents of a record a pack may hold: those that are archived at their current version, and nothing secret.

What is in work, waits for a person, was refused or turned out secret is named by number and state alone.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from config.errors import NotFoundError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.naming import document_name, record_and_number
from pipeline.objects import ARCHIVAL, ORIGINAL
from pipeline.rereading import KnownObject, known_objects
from pipeline.verification import NotArchivedError
from storage.ledger.models import Document, DocumentVersion, Record, StoredObject
from storage.ledger.states import DocumentState

GIVEN = (DocumentState.ARCHIVED, DocumentState.WAITING_TRUST)
"""States of documents whose files are given: ours as sealed, and files that others signed, trusted or not."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One document whose files go into a pack, with its stored files at its current version."""

    document_id: UUID
    version_id: UUID
    version: int
    stt: int
    name: str
    archival: KnownObject
    originals: tuple[KnownObject, ...]
    """In the order of pages; none for a file that came in signed: it is its own archival file."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The record that a name stands for, and the number of the one document it means, if it means one."""

    record_id: UUID
    code: str
    agency_code: str
    stt: int | None


def wanted_record(ctx: Context, name: str, agency: str | None = None) -> Wanted:
    """Give the record that a mã hồ sơ or a document's code names.

    Raise NotFoundError when there is none, UsageError when several agencies have one of that code and none was named.
    """
    with ctx.ledger.reading() as session:
        code, stt = record_and_number(session, name)
        records = session.scalars(select(Record).where(Record.code == code).order_by(Record.agency_code)).all()
    meant = [record for record in records if agency in {None, record.agency_code}]
    if not meant:
        raise NotFoundError(subject=f"{agency}: {name}")
    if len(meant) > 1:
        agencies = ", ".join(record.agency_code for record in meant)
        cause = gettext(_("several agencies have a record {name}; name one with --agency: {agencies}"))
        raise UsageError(cause=cause.format(name=name, agencies=agencies))
    return Wanted(meant[0].id, meant[0].code, meant[0].agency_code, stt)


def chosen_documents(ctx: Context, record_id: UUID, stt: int | None = None) -> list[Chosen]:
    """Give what of a record goes into a pack, by number. Raise NotFoundError, NotArchivedError when nothing does."""
    with ctx.ledger.reading() as session:
        record = session.get(Record, record_id)
        if record is None:
            raise NotFoundError(subject=record_id)
        rows = session.execute(
            select(Document, DocumentVersion.id)
            .join(
                DocumentVersion,
                (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.current_version),
            )
            .where(*_given(record_id, stt))
            .order_by(Document.stt)
        ).all()
    subject = record.code if stt is None else document_name(record.code, stt)
    stored = known_objects(ctx, StoredObject.version_id.in_([version_id for _document, version_id in rows]))
    chosen = [_chosen(record.code, document, version_id, stored) for document, version_id in rows]
    found = [one for one in chosen if one is not None]
    if not found:
        raise NotArchivedError(subject=subject)
    return found


def left_out(session: Session, record_id: UUID, given: list[Chosen]) -> list[Document]:
    """Give the numbered documents of a record that a pack names but does not hold."""
    others = select(Document).where(
        Document.record_id == record_id,
        Document.stt.is_not(None),
        Document.id.not_in([one.document_id for one in given]),
    )
    return list(session.scalars(others.order_by(Document.stt)))


def _given(record_id: UUID, stt: int | None) -> list[ColumnElement[bool]]:
    wanted = [Document.record_id == record_id, Document.stt.is_not(None), Document.state.in_(GIVEN)]
    return wanted if stt is None else [*wanted, Document.stt == stt]


def _chosen(code: str, document: Document, version_id: UUID, stored: list[KnownObject]) -> Chosen | None:
    own = sorted(
        (known for known in stored if (known.document_id, known.version) == (document.id, document.current_version)),
        key=lambda known: known.key,
    )
    archival = next((known for known in own if known.kind == ARCHIVAL), None)
    if archival is None or document.stt is None:
        return None
    return Chosen(
        document_id=document.id,
        version_id=version_id,
        version=document.current_version,
        stt=document.stt,
        name=document_name(code, document.stt),
        archival=archival,
        originals=tuple(known for known in own if known.kind == ORIGINAL),
    )
