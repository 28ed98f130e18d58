"""One process at a time at an inbox: a machine that finds another at it goes on with what was taken in already."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.context import Context
from pipeline.inbox_ledger import adopt, settle_missing, tidy
from pipeline.intake import IntakeCount, drain
from pipeline.leases import leased
from pipeline.place_marker import inbox_mark, mark_inbox


def drain_in_turn(ctx: Context) -> IntakeCount:
    """Take in what stands still in the inbox, unless another process is at it: then nothing.

    Raise InboxMissingError when there is no inbox to look into.
    """
    with _turn(ctx) as is_ours:
        return drain(ctx, ctx.watcher.noticed) if is_ours else IntakeCount()


def tidy_in_turn(ctx: Context) -> int:
    """Take out of the inbox what is stored, and strike out what is gone; give how many arrivals were removed."""
    with _turn(ctx) as is_ours:
        if not is_ours:
            return 0
        removed = tidy(ctx)
        settle_missing(ctx)
        return removed


@contextmanager
def _turn(ctx: Context) -> Iterator[bool]:
    with leased(ctx, f"inbox:{_mark(ctx)}") as lease:
        yield lease is not None


def _mark(ctx: Context) -> str:
    """Give the mark of this machine's inbox; where machines may have one each, it is made."""
    inbox = ctx.settings.inbox_folder
    known = inbox_mark(inbox)
    if known or ctx.ledger.is_one_machines:
        return known
    made = mark_inbox(inbox)
    if made:
        adopt(ctx, made)
    return made
