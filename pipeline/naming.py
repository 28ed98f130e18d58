"""How people name a document: `{mã hồ sơ}.{STT}`, as its file is named; or by its id."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.codes import normalize_record_code
from config.errors import CodeError, NotFoundError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from storage.ledger.models import Document, Record


def find_document(ctx: Context, name: str) -> UUID:
    """Give the id of a document named by id, by mã hồ sơ and STT, or by the mã hồ sơ of a record with only one.

    Raise NotFoundError when there is none, UsageError when the name fits several.
    """
    try:
        return UUID(name)
    except ValueError:
        pass
    code, _dot, number = name.rpartition(".")
    found = _documents(ctx, name, None)
    if not found and number.isdigit():
        found = _documents(ctx, code, int(number))
    if not found:
        raise NotFoundError(subject=name)
    if len(found) > 1:
        names = ", ".join(sorted(found.values()))
        raise UsageError(cause=gettext(_("{name} fits several documents: {names}")).format(name=name, names=names))
    return next(iter(found))


def record_and_number(session: Session, name: str) -> tuple[str, int | None]:
    """Give the mã hồ sơ a name stands for and, where it is the code of one document of that record, its STT.

    Raise NotFoundError when neither a record nor a document is called so, CodeError for what can be no code.
    """
    head, _dot, number = name.strip().rpartition(".")
    if head and number.isdecimal():
        with suppress(CodeError):
            code, stt = normalize_record_code(head), int(number)
            named = select(Document.id).join(Record, Record.id == Document.record_id)
            if session.scalar(named.where(Record.code == code, Document.stt == stt).limit(1)):
                return code, stt
    code = normalize_record_code(name)
    if not session.scalar(select(Record.id).where(Record.code == code).limit(1)):
        raise NotFoundError(subject=name)
    return code, None


def document_names(ctx: Context, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give the names of documents; one without a record or number is named by its id."""
    with ctx.ledger.reading() as session:
        return names_in(session, ids)


def names_in(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give the names of documents as `document_names` does, in an open session."""
    wanted = list(ids)
    rows = session.execute(
        select(Document.id, Record.code, Document.stt)
        .join(Record, Record.id == Document.record_id)
        .where(Document.id.in_(wanted))
    )
    named = {id_: document_name(code, stt) for id_, code, stt in rows if stt}
    return {id_: named.get(id_, str(id_)) for id_ in wanted}


def shown_place(session: Session, document: Document) -> str:
    """Give what people find a document by: its path in the inbox or, where that is not kept, its name."""
    return document.source_path or names_in(session, [document.id])[document.id]


def document_name(record_code: str, stt: int) -> str:
    """Give the name people call a document by."""
    return f"{record_code}.{stt}"


def _documents(ctx: Context, raw_code: str, stt: int | None) -> dict[UUID, str]:
    try:
        code = normalize_record_code(raw_code)
    except CodeError:
        return {}
    query = (
        select(Document.id, Document.agency_code, Document.stt)
        .join(Record, Record.id == Document.record_id)
        .where(Record.code == code, Document.stt.is_not(None))
    )
    if stt is not None:
        query = query.where(Document.stt == stt)
    with ctx.ledger.reading() as session:
        return {id_: f"{id_} ({agency}: {code}.{number})" for id_, agency, number in session.execute(query)}
