"""Backfills as rows of the ledger: asked for, found again, paused, resumed and cancelled by a person."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.errors import ExitCode, NotFoundError, SohoaError
from config.i18n import mark as _
from pipeline.backfill.pace import Estimate
from pipeline.backfill.planning import BackfillPlan
from pipeline.backfill.scope import BackfillScope
from pipeline.context import Context
from pipeline.lease_clock import lease_now
from pipeline.worker import is_known_dead
from storage.ledger import events
from storage.ledger.locks import BACKFILL_LOCK, hold
from storage.ledger.models import Backfill
from storage.ledger.states import BackfillState

OPEN = (BackfillState.PLANNED, BackfillState.RUNNING, BackfillState.PAUSED)
TO_DO = (BackfillState.PLANNED, BackfillState.RUNNING)


class Priority(StrEnum):
    """When a backfill works: after new documents, or beside them."""

    LOW = "low"
    NORMAL = "normal"


class UnknownBackfillError(NotFoundError):
    """There is no backfill of a number."""

    code = "backfill_not_here"
    message = _("there is no backfill {number}")
    remedy = _("See `sohoa backfill list --all`.")


class BackfillEndedError(SohoaError):
    """What was asked of a backfill cannot be done in the state it is in."""

    code = "backfill_ended"
    exit_code = ExitCode.USAGE
    message = _("backfill {number} is over: nothing of it can be paused, resumed or cancelled any more")
    remedy = _("See `sohoa backfill list --all`; what is stale now a new `sohoa backfill` finds.")


class BackfillBusyError(SohoaError):
    """Another process works on a backfill."""

    code = "backfill_busy"
    exit_code = ExitCode.BUSY
    message = _("another process works on backfill {number}")
    remedy = _("Watch it with `sohoa backfill show {number} --follow`, or pause it there and resume it here.")


class BackfillPausedError(SohoaError):
    """A backfill is paused: it was asked for again, or is to be worked on."""

    code = "backfill_paused"
    exit_code = ExitCode.BUSY
    message = _("backfill {number} is paused")
    remedy = _(
        "`sohoa backfill resume {number}` goes on with it; `sohoa backfill cancel {number}` makes way for a new one."
    )


@dataclass(frozen=True, slots=True)
class BackfillView:
    """One backfill as it stands."""

    number: int
    state: BackfillState
    scope: BackfillScope
    priority: Priority
    reason: str | None
    actor: str
    asked_at: datetime
    documents: int
    pages: int
    estimate: Estimate
    done: int
    failed: int
    busy: int
    pages_done: int
    failures: dict[str, int]
    worked_s: float
    started_at: datetime | None
    ended_at: datetime | None
    aside_since: datetime | None
    """Since when it stands aside for new work; None when it does not."""
    is_at_work: bool
    """Whether a process has it; one that is running and not at work was interrupted."""

    @property
    def is_interrupted(self) -> bool:
        """Whether the process that worked on it has ended before its time."""
        return self.state is BackfillState.RUNNING and not self.is_at_work

    @property
    def pages_a_minute(self) -> float | None:
        """Its pace; None before the first page."""
        return 60 * self.pages_done / self.worked_s if self.worked_s > 1 and self.pages_done else None

    @property
    def seconds_left(self) -> float | None:
        """How long it will work yet, at its own pace, before it has one at the pace it was planned with."""
        if self.state not in OPEN:
            return None
        left = max(self.pages - self.pages_done, 0)
        pace = self.pages_a_minute
        if pace is not None:
            return 60 * left / pace
        return self.estimate.elapsed_s * left / self.pages if self.pages else self.estimate.elapsed_s


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for: a scope, what was planned of it, when it is to work, and why."""

    scope: BackfillScope
    plan: BackfillPlan
    estimate: Estimate
    priority: Priority = Priority.LOW
    reason: str | None = None


def keep_plan(ctx: Context, asked: Asked) -> BackfillView:
    """Write a backfill into the ledger, or give the unfinished one with the same scope.

    Raise BackfillPausedError when that is paused.
    """
    with ctx.ledger.session() as session:
        hold(session, BACKFILL_LOCK)
        kept = asked.scope.as_json()
        for row in session.scalars(select(Backfill).where(Backfill.state.in_(OPEN)).order_by(Backfill.number)):
            if row.scope == kept:
                if row.state == BackfillState.PAUSED:
                    raise BackfillPausedError(number=row.number)
                return _view(ctx, session, row)
        row = Backfill(
            number=1 + (session.scalar(select(func.max(Backfill.number))) or 0),
            state=BackfillState.PLANNED,
            scope=kept,
            priority=asked.priority,
            reason=asked.reason,
            actor=ctx.actor,
            asked_at=ctx.clock(),
            documents=asked.plan.documents,
            pages=asked.plan.pages,
            estimate=asdict(asked.estimate),
            failures={},
        )
        session.add(row)
        session.flush()
        tell(ctx, session, row, BackfillState.PLANNED)
        return _view(ctx, session, row)


def find_plan(ctx: Context, number: int) -> BackfillView:
    """Give one backfill. Raise UnknownBackfillError when there is none of this number."""
    with ctx.ledger.reading() as session:
        return _view(ctx, session, row_of(session, number))


def list_plans(ctx: Context, *, with_ended: bool = False) -> list[BackfillView]:
    """Give the backfills that are not over, or all of them, the newest first."""
    query = select(Backfill).order_by(Backfill.number.desc())
    if not with_ended:
        query = query.where(Backfill.state.in_(OPEN))
    with ctx.ledger.reading() as session:
        return [_view(ctx, session, row) for row in session.scalars(query)]


def waiting_plans(ctx: Context, *priorities: Priority) -> list[int]:
    """Give the numbers of the backfills that nobody works on, in the order they are to be worked on."""
    wanted = Backfill.state.in_(TO_DO), Backfill.priority.in_(priorities or tuple(Priority))
    with ctx.ledger.reading() as session:
        rows = list(session.scalars(select(Backfill).where(*wanted).order_by(Backfill.number)))
        free = [row for row in rows if not is_held(ctx, session, row)]
    return [row.number for row in sorted(free, key=lambda row: row.priority != Priority.NORMAL)]


def pause_plan(ctx: Context, number: int) -> BackfillView:
    """Let a backfill stop after the documents in hand. Raise BackfillEndedError when it is over."""
    return _change(ctx, number, lambda _row: BackfillState.PAUSED)


def resume_plan(ctx: Context, number: int) -> BackfillView:
    """Let a paused or interrupted backfill go on from where it stopped. Raise BackfillEndedError when it is over."""
    return _change(
        ctx,
        number,
        lambda row: BackfillState.PLANNED if row.state == BackfillState.PAUSED else BackfillState(row.state),
    )


def cancel_plan(ctx: Context, number: int) -> BackfillView:
    """End a backfill after the documents in hand; what was redone stays. Raise BackfillEndedError when it is over."""
    return _change(ctx, number, lambda _row: BackfillState.CANCELLED)


def row_of(session: Session, number: int) -> Backfill:
    """Give the row of a number. Raise UnknownBackfillError when there is none."""
    row = session.scalar(select(Backfill).where(Backfill.number == number))
    if row is None:
        raise UnknownBackfillError(number=number)
    return row


def is_held(ctx: Context, session: Session, row: Backfill) -> bool:
    """Say whether a process works on a backfill: it has the claim, and is not known to have ended."""
    if row.claim_until is None or row.claim_until < lease_now(ctx, session):
        return False
    return not is_known_dead(row.claim_owner or "")


def claim_end(ctx: Context, session: Session) -> datetime:
    """Give until when a claim on a backfill holds that is taken or renewed now."""
    return lease_now(ctx, session) + timedelta(seconds=ctx.settings.run.claim_s)


def tell(ctx: Context, session: Session, row: Backfill, what: str) -> None:
    """Add the event of what became of a backfill: counts alone."""
    events.append(
        session,
        kind=f"backfill.{what}",
        actor=ctx.actor,
        subject_type="backfill",
        subject_id=str(row.id),
        at=ctx.clock(),
        payload={"number": row.number, "documents": row.documents, "done": row.done, "failed": row.failed},
    )


def _change(ctx: Context, number: int, wanted: Callable[[Backfill], BackfillState]) -> BackfillView:
    with ctx.ledger.session() as session:
        hold(session, BACKFILL_LOCK)
        row = row_of(session, number)
        if row.state not in OPEN:
            raise BackfillEndedError(number=number)
        state = wanted(row)
        if row.state != state:
            is_resumed = row.state == BackfillState.PAUSED and state is BackfillState.PLANNED
            row.state = state
            if state is BackfillState.CANCELLED:
                row.ended_at = ctx.clock()
            tell(ctx, session, row, "resumed" if is_resumed else state)
        session.flush()
        return _view(ctx, session, row)


def _view(ctx: Context, session: Session, row: Backfill) -> BackfillView:
    return BackfillView(
        number=row.number,
        state=BackfillState(row.state),
        scope=BackfillScope.from_json(row.scope),
        priority=Priority(row.priority),
        reason=row.reason,
        actor=row.actor,
        asked_at=row.asked_at,
        documents=row.documents,
        pages=row.pages,
        estimate=Estimate(**row.estimate),
        done=row.done,
        failed=row.failed,
        busy=row.busy,
        pages_done=row.pages_done,
        failures=row.failures,
        worked_s=row.worked_s,
        started_at=row.started_at,
        ended_at=row.ended_at,
        aside_since=row.aside_since,
        is_at_work=is_held(ctx, session, row),
    )
