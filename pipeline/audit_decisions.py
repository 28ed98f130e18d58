"""The ledger's rows of releases, register and snapshots held against the event log: who decided, and what counts."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.dates import day_text, instant_text, value_text
from config.errors import ChainBrokenError, SohoaError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.audit_documents import NO_EVENT, ROW_GONE, LedgerRowError
from pipeline.progress.snapshots import check_snapshot
from pipeline.release import digest_covered, digest_sample
from pipeline.waiting_release import APPROVED, REJECTED
from storage.ledger.models import (
    Event,
    ProgressSnapshot,
    RegisterEntry,
    RegisterImport,
    Release,
    ReleaseDocument,
)

IMPORTED, WITHDRAWN, REINSTATED = "register.imported", "register.withdrawn", "register.reinstated"
SNAPSHOT = "progress.snapshot"
COUNTS = ("rows", "added", "changed", "unchanged", "missing", "refused")
MOMENT = timedelta(minutes=1)
"""Within which a row and its event, written in one transaction, have their times."""


def check_releases(session: Session) -> Iterator[LedgerRowError]:
    """Hold each decision on a batch against its event: who, when, with which sample, over which documents."""
    events = {
        (event.kind, event.subject_id, event.at): event
        for event in _events(session, f"batch.{APPROVED}", f"batch.{REJECTED}")
    }
    for release in session.scalars(select(Release).order_by(Release.decided_at)):
        key = (f"batch.{release.decision}", str(release.batch_id), release.decided_at)
        row = _release_name(*key)
        event = events.pop(key, None)
        if event is None:
            yield LedgerRowError(row=row, cause=gettext(NO_EVENT))
        else:
            yield from _unlike_release(session, release, event, row)
    for key in events:
        yield LedgerRowError(row=_release_name(*key), cause=gettext(ROW_GONE))


def _unlike_release(session: Session, release: Release, event: Event, row: str) -> Iterator[LedgerRowError]:
    if release.actor != event.actor:
        cause = gettext(_("{here} is given as who decided, the event says {told}"))
        yield LedgerRowError(row=row, cause=cause.format(here=release.actor, told=event.actor))
    facts, sample = event.payload, release.sample
    kept = (release.is_test, sample.get("errors"), digest_sample(sample.get("documents", [])))
    if kept != (facts.get("test"), facts.get("errors"), event.input_sha256):
        yield LedgerRowError(row=row, cause=gettext(_("its sample is not the one the event tells of")))
    covered = dict(
        session.execute(
            select(ReleaseDocument.document_id, ReleaseDocument.assembled_sha256)
            .where(ReleaseDocument.release_id == release.id)
            .order_by(ReleaseDocument.document_id)
        ).all()
    )
    # Events of the first ledgers do not tell what a decision covers.
    if "covered" in facts and digest_covered(covered) != facts["covered"]:
        cause = gettext(_("the documents it covers are not those the event tells of ({told} documents)"))
        yield LedgerRowError(row=row, cause=cause.format(told=facts["documents"]))


def check_register(session: Session) -> Iterator[LedgerRowError]:
    """Hold the imports, how many rows each brought, and which rows are withdrawn, against their events."""
    yield from _check_imports(session)
    last = {event.subject_id: event for event in _events(session, WITHDRAWN, REINSTATED)}
    touched = select(RegisterEntry).where(RegisterEntry.withdrawn_at.is_not(None))
    entries = {str(entry.id): entry for entry in session.scalars(touched)}
    for id_ in sorted(entries.keys() | last.keys()):
        entry, event = entries.get(id_), last.get(id_)
        if entry is None and event is not None and event.kind == WITHDRAWN:
            row = gettext(_("register row {code}")).format(code=_code_of(session, id_))
            yield LedgerRowError(row=row, cause=gettext(_("its last event withdraws it, the ledger counts it")))
        elif entry is not None and not _is_told(entry, event):
            row = gettext(_("register row {code}")).format(code=entry.record_code)
            yield LedgerRowError(row=row, cause=gettext(_("no event withdraws it as the ledger has it")))


def _check_imports(session: Session) -> Iterator[LedgerRowError]:
    events = {event.subject_id: event for event in _events(session, IMPORTED)}
    brought = dict(
        session.execute(
            select(RegisterEntry.first_import_id, func.count()).group_by(RegisterEntry.first_import_id)
        ).all()
    )
    for made in session.scalars(select(RegisterImport).order_by(RegisterImport.imported_at)):
        row = gettext(_("register import of {at}")).format(at=instant_text(made.imported_at))
        event = events.pop(str(made.id), None)
        if event is None:
            yield LedgerRowError(row=row, cause=gettext(NO_EVENT))
            continue
        kept = (made.sha256, made.actor, made.imported_at, {name: getattr(made, name) for name in COUNTS})
        if kept != (event.input_sha256, event.actor, event.at, event.payload):
            yield LedgerRowError(row=row, cause=gettext(_("its file, figures or person are not those of its event")))
        if (count := brought.get(made.id, 0)) != event.payload["added"]:
            cause = gettext(_("the event says it added {told} rows, the ledger has {here}"))
            yield LedgerRowError(row=row, cause=cause.format(told=event.payload["added"], here=count))
    for event in events.values():
        row = gettext(_("register import of {at}")).format(at=instant_text(event.at))
        yield LedgerRowError(row=row, cause=gettext(ROW_GONE))


def check_snapshots(session: Session) -> Iterator[SohoaError]:
    """See that frozen figures are those they were frozen with, under the hash that the event log has."""
    events = {event.subject_id: event for event in _events(session, SNAPSHOT)}
    for snapshot in session.scalars(select(ProgressSnapshot).order_by(ProgressSnapshot.taken_at)):
        row = gettext(_("progress snapshot of {day}")).format(day=day_text(snapshot.as_of))
        event = events.pop(str(snapshot.id), None)
        try:
            check_snapshot(snapshot)
        except ChainBrokenError as err:
            yield LedgerRowError(row=row, cause=err.details["cause"])
            continue
        if event is None:
            yield LedgerRowError(row=row, cause=gettext(NO_EVENT))
            continue
        kept = (snapshot.sha256, snapshot.actor, snapshot.taken_at, snapshot.as_of.isoformat())
        if kept != (event.output_sha256, event.actor, event.at, event.payload.get("as_of")):
            yield LedgerRowError(row=row, cause=gettext(_("its figures, days or person are not those of its event")))
    for event in events.values():
        row = gettext(_("progress snapshot of {day}")).format(day=value_text(str(event.payload.get("as_of"))))
        yield LedgerRowError(row=row, cause=gettext(ROW_GONE))


def _events(session: Session, *kinds: str) -> Iterator[Event]:
    yield from session.scalars(select(Event).where(Event.kind.in_(kinds)).order_by(Event.seq))


def _release_name(kind: str, batch_id: str, at: datetime) -> str:
    is_approval = kind.endswith(APPROVED)
    name = _("release of batch {batch} at {at}") if is_approval else _("rejection of batch {batch} at {at}")
    return gettext(name).format(batch=batch_id, at=instant_text(at))


def _code_of(session: Session, id_: str) -> str:
    return session.scalar(select(RegisterEntry.record_code).where(RegisterEntry.id == UUID(id_))) or id_


def _is_told(entry: RegisterEntry, event: Event | None) -> bool:
    """Tell whether a withdrawn row is as its last event says: by whom, why, when."""
    if event is None or event.kind != WITHDRAWN or entry.withdrawn_at is None:
        return False
    reason = hashlib.sha256((entry.withdrawn_reason or "").encode()).hexdigest()
    is_then = abs(entry.withdrawn_at - event.at) < MOMENT
    return is_then and (entry.withdrawn_by, reason) == (event.actor, event.payload.get("reason_sha256"))
