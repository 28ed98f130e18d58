"""Events that were lost for good when an older ledger was put back, and how the log says so.

Signed heads outside the ledger name events that it no longer has. Their numbers are never given again: an administrator
accepts the loss, and an event of its own takes each lost number, with the hash of the head that was signed over it.
So the log stays one chain without a gap, every head in the store is accounted for, and no new head takes the name of an
old one.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import ExitCode, SohoaError
from config.i18n import mark as _
from storage.ledger.models import Event

LOST, RESTORED, RECONCILED = "ledger.event_lost", "ledger.restored", "store.reconciled"


class NotReconciledError(SohoaError):
    """A ledger was put back, and what the store holds was not held against it yet."""

    code = "not_reconciled"
    exit_code = ExitCode.CHECK_FAILED
    message = _("the ledger was put back on {at}; what the store holds was not held against it since")
    remedy = _("See `sohoa reconcile`, then `sohoa reconcile --repair`; runs wait, so that no number is given twice.")


def lost_heads(session: Session) -> dict[int, str]:
    """Give the heads over lost events: number and hash."""
    rows = session.execute(
        select(Event.seq, Event.output_sha256).where(Event.kind == LOST, Event.output_sha256.is_not(None))
    )
    return {seq: str(sha256) for seq, sha256 in rows}


def waits_for_reconciling(session: Session) -> Event | None:
    """Give the event of a ledger put back that no repair has followed yet; None as a rule."""
    last = session.scalars(select(Event).where(Event.kind == RESTORED).order_by(Event.seq.desc()).limit(1)).first()
    if last is None:
        return None
    after = select(Event.seq).where(Event.kind == RECONCILED, Event.seq > last.seq).limit(1)
    return last if session.scalar(after) is None else None
