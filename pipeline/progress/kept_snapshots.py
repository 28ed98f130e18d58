"""Finds snapshots that were frozen: all of them, or the one that is meant; and gives them back checked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from config.dates import day_text
from config.errors import NotFoundError
from config.i18n import mark as _
from pipeline.progress.model import Progress
from pipeline.progress.reading import names_in, progress_from_json
from pipeline.progress.snapshots import check_snapshot
from storage.ledger.models import ProgressSnapshot


class SnapshotNotFoundError(NotFoundError):
    """A snapshot was asked for that was never taken."""

    code = "snapshot_not_found"
    message = _("there is no snapshot {snapshot}")
    remedy = _("`sohoa snapshots` lists them; name one by its id, or by its day for the last one of that day.")


def list_snapshots(
    session: Session, most: int | None = None, *, with_figures: bool = True
) -> Sequence[ProgressSnapshot]:
    """Give snapshots, the newest first; at most so many, on wish without their figures, which are long."""
    query = select(ProgressSnapshot).order_by(ProgressSnapshot.taken_at.desc(), ProgressSnapshot.id.desc()).limit(most)
    return session.scalars(query if with_figures else query.options(defer(ProgressSnapshot.figures))).all()


def find_snapshot(session: Session, named: UUID | date) -> ProgressSnapshot:
    """Give the snapshot of an id, or the last one of a day. Raise SnapshotNotFoundError when there is none."""
    query = select(ProgressSnapshot).order_by(ProgressSnapshot.taken_at.desc(), ProgressSnapshot.id.desc()).limit(1)
    is_meant = ProgressSnapshot.id == named if isinstance(named, UUID) else ProgressSnapshot.as_of == named
    found = session.scalar(query.where(is_meant))
    if found is None:
        raise SnapshotNotFoundError(snapshot=day_text(named) if isinstance(named, date) else named)
    return found


def last_snapshot_by(session: Session, day: date) -> ProgressSnapshot | None:
    """Give the last snapshot of a day, or of the last day before it that has one, without its figures."""
    query = select(ProgressSnapshot).where(ProgressSnapshot.as_of <= day).options(defer(ProgressSnapshot.figures))
    newest = (ProgressSnapshot.as_of.desc(), ProgressSnapshot.taken_at.desc(), ProgressSnapshot.id.desc())
    return session.scalar(query.order_by(*newest).limit(1))


def read_snapshot(session: Session, snapshot: ProgressSnapshot) -> Progress:
    """Give the progress a snapshot holds. Raise ChainBrokenError when it is not what was frozen."""
    check_snapshot(snapshot)
    # Its own hash: what an earlier program froze has fewer names than this one writes.
    return replace(progress_from_json(snapshot.figures, names_in(session)), frozen_sha256=snapshot.sha256)
