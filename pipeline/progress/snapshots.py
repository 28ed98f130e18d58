"""Progress as JSON, and as a frozen snapshot that a later correction cannot rewrite."""

import hashlib
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from config.clock import Clock
from config.errors import ChainBrokenError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.progress.model import LevelProgress, Measure, Progress, Tally
from pipeline.progress.plain import to_plain
from pipeline.targets import Target
from storage.ledger import events
from storage.ledger.models import ProgressSnapshot
from storage.ledger.types import new_id

SCHEMA = 2
"""Grows when a name or a meaning changes; adding a name does not."""


def progress_to_json(progress: Progress) -> dict[str, Any]:
    """Give progress as plain JSON values: percents as decimal numbers, dates and instants as ISO 8601."""
    return {
        "schema": SCHEMA,
        "as_of": progress.as_of.isoformat(),
        "counted_at": _instant(progress.counted_at),
        "environment": str(progress.environment),
        "levels": [_level(level) for level in progress.levels],
        "agencies": [
            {
                "code": agency.code,
                "level": _name(agency.level),
                "stock": _measure(agency.stock),
                "flow": _measure(agency.flow),
            }
            for agency in progress.agencies
        ],
        "queue": [
            {"state": str(count.state), "documents": count.documents, "by_level": dict(count.by_level)}
            for count in progress.queue
        ],
        "findings": [
            {"code": found.code, "severity": found.severity, "documents": found.documents}
            for found in progress.findings
        ],
        "attention": [
            {
                "document": str(one.document_id) if one.document_id else None,
                "record": one.record_code,
                "agency": one.agency_code,
                "state": one.state,
                "reason": one.reason_code,
                "since": _instant(one.since),
                "questions": [{"reason": asked.reason_code, "field": asked.field_name} for asked in one.questions],
            }
            for one in progress.attention
        ],
        "attention_total": progress.attention_total,
        "unregistered": [{"record": one.record_code, "agency": one.agency_code} for one in progress.unregistered],
        "unregistered_total": progress.unregistered_total,
        "register": {
            "entries": progress.register.entries,
            "withdrawn": progress.register.withdrawn,
            "missing": progress.register.missing,
            "last_import_at": _instant(progress.register.last_import_at),
            "last_import_sha256": progress.register.last_import_sha256,
        },
        "organisation": progress.organisation_code,
        "supplied": to_plain(progress.supplied),
        "rollout": to_plain(progress.rollout),
        "paces": to_plain(progress.paces),
        "weeks": to_plain(progress.weeks),
        "units": to_plain(progress.units),
        "work": to_plain(progress.work),
        "versions": to_plain(progress.versions),
    }


def figures_sha256(progress: Progress) -> str:
    """Give the hash that a snapshot of these figures bears; of one that was read back, the hash it was frozen under."""
    return progress.frozen_sha256 or _sha256(progress_to_json(progress))


def take_snapshot(session: Session, progress: Progress, actor: str, clock: Clock) -> ProgressSnapshot:
    """Freeze progress in the ledger under its hash, and note that in the event log."""
    figures = progress_to_json(progress)
    sha256 = _sha256(figures)
    snapshot = ProgressSnapshot(
        id=new_id(), as_of=progress.as_of, taken_at=clock(), actor=actor, figures=figures, sha256=sha256
    )
    session.add(snapshot)
    session.flush()
    events.append(
        session,
        kind="progress.snapshot",
        actor=actor,
        subject_type="progress_snapshot",
        subject_id=str(snapshot.id),
        at=snapshot.taken_at,
        output_hash=sha256,
        payload={"as_of": progress.as_of.isoformat()},
    )
    return snapshot


def check_snapshot(snapshot: ProgressSnapshot) -> None:
    """Raise ChainBrokenError when a snapshot's figures are not those it was frozen with."""
    if _sha256(snapshot.figures) != snapshot.sha256:
        cause = gettext(_("the figures of snapshot {id} were changed")).format(id=snapshot.id)
        raise ChainBrokenError(seq="-", cause=cause)


def _level(level: LevelProgress) -> dict[str, Any]:
    return {
        "level": _name(level.level),
        "ended_on": _day(level.ended_on),
        "stock": _measure(level.stock),
        "flow": _measure(level.flow),
        "years": [
            {"year": one.year, **_measure(one.measure), "all_solved_target": _target(one.all_solved)}
            for one in level.years
        ],
        "all_solved_target": _target(level.all_solved),
    }


def _measure(measure: Measure) -> dict[str, Any]:
    tally = measure.tally
    return {
        **{field.name: getattr(tally, field.name) for field in fields(Tally)},
        "share_percent": _number(tally.share),
        "results_share_percent": _number(tally.results_share),
        "papers_share_percent": _number(tally.papers_share),
        "target": _target(measure.target),
        "gap_points": _number(measure.gap),
    }


def _target(target: Target | None) -> dict[str, Any] | None:
    if target is None:
        return None
    return {"percent": target.percent, "legal_basis": target.legal_basis, "is_held": target.is_held}


def _name(level: object) -> str | None:
    return None if level is None else str(level)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="milliseconds") if instant else None


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _sha256(figures: dict[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(figures)).hexdigest()
