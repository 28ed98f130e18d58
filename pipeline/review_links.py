"""What a person says of the row of the register that a document is: this one, or none."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.codes import normalize_record_code
from config.errors import NotFoundError, UsageError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.naming import names_in
from pipeline.register.linking import QUESTIONS, decide_link
from pipeline.review import go_on, settle
from pipeline.review_seen import Seen, tasks_as_seen
from storage.ledger.models import Document, Record, RegisterEntry, ReviewTask
from storage.ledger.states import DocumentState


class RowOfFolderError(UsageError):
    """A document was to be no row of the register, though its folder bears the row's name."""

    code = "row_of_folder"
    message = _("{document}: its folder bears the name of the row {row}")
    remedy = _("Where the paper lies in the wrong folder, reject it and put it into the right one.")


class RowUnknownError(NotFoundError):
    """No row of the register is called so, or it was withdrawn."""

    code = "row_unknown"
    message = _("the register has no row {row} in force for {agency}")
    remedy = _("Give the mã hồ sơ or the name of the row as the register's file has it.")


def link_row(ctx: Context, document_id: UUID, row: str | None, *, seen: Seen | None = None) -> DocumentState:
    """Say which row of the register a document is, or with None that it is none; give the document's state.

    Its record is tied to the row and keeps its own name. Raise RowUnknownError where there is no such row,
    RowOfFolderError where the folder itself says which row it is.
    `seen`: it answers this question, as it was shown; with what `tasks_as_seen` raises.
    """
    with ctx.ledger.session() as session:
        if seen is not None:
            tasks_as_seen(session, document_id, seen)
        document = session.get_one(Document, document_id)
        record = session.get(Record, document.record_id) if document.record_id else None
        if record is None:
            raise NotFoundError(subject=document_id)
        entry = _entry(session, record, row) if row is not None else None
        own = session.get(RegisterEntry, record.register_entry_id) if record.register_entry_id else None
        if own is not None and own.record_code == record.code and entry is not own:
            name = names_in(session, [document_id])[document_id]
            raise RowOfFolderError(document=name, row=own.record_code)
        decide_link(ctx, session, document_id, entry.id if entry is not None else None)
        open_tasks = select(ReviewTask).where(
            ReviewTask.document_id == document_id,
            ReviewTask.settled_at.is_(None),
            ReviewTask.reason_code.in_(QUESTIONS),
        )
        for task in session.scalars(open_tasks).all():
            settle(ctx, session, task, "set")
        return go_on(ctx, session, document_id)


def _entry(session: Session, record: Record, row: str) -> RegisterEntry:
    """Find a row by its mã hồ sơ or own name, of the record's agency before any other."""
    code = normalize_record_code(row)
    named = select(RegisterEntry).where(RegisterEntry.record_code == code, RegisterEntry.withdrawn_at.is_(None))
    found = session.scalars(named.order_by(RegisterEntry.agency_code != record.agency_code).limit(2)).all()
    if not found or (len(found) > 1 and found[0].agency_code != record.agency_code):
        raise RowUnknownError(row=code, agency=record.agency_code)
    return found[0]
