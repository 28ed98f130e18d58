"""The ledger's rows of documents and records held against the event log: what was changed past the program shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from config.dates import instant_text
from config.errors import ExitCode, SohoaError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.signature_rows import AGENCY, OPERATOR
from pipeline.wording import state_name
from signing.report import Verdict
from storage.ledger.models import Document, DocumentVersion, Event, Record, Signature
from storage.ledger.states import DocumentState, RecordState

RECEIVED, ADMITTED = "document.received", "document.admitted"
NO_EVENT, ROW_GONE = _("no event tells of it"), _("an event tells of it; the ledger's row is gone")
_AT_A_TIME = 1000
_STATES = {f"document.{state}": state for state in DocumentState}


class LedgerRowError(SohoaError):
    """A row of the ledger does not follow from the events that tell of it."""

    code = "ledger_row_changed"
    exit_code = ExitCode.CHECK_FAILED
    message = _("{row}: {cause}; the ledger was changed past the program")
    remedy = _("Stop all runs, keep the ledger as it is, and restore the last backup beside it to compare.")


@dataclass(slots=True)
class _Told:
    """What the events say of one document."""

    state: str = ""
    version: int | None = None
    record_id: str | None = None
    sealed: set[str] = field(default_factory=set)
    archived: set[datetime] = field(default_factory=set)


def check_documents(session: Session) -> Iterator[LedgerRowError]:
    """Hold each document's state, current version and record, and its versions' hashes and days, against its events."""
    told = _told_of_documents(session)
    here: set[str] = set()
    rows = session.execute(
        select(Document.id, Document.state, Document.current_version, Document.record_id, Document.stt, Record.code)
        .outerjoin(Record, Record.id == Document.record_id)
        .order_by(Document.id)
        .execution_options(yield_per=_AT_A_TIME)
    )
    for id_, state, version, record_id, stt, code in rows:
        here.add(str(id_))
        name = _name(id_, code, stt)
        events = told.get(str(id_))
        if events is None:
            # What is left of a secret version bears its hash alone, and of that the log says nothing.
            if state != DocumentState.QUARANTINED or record_id is not None:
                yield _fault(name, _("no event says that it came in"))
            continue
        yield from _unlike(events, name, state, version, str(record_id) if record_id else None)
    for gone in told.keys() - here:
        # A duplicate of a secret document is struck out with it.
        if told[gone].state != DocumentState.DUPLICATE:
            yield _fault(_name(gone, None, None), _("the events tell of it; the ledger's row is gone"))
    yield from _check_versions(session, told)


def check_signatures(session: Session) -> Iterator[LedgerRowError]:
    """See that the agency's signatures stand with what was sealed, and as sound as they were found then."""
    rows = session.execute(
        select(Document.id, Document.stt, Record.code, DocumentVersion.number, DocumentVersion.sealed_sha256)
        .select_from(Signature)
        .join(DocumentVersion, DocumentVersion.id == Signature.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .outerjoin(Record, Record.id == Document.record_id)
        .where(Signature.role == AGENCY, DocumentVersion.sealed_sha256.is_(None) | (Signature.verdict != Verdict.VALID))
        .order_by(Document.id)
    )
    for id_, stt, code, number, sealed in rows:
        name = _name(id_, code, stt)
        if sealed is None:
            yield _fault(name, _("version {number} has a signature of the agency and was never sealed"), number=number)
        else:
            yield _fault(name, _("the seal of version {number} is not given as sound, as it was made"), number=number)


def check_attests(session: Session) -> Iterator[LedgerRowError]:
    """See that the log tells of each file that the person who scanned signed, and that no such signature lacks one."""
    attested = Event.kind == "stage.attest"
    told = {
        (subject, sha256)
        for subject, sha256 in session.execute(select(Event.subject_id, Event.output_sha256).where(attested))
    }
    has_signature = exists().where(Signature.version_id == DocumentVersion.id, Signature.role == OPERATOR)
    rows = session.execute(
        select(Document.id, Document.stt, Record.code, DocumentVersion.number, DocumentVersion.attested_sha256)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .outerjoin(Record, Record.id == Document.record_id)
        .where(DocumentVersion.attested_sha256.is_not(None) | has_signature)
        .order_by(Document.id)
    )
    for id_, stt, code, number, sha256 in rows:
        if (str(id_), sha256) not in told:
            cause = _("no event says that who scanned version {number} signed it with this hash")
            yield _fault(_name(id_, code, stt), cause, number=number)


def check_records(session: Session) -> Iterator[LedgerRowError]:
    """Hold each record's state against its last event."""
    kinds = {f"record.{state}": str(state) for state in RecordState}
    rows = session.execute(select(Event.kind, Event.subject_id).where(Event.kind.in_(kinds)).order_by(Event.seq))
    last = {subject: kinds[kind] for kind, subject in rows}
    for id_, code, state in session.execute(select(Record.id, Record.code, Record.state).order_by(Record.id)):
        if state != (expected := last.get(str(id_), RecordState.OPEN)):
            row = gettext(_("record {code}")).format(code=code)
            cause = _("it stands as “{here}”, its last event says “{told}”")
            yield _fault(row, cause, here=state_name(state), told=state_name(expected))


def _told_of_documents(session: Session) -> dict[str, _Told]:
    told: dict[str, _Told] = {}
    rows = session.execute(
        select(Event.kind, Event.subject_id, Event.at, Event.output_sha256, Event.payload)
        .where(Event.kind.in_([RECEIVED, ADMITTED, *_STATES]))
        .order_by(Event.seq)
        .execution_options(yield_per=_AT_A_TIME)
    )
    for kind, subject, at, output, payload in rows:
        one = told.setdefault(subject, _Told())
        # Events of earlier ledgers do not all name the version: then it is not known any more.
        one.version = payload.get("version", one.version if kind == ADMITTED else None)
        if kind == RECEIVED:
            one.state = DocumentState.DUPLICATE if payload.get("duplicate") else DocumentState.IN_WORK
        elif kind == ADMITTED:
            one.record_id = payload.get("record", one.record_id)
        else:
            one.state = _STATES[kind]
        if one.state == DocumentState.SEALED and output:
            one.sealed.add(output)
        if one.state == DocumentState.ARCHIVED and kind in _STATES:
            one.archived.add(at)
    return told


def _unlike(events: _Told, name: str, state: str, version: int, record_id: str | None) -> Iterator[LedgerRowError]:
    if state != events.state:
        cause = _("it stands as “{here}”, its last event says “{told}”")
        yield _fault(name, cause, here=state_name(state), told=state_name(events.state))
    if events.version is not None and version != events.version:
        cause = _("version {here} is given as the current one, its last event says version {told}")
        yield _fault(name, cause, here=version, told=events.version)
    is_erased = events.state == DocumentState.QUARANTINED
    if events.record_id is not None and record_id != events.record_id and not is_erased:
        yield _fault(name, _("it stands in another record than the one it was admitted to"))


def _check_versions(session: Session, told: dict[str, _Told]) -> Iterator[LedgerRowError]:
    rows = session.execute(
        select(DocumentVersion, Record.code, Document.stt)
        .join(Document, Document.id == DocumentVersion.document_id)
        .outerjoin(Record, Record.id == Document.record_id)
        .where(DocumentVersion.sealed_sha256.is_not(None) | DocumentVersion.archived_at.is_not(None))
        .order_by(DocumentVersion.id)
        .execution_options(yield_per=_AT_A_TIME)
    )
    nothing = _Told()
    for version, code, stt in rows:
        events = told.get(str(version.document_id), nothing)
        name, number = _name(version.document_id, code, stt), version.number
        if version.sealed_sha256 is not None and version.sealed_sha256 not in events.sealed:
            yield _fault(name, _("no event says that version {number} was sealed with this hash"), number=number)
        if version.archived_at is not None and version.archived_at not in events.archived:
            cause = _("no event says that version {number} was archived at {at}")
            yield _fault(name, cause, number=number, at=instant_text(version.archived_at))


def _name(id_: object, code: str | None, stt: int | None) -> str:
    return gettext(_("document {document}")).format(document=f"{code}.{stt} ({id_})" if code else id_)


def _fault(row: str, cause: str, **details: object) -> LedgerRowError:
    return LedgerRowError(row=row, cause=gettext(cause).format(**details))
