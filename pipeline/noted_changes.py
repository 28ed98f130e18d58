"""Notes in the event log when data that figures rest on changed as a whole: units, agencies; known again by a hash."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.ledger import events
from storage.ledger.models import Event


def last_noted(session: Session, kind: str) -> Event | None:
    """Give the last event of a kind, None when there is none."""
    return session.scalar(select(Event).where(Event.kind == kind).order_by(Event.seq.desc()).limit(1))


def note_change(session: Session, kind: str, sha256: str, counts: Mapping[str, int], actor: str, at: datetime) -> bool:
    """Note data that are not those noted last, with how many there are; say whether they were. `kind`: of.changed."""
    last = last_noted(session, kind)
    before = last.output_sha256 if last else None
    if before == sha256:
        return False
    subject, _, _changed = kind.partition(".")
    events.append(
        session,
        kind=kind,
        actor=actor,
        subject_type=subject,
        subject_id=subject,
        at=at,
        input_hash=before,
        output_hash=sha256,
        payload=dict(counts),
    )
    return True
