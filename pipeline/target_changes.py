"""Keeps the targets that hold in the ledger, and notes in the event log when their file changed and what in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.noted_changes import last_noted
from pipeline.targets import Limit, Target, Targets
from storage.ledger import events
from storage.ledger.locks import PROGRESS_LOCK, hold
from storage.ledger.models import Target as TargetRow

CHANGED = "targets.changed"


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure before and now; None where there was or is none. Equal ones have another legal basis."""

    metric: str
    level: str
    year: int
    before: float | None
    now: float | None


def keep_targets(session: Session, targets: Targets, actor: str, at: datetime) -> tuple[FigureChange, ...]:
    """Bring the ledger's targets to what the file states, and note a changed file; give the figures that changed."""
    hold(session, PROGRESS_LOCK)
    kept = {(row.metric, row.level, row.year): row for row in session.scalars(select(TargetRow))}
    stated: dict[tuple[str, str, int], Target | Limit] = {
        (one.metric, one.level, one.year): one for one in targets.stated()
    }
    last = last_noted(session, CHANGED)
    before = last.output_sha256 if last else None
    if before == targets.sha256:
        return ()
    changes = tuple(_changes(kept, stated))
    # The first event tells all figures, so that the events alone say what holds.
    told = changes if before is not None else tuple(_all(kept, stated))
    for key, row in kept.items():
        if key not in stated:
            session.delete(row)
    for key, one in stated.items():
        row = kept.get(key) or TargetRow(metric=one.metric, level=one.level, year=one.year)
        row.figure, row.legal_basis = _figure(one), one.legal_basis
        session.add(row)
    session.flush()
    events.append(
        session,
        kind=CHANGED,
        actor=actor,
        subject_type="targets",
        subject_id="targets",
        at=at,
        input_hash=before,
        output_hash=targets.sha256,
        payload={
            "figures": [
                {"figure": f"{one.metric}.{one.level}.{one.year}", "before": one.before, "now": one.now} for one in told
            ]
        },
    )
    return changes


def _changes(
    kept: dict[tuple[str, str, int], TargetRow], stated: dict[tuple[str, str, int], Target | Limit]
) -> Iterator[FigureChange]:
    for change in _all(kept, stated):
        key = (change.metric, change.level, change.year)
        row, one = kept.get(key), stated.get(key)
        if row is None or one is None or (row.figure, row.legal_basis) != (change.now, one.legal_basis):
            yield change


def _all(
    kept: dict[tuple[str, str, int], TargetRow], stated: dict[tuple[str, str, int], Target | Limit]
) -> Iterator[FigureChange]:
    for key in sorted(kept.keys() | stated.keys()):
        row, one = kept.get(key), stated.get(key)
        yield FigureChange(*key, row.figure if row else None, _figure(one) if one else None)


def _figure(one: Target | Limit) -> float:
    return one.percent if isinstance(one, Target) else one.minutes
