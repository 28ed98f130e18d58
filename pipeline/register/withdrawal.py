"""Rows taken out of counting, and back into it: by a named person, with a reason, never by a file."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.clock import Clock
from config.codes import normalize_agency_code, normalize_record_code
from config.errors import NotFoundError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import fold_space
from storage.ledger import events
from storage.ledger.models import RegisterEntry, RegisterEntryHistory, RegisterImport

WITHDRAWN, REINSTATED = "register.withdrawn", "register.reinstated"


def withdraw(
    session: Session, code: str, reason: str, actor: str, clock: Clock, agency: str | None = None
) -> RegisterEntry:
    """Take a row out of counting from now on. Raise NotFoundError or UsageError when that cannot be."""
    entry = _entry(session, code, agency)
    if entry.withdrawn_at is not None:
        raise UsageError(cause=gettext(_("{code} is already withdrawn")).format(code=entry.record_code))
    text = _reason(reason)
    entry.withdrawn_at, entry.withdrawn_by, entry.withdrawn_reason = clock(), actor, text
    _note(session, WITHDRAWN, entry, reason, actor, clock)
    return entry


def reinstate(
    session: Session, code: str, reason: str, actor: str, clock: Clock, agency: str | None = None
) -> RegisterEntry:
    """Count a withdrawn row again, keeping what was withdrawn in its history."""
    entry = _entry(session, code, agency)
    if entry.withdrawn_at is None:
        raise UsageError(cause=gettext(_("{code} is not withdrawn")).format(code=entry.record_code))
    session.add(
        RegisterEntryHistory(
            entry_id=entry.id,
            replaced_by_id=entry.last_import_id,
            values={
                "withdrawn_at": entry.withdrawn_at.isoformat(),
                "withdrawn_by": entry.withdrawn_by,
                "withdrawn_reason": entry.withdrawn_reason,
                "reinstated_by": actor,
                "reinstated_reason": _reason(reason),
            },
        )
    )
    entry.withdrawn_at = entry.withdrawn_by = entry.withdrawn_reason = None
    _note(session, REINSTATED, entry, reason, actor, clock)
    return entry


def missing_entries(session: Session) -> Iterator[tuple[RegisterEntry, RegisterImport]]:
    """Give the rows that a later file of their scope lacks, with that file; they stay counted."""
    found = (
        select(RegisterEntry, RegisterImport)
        .join(RegisterImport, RegisterImport.id == RegisterEntry.missing_since_id)
        .where(RegisterEntry.withdrawn_at.is_(None))
        .order_by(RegisterEntry.agency_code, RegisterEntry.record_code)
    )
    yield from session.execute(found.execution_options(yield_per=1000))


def _entry(session: Session, code: str, agency: str | None) -> RegisterEntry:
    found = select(RegisterEntry).where(RegisterEntry.record_code == normalize_record_code(code))
    if agency is not None:
        found = found.where(RegisterEntry.agency_code == normalize_agency_code(agency))
    entries = session.scalars(found.with_for_update().limit(2)).all()
    if not entries:
        raise NotFoundError(subject=code)
    if len(entries) > 1:
        raise UsageError(
            cause=gettext(_("{code} stands in the registers of several agencies; name one")).format(code=code)
        )
    return entries[0]


def _reason(reason: str) -> str:
    text = fold_space(reason)
    if not text:
        raise UsageError(cause=gettext(_("a reason is needed")))
    return text


def _note(session: Session, kind: str, entry: RegisterEntry, reason: str, actor: str, clock: Clock) -> None:
    session.flush()
    events.append(
        session,
        kind=kind,
        actor=actor,
        subject_type="register_entry",
        subject_id=str(entry.id),
        at=clock(),
        payload={"reason_sha256": hashlib.sha256(_reason(reason).encode()).hexdigest()},
    )
