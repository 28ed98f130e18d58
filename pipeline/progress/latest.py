"""The figures as they were last kept, for whoever looks often: a look counts nothing and waits for no writer."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from config.clock import legal_date
from pipeline.context import Context
from pipeline.progress.counting import count_progress
from pipeline.progress.counts import has_changes
from pipeline.progress.kept import bring_up_to_date, is_current
from pipeline.progress.model import Progress
from pipeline.progress.working_days import working_days_of
from pipeline.targets import targets_of
from storage.ledger.models import KeptProgress


@dataclass(frozen=True, slots=True)
class KeptMoment:
    """The day that the kept sums hold for, and when they were made."""

    day: date
    at: datetime


def kept_moment(session: Session) -> KeptMoment | None:
    """Give the moment of the kept sums; None when none were ever kept."""
    kept = session.get(KeptProgress, 1)
    return None if kept is None else KeptMoment(kept.counted_for, kept.refreshed_at)


def refresh_kept(ctx: Context) -> None:
    """Bring the kept sums up to date; takes no turn among the writers when nothing was touched."""
    today = legal_date(ctx.clock())
    with ctx.ledger.reading() as session:
        if is_current(session, today) and not has_changes(session):
            return
    with ctx.ledger.session() as session:
        bring_up_to_date(session, today, ctx.clock(), ctx.environment)


def latest_progress(ctx: Context) -> Progress | None:
    """Give progress from the kept sums, with the instant they were made; None when none were ever kept."""
    with ctx.ledger.reading() as session:
        kept = kept_moment(session)
        if kept is None:
            return None
        made_at, day = kept.at, kept.day
        targets, working = targets_of(ctx.settings), working_days_of(ctx.settings)
        return count_progress(session, day, lambda: made_at, targets, working, as_kept=True)
