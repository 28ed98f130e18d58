"""What a person says of a document's or record's archival metadata, beside the fields read from its pages."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.codes import normalize_record_code
from config.errors import NotFoundError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import fold_space
from pipeline.archival_metadata import DEFAULTS, STATUS, note_missing
from pipeline.archival_rules import check_metadata
from pipeline.context import Context
from pipeline.identifiers import PAPER_FILE_CODE, name_paper_file
from pipeline.naming import find_document
from pipeline.record_metadata import BY_PERSONS
from storage.ledger import events
from storage.ledger.models import Document, Record

OF_DOCUMENT = (*DEFAULTS, STATUS)
METADATA = frozenset({*OF_DOCUMENT, *BY_PERSONS})
_LONGEST = {STATUS: 2, "title": 1000, PAPER_FILE_CODE: 100, "box": 100, "shelf": 100}


def set_metadata(ctx: Context, name: str, column: str, value: str) -> str:
    """Give a document, or the record it names, one value of its archival metadata; give the value kept.

    Raise UsageError for a value that may not stand there, NotFoundError when nothing has this name.
    """
    checked = _checked(column, value)
    if column in OF_DOCUMENT:
        _set_on_document(ctx, name, column, checked)
    else:
        _set_on_record(ctx, name, column, checked)
    return "1" if checked is True else "0" if checked is False else str(checked)


def _checked(column: str, value: str) -> str | int | bool:
    text = fold_space(value)
    if column == "total_papers":
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**9):
            raise UsageError(
                cause=gettext(_("{field} is a number of sheets, not “{value}”")).format(field=column, value=text)
            )
        return int(text)
    longest = _LONGEST.get(column)
    if longest is not None and not 0 < len(text) <= longest:
        cause = gettext(_("{field} has 1 to {most} characters"))
        raise UsageError(cause=cause.format(field=column, most=longest))
    return check_metadata(column, text)


def _set_on_document(ctx: Context, name: str, column: str, value: str | int | bool) -> None:
    document_id = find_document(ctx, name)
    with ctx.ledger.session() as session:
        document = session.get_one(Document, document_id)
        setattr(document, column, value)
        note_missing(session, document, ctx.clock())
        _tell(ctx, session, "document", str(document_id), column)


def _set_on_record(ctx: Context, name: str, column: str, value: str | int | bool) -> None:
    with ctx.ledger.session() as session:
        record = _record(ctx, session, name)
        if column == PAPER_FILE_CODE:
            name_paper_file(session, record.id, str(value), ctx.clock())
        else:
            setattr(record, column, value)
        _tell(ctx, session, "record", str(record.id), column)


def _record(ctx: Context, session: Session, name: str) -> Record:
    """Find a record by its mã hồ sơ, or by one of its documents. Raise when none or several fit."""
    found = session.scalars(select(Record).where(Record.code == normalize_record_code(name))).all()
    if len(found) > 1:
        agencies = ", ".join(sorted(record.agency_code for record in found))
        cause = gettext(_("{name} is a record of several agencies ({agencies}); name one of its documents by its id"))
        raise UsageError(cause=cause.format(name=name, agencies=agencies))
    if found:
        return found[0]
    document = session.get_one(Document, find_document(ctx, name))
    if document.record_id is None:
        raise NotFoundError(subject=name)
    return session.get_one(Record, document.record_id)


def _tell(ctx: Context, session: Session, subject_type: str, subject_id: str, column: str) -> None:
    events.append(
        session,
        kind="metadata.set",
        actor=ctx.actor,
        subject_type=subject_type,
        subject_id=subject_id,
        at=ctx.clock(),
        payload={"field": column},
    )
