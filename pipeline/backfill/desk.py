"""The place of the one process that works on a backfill: its claim, and how far it came.

The claim carries a fencing number, as a document's does: what a process notes that was taken over is refused.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import update

from config.errors import SohoaError
from pipeline.backfill.planning import PlannedWork
from pipeline.backfill.plans import (
    TO_DO,
    BackfillBusyError,
    BackfillEndedError,
    BackfillPausedError,
    claim_end,
    is_held,
    row_of,
    tell,
)
from pipeline.backfill.scope import BackfillScope
from pipeline.beating import beating
from pipeline.context import Context
from pipeline.outcome import Outcome
from pipeline.watch import Watcher
from storage.ledger.locks import BACKFILL_LOCK, hold
from storage.ledger.models import Backfill
from storage.ledger.states import BackfillState

BEATS_A_CLAIM = 3
NOTED_EACH_S = 1.0
"""How often those who watch are told of documents within a chunk."""


class Desk:
    """One claimed backfill."""

    def __init__(self, ctx: Context, row: Backfill) -> None:
        self._ctx = ctx
        self.id, self._fence = row.id, row.claim_fence
        self.number, self.scope, self.priority = row.number, BackfillScope.from_json(row.scope), row.priority
        self.actor, self.reached = row.actor, row.reached
        self._done, self._failed, self._pages = row.done, row.failed, row.pages_done
        self.left = self._left_before = row.busy
        self._failures, self._worked_s = Counter(row.failures), row.worked_s

    @property
    def finished(self) -> int:
        """How many documents were done or failed, in all runs of this backfill."""
        return self._done + self._failed

    def hold_on(self) -> bool:
        """Prolong the claim, paused and cancelled too: the chunk in hand is finished. Tell whether it is still ours."""
        with self._ctx.ledger.session() as session:
            ours = update(Backfill).where(Backfill.id == self.id, Backfill.claim_fence == self._fence)
            prolonged = ours.values(claim_until=claim_end(self._ctx, session)).returning(Backfill.id)
            return session.scalar(prolonged) is not None

    def may_go_on(self, *, is_aside: bool = False) -> bool:
        """Prolong the claim; tell whether the backfill is still to be worked on, and by this process.

        `is_aside`: it stands aside for new work meanwhile.
        """
        with self._ctx.ledger.session() as session:
            row = session.get_one(Backfill, self.id, with_for_update=True)
            if row.claim_fence != self._fence or row.state not in TO_DO:
                return False
            row.state, row.claim_until = BackfillState.RUNNING, claim_end(self._ctx, session)
            row.aside_since = (row.aside_since or self._ctx.clock()) if is_aside else None
        return True

    def note(self, chunk: Iterable[PlannedWork], outcomes: Iterable[Outcome | None], worked_s: float) -> None:
        """Write down what a chunk came to, None for what is left for later; the next one begins after its last."""
        for item, outcome in zip(chunk, outcomes, strict=True):
            self.reached = max(self.reached, item.document_id) if self.reached else item.document_id
            if outcome is None:
                self.left += 1
            elif outcome.failure is None:
                self._done += 1
                self._pages += item.pages
            else:
                self._failed += 1
                self._failures[outcome.failure] += 1
        self._worked_s += worked_s
        # What a look at all that is left has not come to yet must not be forgotten, should it be cut off.
        left = max(self.left, self._left_before)
        values = {"reached": self.reached, "failures": dict(self._failures), "busy": left}
        self._write(values, self._done, self._pages, 0.0)

    def note_within(self, documents: int, pages: int, worked_s: float) -> None:
        """Show how far the chunk in hand is; what it comes to is noted at its end."""
        self._write({}, self._done + documents, self._pages + pages, worked_s)

    def begin_again(self) -> None:
        """Count anew what is left and what failed: all that is still due is come to once more."""
        self._left_before, self.left = self.left, 0
        self._failed, self._failures = 0, Counter()

    def leave(self, state: BackfillState | None) -> None:
        """Give the claim back; with a state, the backfill goes to that: it is done, or waits again."""
        with self._ctx.ledger.session() as session:
            hold(session, BACKFILL_LOCK)
            row = session.get_one(Backfill, self.id, with_for_update=True)
            if row.claim_fence != self._fence:
                return
            row.claim_owner = row.claim_until = row.aside_since = None
            if state is not None and row.state in TO_DO:
                row.state = state
                if state is BackfillState.DONE:
                    row.ended_at, row.busy = self._ctx.clock(), self.left
                    session.flush()
                    tell(self._ctx, session, row, state)

    def _write(self, values: Mapping[str, object], done: int, pages: int, worked_s: float) -> None:
        values = {
            **values,
            "done": done,
            "pages_done": pages,
            "failed": self._failed,
            "worked_s": self._worked_s + worked_s,
        }
        with self._ctx.ledger.session() as session:
            session.execute(
                update(Backfill).where(Backfill.id == self.id, Backfill.claim_fence == self._fence).values(**values)
            )


def take(ctx: Context, number: int) -> Desk:
    """Take a backfill to work on.

    Raise BackfillBusyError when another process has it, BackfillPausedError or BackfillEndedError when it is not to be
    worked on.
    """
    with ctx.ledger.session() as session:
        hold(session, BACKFILL_LOCK)
        row = row_of(session, number)
        if row.state not in TO_DO:
            is_paused = row.state == BackfillState.PAUSED
            raise (BackfillPausedError if is_paused else BackfillEndedError)(number=number)
        if is_held(ctx, session, row):
            raise BackfillBusyError(number=number)
        row.state, row.claim_owner, row.claim_until = BackfillState.RUNNING, ctx.worker, claim_end(ctx, session)
        row.claim_fence += 1
        row.started_at = row.started_at or ctx.clock()
        session.flush()
        return Desk(ctx, row)


@contextmanager
def kept(ctx: Context, desk: Desk) -> Iterator[None]:
    """Prolong the claim on a backfill in the background: one document may take longer than a claim lasts."""

    def beat() -> bool:
        try:
            return desk.hold_on()
        except SohoaError as cause:
            # The ledger may answer again before the claim runs out.
            ctx.watcher.noticed(str(desk.number), cause)
            return True

    with beating(f"backfill-{desk.number}", ctx.settings.run.claim_s / BEATS_A_CLAIM, beat):
        yield


class AtDesk:
    """A watcher that shows in the ledger how far the chunk in hand is, and passes on what it is told."""

    def __init__(self, ctx: Context, desk: Desk, watcher: Watcher) -> None:
        self._clock, self._desk, self._next = ctx.clock, desk, watcher
        self._lock = threading.Lock()
        self.begin([])

    def begin(self, chunk: Iterable[PlannedWork]) -> None:
        """A chunk is taken in hand."""
        self._pages = {item.document_id: item.pages for item in chunk}
        self._finished: set[UUID] = set()
        self._began = self._noted = self._clock()

    def taken_on(self, pages: Mapping[UUID, int]) -> None:
        """Pass on."""
        self._next.taken_on(pages)

    def page_read(self, document_id: UUID) -> None:
        """Pass on."""
        self._next.page_read(document_id)

    def finished(self, document_id: UUID, state: str) -> None:
        """Show it at the desk, not more often than people look."""
        self._next.finished(document_id, state)
        with self._lock:
            if document_id not in self._pages:
                return
            self._finished.add(document_id)
            now = self._clock()
            if (now - self._noted).total_seconds() < NOTED_EACH_S:
                return
            self._noted = now
            pages = sum(self._pages[one] for one in self._finished)
            count, seconds = len(self._finished), (now - self._began).total_seconds()
        try:
            self._desk.note_within(count, pages, seconds)
        except SohoaError as cause:
            # The document is done all the same, and the end of the chunk tells of it.
            self._next.noticed(str(self._desk.number), cause)

    def noticed(self, path: str, cause: SohoaError) -> None:
        """Pass on."""
        self._next.noticed(path, cause)
