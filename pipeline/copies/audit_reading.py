"""Re-reading the first store at once and as it is, for an audit: nothing is healed, and no pace is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from uuid import UUID

from pipeline.context import Context
from pipeline.copies.sides import KeptCopy, sides_of
from pipeline.rereading import GOOD, note_reading, read_object
from storage.ledger import events

BAD_A_DAY = 100
"""Read again for the day's report, so that it stays quick; all in their turn are read by `sohoa fixity`."""


@dataclass(frozen=True, slots=True)
class ObjectFault:
    """An object that does not read back as it was stored: `missing`, `other_bytes` or `unreadable`."""

    key: str
    kind: str
    document_id: UUID
    fault: str


@dataclass(frozen=True, slots=True)
class RereadReport:
    """What a re-reading came to; `left` is how many objects that were asked for are still to be read."""

    read: int
    good: int
    mended: int
    left: int
    faults: tuple[ObjectFault, ...]


def reread_objects(
    ctx: Context,
    *,
    older_than_days: int = 0,
    limit: int | None = None,
    only_bad: bool = False,
    tell: Callable[[int, int], None] = lambda _read, _of: None,
) -> RereadReport:
    """Read stored objects back, the longest unread first, and write down what was found.

    Only those whose last reading lies so many days back, or with `only_bad` was not good; at most `limit`. Raise
    StoreError when the store as a whole does not answer: then nothing is said about its objects.
    """
    first, before = sides_of(ctx)[0], ctx.clock() - timedelta(days=older_than_days)
    bad = [~first.column("check_ok")] if only_bad else []
    due = first.count(ctx, first.column("checked_at") < before, *bad)
    asked = due if limit is None else min(limit, due)
    lists = [
        first.longest_unread(ctx, before, is_good=is_good) for is_good in ((False,) if only_bad else (False, True))
    ]
    read = good = mended = 0
    faults: list[ObjectFault] = []
    for copy in islice(merge(*lists, key=_last_read), asked):
        known = copy.known
        found = read_object(ctx, known, ctx.store.read_back)
        note_reading(ctx, known, found, always=False)
        read += 1
        if found.fault == GOOD:
            good += 1
            mended += not known.was_good
        else:
            faults.append(ObjectFault(known.key, known.kind, known.document_id, found.fault))
        tell(read, asked)
    if read:
        _note_run(ctx, read, good)
    return RereadReport(read, good, mended, due - read, tuple(faults))


def reread_bad(ctx: Context) -> RereadReport:
    """Read back what was bad when last read, so that the day's report counts what was put right."""
    return reread_objects(ctx, only_bad=True, limit=BAD_A_DAY)


def _last_read(copy: KeptCopy) -> datetime:
    return copy.checked_at


def _note_run(ctx: Context, read: int, good: int) -> None:
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind="objects.reread",
            actor=ctx.actor,
            subject_type="store",
            subject_id="1",
            at=ctx.clock(),
            payload={"read": read, "good": good},
        )
