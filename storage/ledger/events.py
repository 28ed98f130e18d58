"""The append-only log: events are added in one chain, and the chain is checked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from config.errors import ChainBrokenError
from config.i18n import gettext
from config.i18n import mark as _
from storage.ledger.chain import EVENT_SCHEMA, GENESIS, ChainHead, EventFacts
from storage.ledger.event_payload import clean_actor, clean_code, clean_hash, clean_identifier, clean_payload
from storage.ledger.locks import EVENT_LOCK, hold
from storage.ledger.models import Event

__all__ = ["ChainHead", "append", "check_chain", "facts_of", "head"]

_ROWS_AT_A_TIME = 1000

_CHANGED = _("its content was changed")
_MISSING = _("an event is missing")
_REORDERED = _("it does not follow the event before it")
_CUT = _("later events were cut off: a head kept outside the ledger knows of them")
_REWRITTEN = _("it is not the event that a head kept outside the ledger names")
_SCHEMA = _("its schema version is not known")


def append(  # noqa: PLR0913 - an event says who did what to which thing when
    session: Session,
    *,
    kind: str,
    actor: str,
    subject_type: str,
    subject_id: str | UUID,
    at: datetime,
    input_hash: str | None = None,
    output_hash: str | None = None,
    payload: Mapping[str, object] | None = None,
) -> Event:
    """Add an event to the chain, in the session's transaction.

    From here to the end of the transaction other writers of events wait, so this is done late.
    Raise EventPayloadError when something in it might be a name, a text or a personal number.
    """
    facts = EventFacts(
        schema_version=EVENT_SCHEMA,
        seq=0,
        at=at,
        kind=clean_code(kind, "kind", kind),
        actor=clean_actor(kind, actor),
        subject_type=clean_code(kind, "subject_type", subject_type),
        subject_id=clean_identifier(kind, "subject_id", subject_id),
        input_sha256=clean_hash(kind, "input_hash", input_hash),
        output_sha256=clean_hash(kind, "output_hash", output_hash),
        payload=clean_payload(kind, payload or {}),
    )
    hold(session, EVENT_LOCK)
    last = head(session)
    facts = replace(facts, seq=last.seq + 1)
    event = Event(**asdict(facts), prev_hash=last.hash, hash=facts.hash_after(last.hash))
    session.add(event)
    session.flush()
    return event


def head(session: Session) -> ChainHead:
    """Give the last event's number and hash; number 0 when there is none."""
    row = session.execute(select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)).one_or_none()
    return ChainHead(0, GENESIS) if row is None else ChainHead(row.seq, row.hash)


def check_chain(session: Session, heads: Iterable[ChainHead] = ()) -> ChainHead:
    """Compute the whole chain again and compare it with itself and with heads kept outside; give its head.

    Raise ChainBrokenError at the first event that was changed, is missing, out of order, or was cut off.
    """
    kept = {known.seq: known.hash for known in heads if known.seq > 0}
    last = ChainHead(0, GENESIS)
    for row in _rows(session):
        last = _follow(last, row)
        if kept.pop(last.seq, last.hash) != last.hash:
            raise ChainBrokenError(seq=last.seq, cause=gettext(_REWRITTEN))
    if kept:
        raise ChainBrokenError(seq=last.seq + 1, cause=gettext(_CUT))
    return last


def _follow(last: ChainHead, row: Row[tuple[Event]]) -> ChainHead:
    if row.seq != last.seq + 1:
        raise ChainBrokenError(seq=last.seq + 1, cause=gettext(_MISSING))
    if row.schema_version != EVENT_SCHEMA:
        raise ChainBrokenError(seq=row.seq, cause=gettext(_SCHEMA))
    facts = facts_of(row)
    if facts.hash_after(row.prev_hash) != row.hash:
        raise ChainBrokenError(seq=row.seq, cause=gettext(_CHANGED))
    if row.prev_hash != last.hash:
        raise ChainBrokenError(seq=row.seq, cause=gettext(_REORDERED))
    return ChainHead(row.seq, row.hash)


def facts_of(row: Row[tuple[Event]] | Event) -> EventFacts:
    """Give what a logged event says, as it goes into its hash."""
    return EventFacts(
        schema_version=row.schema_version,
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        actor=row.actor,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        input_sha256=row.input_sha256,
        output_sha256=row.output_sha256,
        payload=row.payload,
    )


def _rows(session: Session) -> Iterator[Row[tuple[Event]]]:
    columns = select(*Event.__table__.columns).order_by(Event.seq)
    yield from session.execute(columns.execution_options(yield_per=_ROWS_AT_A_TIME))
