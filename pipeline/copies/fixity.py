"""Every copy read again within a period, the longest unread first, and healed where it is bad.

A run first copies what waits for the replica. It then reads the copies that were bad, all that would soon be unread for
the whole period, and at least the share that a day has of it, so that the work is spread evenly. Each reading is
written down at once: a run that is stopped is gone on with by the next.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import merge
from itertools import chain, islice
from math import ceil

from config.errors import ObjectMissingError, StoreError
from pipeline.context import Context
from pipeline.copies.copying import CopyReport, copy_waiting
from pipeline.copies.doubts import Doubt, doubts_left
from pipeline.copies.healing import check_copy
from pipeline.copies.locking import lock_again, lock_unlocked
from pipeline.copies.pace import Pace
from pipeline.copies.sides import KeptCopy, Place, Side, sides_of
from pipeline.lease_clock import ensure_right_clock
from storage.ledger import events

AHEAD = 0.9
"""Of the period: what was read longer ago is read now, so that a run that is left out makes nothing overdue."""


@dataclass(slots=True)
class FixityReport:
    """What a run came to. `left`: what was to be read and was not; `doubts`: what is not known to be in order now."""

    read: int = 0
    good: int = 0
    bad: int = 0
    healed: int = 0
    read_bytes: int = 0
    copied: int = 0
    locked: int = 0
    left: int = 0
    doubts: tuple[Doubt, ...] = ()


def run_fixity(
    ctx: Context,
    *,
    limit: int | None = None,
    unread_days: int | None = None,
    only_waiting: bool = False,
    tell: Callable[[int, int], None] = lambda _read, _of: None,
    pace: Pace | None = None,
) -> FixityReport:
    """Copy what waits, read what is due (or was not read for so many days), heal what is bad, lock what may be locked.

    At most `limit` copies are read; with `only_waiting` none. A place that does not answer is a doubt, and the other
    one is read all the same. Raise ClockSkewError: what was read would be taken for read at another time.
    """
    ensure_right_clock(ctx)
    run = _Run(ctx, FixityReport(), pace or Pace(ctx.settings.fixity.rate_mb_s))
    copied = copy_waiting(ctx)
    run.report.copied = copied.copied
    if not only_waiting:
        run.read_due(limit, unread_days, tell)
        run.lock_unlocked()
    hindrances = [*run.silent.values(), *run.unlockable.values(), *run.hindrances.values()]
    run.report.doubts = doubts_left(ctx, hindrances, copied)
    _note_run(ctx, run.report, copied)
    return run.report


def due_copies(ctx: Context, unread_days: int | None = None) -> int:
    """Say how many copies a run would read."""
    return sum(_share(ctx, side, ctx.clock(), unread_days) for side in sides_of(ctx))


@dataclass(slots=True)
class _Run:
    """One run: what it came to, which places do not answer or cannot lock, and what kept a copy from being healed."""

    ctx: Context
    report: FixityReport
    pace: Pace
    silent: dict[Place, StoreError] = field(default_factory=dict)
    unlockable: dict[Place, StoreError] = field(default_factory=dict)
    hindrances: dict[str, StoreError] = field(default_factory=dict)

    def read_due(self, limit: int | None, unread_days: int | None, tell: Callable[[int, int], None]) -> None:
        """Read what is due in both places, the longest unread first."""
        began, sides = self.ctx.clock(), {side.place: side for side in sides_of(self.ctx)}
        shares = {place: _share(self.ctx, side, began, unread_days) for place, side in sides.items()}
        due = sum(shares.values())
        asked = due if limit is None else min(limit, due)
        lists = [islice(_due(self.ctx, side, began), shares[place]) for place, side in sides.items()]
        for copy in merge(*lists, key=_urgency):
            if self.report.read >= asked:
                break
            if copy.place not in self.silent:
                self._read(sides, copy)
                tell(self.report.read, asked)
        self.report.read_bytes, self.report.left = self.pace.read_bytes, due - self.report.read

    def lock_unlocked(self) -> None:
        """Lock what has no lock yet and whose record's class became known."""
        for side in sides_of(self.ctx):
            if side.store.locks and side.place not in {*self.silent, *self.unlockable}:
                try:
                    locked = lock_unlocked(self.ctx, side)
                except StoreError as cause:
                    self.unlockable[side.place] = cause
                else:
                    self.report.locked += locked.count
                    if locked.missing is not None:
                        self.hindrances.setdefault(locked.missing.code, locked.missing)

    def _read(self, sides: dict[Place, Side], copy: KeptCopy) -> None:
        side = sides[copy.place]
        others = [other for place, other in sides.items() if place is not copy.place and place not in self.silent]
        try:
            checked = check_copy(self.ctx, side, others, copy)
        except StoreError as cause:
            self.silent[copy.place] = cause
            return
        self.report.read += 1
        self.report.good += checked.is_good
        self.report.healed += bool(checked.healed_from)
        if checked.hindrance is not None:
            # One of each kind: what keeps one copy from healing keeps all.
            self.hindrances.setdefault(checked.hindrance.code, checked.hindrance)
        if not checked.is_good:
            self.report.bad += 1
        elif copy.place not in self.unlockable:
            self._lock_again(side, copy)
        self.pace.after(copy.size)

    def _lock_again(self, side: Side, copy: KeptCopy) -> None:
        """Lock a good copy for longer, where its record's class was changed since."""
        try:
            self.report.locked += lock_again(self.ctx, side, copy)
        except ObjectMissingError as cause:
            # Not under the version that the ledger names: that hinders no other.
            self.hindrances.setdefault(cause.code, cause)
        except StoreError as cause:
            self.unlockable[copy.place] = cause


def _share(ctx: Context, side: Side, now: datetime, unread_days: int | None) -> int:
    """Say how many copies of a place are to be read: those due, but at least what a day has of all."""
    at, is_good = side.column("checked_at"), side.column("check_ok")
    if unread_days is not None:
        return side.count(ctx, (at < now - timedelta(days=unread_days)) | ~is_good)
    period = timedelta(days=ctx.settings.fixity.period_days) * AHEAD
    bad, due = side.count(ctx, ~is_good), side.count(ctx, at < now - period, is_good)
    return bad + max(due, ceil(side.count(ctx, is_good) / max(1, period.days)))


def _due(ctx: Context, side: Side, began: datetime) -> Iterator[KeptCopy]:
    """Give the copies of a place in the order they are to be read: those that were bad, then the longest unread."""
    return chain(
        side.longest_unread(ctx, began, is_good=False),
        side.longest_unread(ctx, began, is_good=True),
    )


def _urgency(copy: KeptCopy) -> tuple[bool, datetime]:
    return copy.known.was_good, copy.checked_at


def _note_run(ctx: Context, report: FixityReport, copied: CopyReport) -> None:
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind="objects.fixity",
            actor=ctx.actor,
            subject_type="store",
            subject_id="1",
            at=ctx.clock(),
            payload={
                "read": report.read,
                "good": report.good,
                "healed": report.healed,
                "copied": copied.copied,
                "waiting": copied.left,
                "doubts": len(report.doubts),
            },
        )
