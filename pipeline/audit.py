"""The auditor's question in one look: is the event log whole, does the ledger follow it, are the stored files there.

Of the ledger's rows those are compared that events tell enough of (docs/storage.md lists them, and what is not).

Each trouble is a finding with its remedy; one never hides another.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.dates import instant_text
from config.errors import ChainBrokenError, ExitCode, SohoaError
from config.i18n import mark as _
from pipeline.audit_decisions import check_register, check_releases, check_snapshots
from pipeline.audit_documents import check_attests, check_documents, check_records, check_signatures
from pipeline.audit_figures import check_agencies, check_sums, check_supplied, check_targets, check_units
from pipeline.audit_samples import check_samples
from pipeline.context import Context
from pipeline.copies.audit_reading import RereadReport, reread_objects
from pipeline.event_chain import check_event_chain
from pipeline.objects import ARCHIVAL, EARLIER
from pipeline.rereading import (
    MISSING,
    OTHER_BYTES,
    UNREADABLE,
    KnownObject,
    ObjectStanding,
    known_objects,
    object_standing,
)
from pipeline.sealed_heads import HeadNotProvenError
from storage.ledger.models import Event, StoredObject

STORED, RENEWED = "object.stored.", "document.renewed"


class ObjectFaultError(SohoaError):
    """A stored object is not what was stored."""

    code = "object_fault"
    exit_code = ExitCode.CHECK_FAILED
    message = _("{key}: {cause} (last read {at})")
    remedy = _(
        "Let `sohoa fixity` heal it from the replica. Where there is none: keep what is there, put a good copy of "
        "{key} from a backup in its place, and read it again. Until then its document is not counted as digitized."
    )


class ObjectNotInLogError(SohoaError):
    """The ledger names an object, with this hash, that the event log never saw stored."""

    code = "object_not_in_log"
    exit_code = ExitCode.CHECK_FAILED
    message = _("{key}: the ledger gives it a hash that was never logged as stored: the ledger's row was changed")
    remedy = _("Stop all runs, keep the ledger as it is, and restore the last backup beside it to compare.")


class ObjectNotInLedgerError(SohoaError):
    """The event log says that an object was stored, and the ledger does not name it any more."""

    code = "object_not_in_ledger"
    exit_code = ExitCode.CHECK_FAILED
    message = _("document {document}: event {seq} says that a file was stored ({kind}); the ledger's row is gone")
    remedy = _("Stop all runs, keep the ledger as it is, and restore the last backup beside it to compare.")


FAULTS = {
    MISSING: _("the stored file is gone"),
    OTHER_BYTES: _("the stored file has other bytes than were stored"),
    UNREADABLE: _("the stored file cannot be read"),
}

ROW_CHECKS: tuple[Callable[[Session], Iterator[SohoaError]], ...] = (
    check_documents,
    check_records,
    check_signatures,
    check_attests,
    check_samples,
    check_releases,
    check_register,
    check_snapshots,
    check_targets,
    check_supplied,
    check_units,
    check_agencies,
)

BAD = _("the stored file did not read back as it was stored")


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing that is not as it must be, in the active language."""

    code: str
    found: str
    remedy: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit came to. Where the event log is broken its figures are 0 and the first finding says why."""

    events: int
    sealed_heads: int
    last_sealed_seq: int
    objects: ObjectStanding
    reread: RereadReport | None
    findings: tuple[AuditFinding, ...]


def audit_installation(
    ctx: Context,
    *,
    reread: bool = False,
    older_than_days: int = 0,
    limit: int | None = None,
    tell: Callable[[int, int], None] = lambda _read, _of: None,
) -> AuditReport:
    """Check the event log, the ledger's rows against it, and, with `reread`, the stored bytes themselves.

    Raise StoreError when the store does not answer: nothing can be said without it.
    """
    troubles: list[SohoaError] = []
    chain = None
    try:
        chain = check_event_chain(ctx)
    except (ChainBrokenError, HeadNotProvenError) as err:
        troubles.append(err)
    known = known_objects(ctx)
    troubles += _unlike_the_log(ctx, known)
    troubles += _changed_rows(ctx)
    report = reread_objects(ctx, older_than_days=older_than_days, limit=limit, tell=tell) if reread else None
    troubles += _bad_objects(ctx, report)
    return AuditReport(
        events=chain.events if chain else 0,
        sealed_heads=chain.sealed_heads if chain else 0,
        last_sealed_seq=chain.last_sealed_seq if chain else 0,
        objects=object_standing(ctx),
        reread=report,
        findings=tuple(AuditFinding(err.code, str(err), err.remedy_text()) for err in troubles),
    )


def _unlike_the_log(ctx: Context, known: list[KnownObject]) -> list[SohoaError]:
    """Hold the ledger's rows of objects against the events that say what was stored."""
    with ctx.ledger.reading() as session:
        rows = session.execute(
            select(Event.seq, Event.kind, Event.subject_id, Event.output_sha256)
            .where(Event.kind.startswith(STORED, autoescape=True))
            .order_by(Event.seq)
        ).all()
        renewals = session.execute(select(Event.subject_id, Event.input_sha256).where(Event.kind == RENEWED)).all()
    replaced = {(document, sha256) for document, sha256 in renewals}
    logged = {(row.kind.removeprefix(STORED), row.subject_id, row.output_sha256): row.seq for row in rows}
    # What was renewed since was stored as the archival object it then was.
    here = {
        (
            ARCHIVAL if each.kind == EARLIER and (str(each.document_id), each.sha256) in replaced else each.kind,
            str(each.document_id),
            each.sha256,
        ): each.key
        for each in known
    }
    changed = [ObjectNotInLogError(key=key) for facts, key in here.items() if facts not in logged]
    gone = [
        ObjectNotInLedgerError(document=UUID(document), seq=seq, kind=kind)
        for (kind, document, sha256), seq in logged.items()
        if (kind, document, sha256) not in here
    ]
    return [*changed, *gone]


def _changed_rows(ctx: Context) -> list[SohoaError]:
    """Hold the other rows of the ledger against the events that tell of them, and kept sums against a recount."""
    with ctx.ledger.reading() as session:
        rows = [trouble for check in ROW_CHECKS for trouble in check(session)]
        return [*rows, *check_sums(session, ctx.environment)]


def _bad_objects(ctx: Context, report: RereadReport | None) -> list[SohoaError]:
    """Give every object that was bad when it was last read, by this run or before."""
    faults = {each.key: each.fault for each in report.faults} if report else {}
    with ctx.ledger.reading() as session:
        bad = session.execute(
            select(StoredObject.key, StoredObject.checked_at)
            .where(~StoredObject.check_ok)
            .order_by(StoredObject.checked_at, StoredObject.key)
        ).all()
    return [
        ObjectFaultError(key=key, cause=FAULTS.get(faults.get(key, ""), BAD), at=instant_text(at)) for key, at in bad
    ]
