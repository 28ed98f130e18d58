"""The named act by which an older ledger is taken for the ledger from now on."""

from collections.abc import Sequence
from enum import StrEnum

from config.errors import UsageError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.lost_events import LOST, RESTORED
from pipeline.sealed_heads import SealedHead, sealed_heads
from storage.ledger import events


class RestoreReason(StrEnum):
    """Why a ledger was put back; a code, since events hold no words."""

    LOST = "ledger_lost"
    DAMAGED = "ledger_damaged"
    MOVED = "moved"
    EXERCISE = "exercise"


def heads_beyond(ctx: Context) -> list[SealedHead]:
    """Give the signed heads outside the ledger that are newer than its last event, checked, in order."""
    with ctx.ledger.reading() as session:
        last = events.head(session).seq
    return [head for head in sealed_heads(ctx) if head.seq > last]


def accept_older(ctx: Context, reason: RestoreReason) -> int:
    """Accept a ledger that ends before signed heads outside it; give how many events are lost.

    Raise UsageError when it does not end before any.
    """
    return note_restored(ctx, reason, _some_beyond(ctx), backup=None, sha256=None)


def would_be_lost(ctx: Context) -> int:
    """Say how many events would be lost by that. Raise UsageError as `accept_older` does."""
    beyond = _some_beyond(ctx)
    with ctx.ledger.reading() as session:
        return beyond[-1].seq - events.head(session).seq


def _some_beyond(ctx: Context) -> list[SealedHead]:
    beyond = heads_beyond(ctx)
    if not beyond:
        raise UsageError(cause=_("no signed head outside the ledger is newer than it: there is nothing to accept"))
    return beyond


def note_restored(
    ctx: Context, reason: RestoreReason, beyond: Sequence[SealedHead], *, backup: str | None, sha256: str | None
) -> int:
    """Write down that the ledger was put back, by whom and why; every lost number is taken by an event of its own."""
    heads = {head.seq: head.hash for head in beyond}
    now = ctx.clock()
    with ctx.ledger.session() as session:
        last = events.head(session).seq
        lost = max(heads, default=last) - last
        for seq in range(last + 1, last + lost + 1):
            events.append(
                session,
                kind=LOST,
                actor=ctx.actor,
                subject_type="ledger",
                subject_id="1",
                at=now,
                output_hash=heads.get(seq),
            )
        events.append(
            session,
            kind=RESTORED,
            actor=ctx.actor,
            subject_type="ledger",
            subject_id="1",
            at=now,
            input_hash=sha256,
            payload={"reason": str(reason), "backup": backup, "last": last, "lost": lost, "heads": len(heads)},
        )
    return lost
