"""The snapshots that were frozen, for people to choose from."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from pipeline.context import Context
from storage.ledger.models import ProgressSnapshot

MOST = 400


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """One snapshot: for which day, when and by whom it was frozen, and its hash."""

    id: UUID
    as_of: date
    taken_at: datetime
    actor: str
    sha256: str


def list_snapshots(ctx: Context) -> list[SnapshotLine]:
    """Give the newest snapshots, newest first."""
    columns = (ProgressSnapshot.id, ProgressSnapshot.as_of, ProgressSnapshot.taken_at)
    newest = select(*columns, ProgressSnapshot.actor, ProgressSnapshot.sha256)
    with ctx.ledger.reading() as session:
        rows = session.execute(newest.order_by(ProgressSnapshot.taken_at.desc()).limit(MOST))
        return [SnapshotLine(row.id, row.as_of, row.taken_at, row.actor, row.sha256) for row in rows]
