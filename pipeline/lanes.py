"""Which documents of a run go next: ordinary ones together, big ones by themselves, what no machine holds not at all.

Big is what needs more than its share of the machine's memory: beside it fewer than all workers have work. What was
there when a run began and is ordinary goes first; then a round of big ones, as many as there is room for at once, takes
turns with what has come in since. So ordinary papers never stand behind a row of big ones, and each run gets to these.
"""

from collections.abc import Mapping
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pipeline.budget import LargerMachineNeededError
from pipeline.context import Context
from pipeline.lease_clock import lease_now
from pipeline.machines import is_within_reach, most_memory
from pipeline.naming import names_in
from pipeline.needs import memory_needed
from pipeline.outcome import Outcome
from pipeline.runner import WORKABLE, tried_before
from pipeline.transitions import note_reason, plain_details
from storage.ledger.models import Document
from storage.ledger.states import DocumentState


class Lanes:
    """The order of one run."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._at_first: frozenset[UUID] | None = None
        self._was_big = False

    def next_of(self, known: Mapping[UUID, int]) -> Mapping[UUID, int]:
        """Give what may be worked on at once of what is known; none is left out for ever."""
        if self._at_first is None:
            self._at_first = frozenset(known)
        troubled, big = tried_before(self._ctx), _big_ones(self._ctx)
        calm = {id_: pages for id_, pages in known.items() if id_ not in troubled}
        if not calm:
            # What was tried in vain goes last and by itself, as it may end all beside it.
            return dict(islice(known.items(), 1))
        ordinary = {id_: pages for id_, pages in calm.items() if id_ not in big}
        of_old = {id_: pages for id_, pages in ordinary.items() if id_ in self._at_first}
        if of_old:
            return of_old
        large = {id_: pages for id_, pages in calm.items() if id_ in big}
        if large and not (ordinary and self._was_big):
            self._was_big = True
            return self._at_once(large, big)
        self._was_big = False
        return ordinary

    def _at_once(self, large: Mapping[UUID, int], need: Mapping[UUID, int]) -> Mapping[UUID, int]:
        """Give the first of the big ones, with as many more as there is room for beside it."""
        chosen: dict[UUID, int] = {}
        left = self._ctx.budget.memory
        for id_, pages in islice(large.items(), self._ctx.settings.run.workers):
            left -= need[id_]
            if chosen and left < 0:
                break
            chosen[id_] = pages
        return chosen


def left_for_larger_machines(ctx: Context, agency: str | None = None) -> list[Outcome]:
    """Note why documents wait that no machine at work has the memory for, and give what these came to.

    Those that a larger machine at work can take are its own, and nobody need look after them.
    """
    with ctx.ledger.session() as session:
        most = most_memory(ctx, session)
        waiting = _too_big(ctx, session, most)
        if agency:
            waiting = waiting & (Document.agency_code == agency)
        found = session.execute(select(Document, memory_needed()).where(waiting).order_by(Document.id)).all()
        names = names_in(session, [document.id for document, _need in found])
        for document, need in found:
            cause = LargerMachineNeededError.of(names[document.id], need, most)
            if (document.reason_code, document.reason_details) != (cause.code, plain_details(cause)):
                note_reason(document, cause)
        return [Outcome(DocumentState(document.state), LargerMachineNeededError.code) for document, _need in found]


def count_too_big(ctx: Context) -> tuple[int, int]:
    """Give how many documents wait for a machine with more memory than any at work has, and what the largest needs."""
    with ctx.ledger.reading() as session:
        waiting = _too_big(ctx, session, most_memory(ctx, session))
        found = session.execute(select(func.count(), func.max(memory_needed())).where(waiting)).one()
    return found[0], found[1] or 0


def _too_big(ctx: Context, session: Session, most: int) -> ColumnElement[bool]:
    is_free = Document.claim_until.is_(None) | (Document.claim_until < lease_now(ctx, session))
    is_reading = Document.state.in_(WORKABLE) & (Document.state != DocumentState.SEALED)
    return is_reading & is_free & is_within_reach(ctx, session) & (memory_needed() > most)


def _big_ones(ctx: Context) -> dict[UUID, int]:
    """Give the workable documents that need more than a worker's share, and what each needs."""
    share = ctx.budget.memory // ctx.settings.run.workers
    big = select(Document.id, memory_needed()).where(Document.state.in_(WORKABLE), memory_needed() > share)
    with ctx.ledger.reading() as session:
        return {id_: need for id_, need in session.execute(big)}  # noqa: C416 - rows are not pairs to a type checker
