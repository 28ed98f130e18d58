"""The ledger's rows of acceptance samples held against the event log: who checked how much, and what was wrong."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.acceptance import FAILED, PASSED
from pipeline.acceptance_plan import parts_per_million
from pipeline.audit_documents import NO_EVENT, ROW_GONE, LedgerRowError
from pipeline.waiting_release import digest
from storage.ledger.models import AcceptanceSample, Event

COUNTS = ("number", "documents", "population", "checked", "allowed", "wrong")
SHARES = ("share_ppm", "upper_ppm")
_ROW = _("acceptance sample {number} of batch {batch}")
_UNLIKE = _("its figures or person are not those of its event")


def check_samples(session: Session) -> Iterator[LedgerRowError]:
    """Hold each checked sample against its event."""
    kinds = [f"sample.{verdict}" for verdict in (PASSED, FAILED)]
    told = {
        str(event.payload["sample"]): event for event in session.scalars(select(Event).where(Event.kind.in_(kinds)))
    }
    for sample in session.scalars(select(AcceptanceSample).order_by(AcceptanceSample.recorded_at)):
        event = told.pop(str(sample.id), None)
        row = gettext(_ROW).format(number=sample.number, batch=sample.batch_id)
        if event is None:
            yield LedgerRowError(row=row, cause=gettext(NO_EVENT))
            continue
        if _facts_of(sample, event) != _facts_told(event):
            yield LedgerRowError(row=row, cause=gettext(_UNLIKE))
    for event in told.values():
        row = gettext(_ROW).format(number=event.payload["number"], batch=event.subject_id)
        yield LedgerRowError(row=row, cause=gettext(ROW_GONE))


def _facts_of(sample: AcceptanceSample, event: Event) -> tuple[object, ...]:
    # Events of the first samples do not tell what these were drawn of.
    seen = digest([sample.seen]) if event.input_sha256 is not None else None
    shares = [parts_per_million(share) for share in (sample.wrong_share, sample.upper)]
    counts = [getattr(sample, name) for name in COUNTS]
    return (f"sample.{sample.verdict}", sample.actor, seen, *counts, *shares)


def _facts_told(event: Event) -> tuple[object, ...]:
    return (event.kind, event.actor, event.input_sha256, *(event.payload[name] for name in (*COUNTS, *SHARES)))
