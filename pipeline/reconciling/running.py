"""One comparison of ledger, store and disk, streamed: each difference is told as it is found, and mended if asked."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from config.errors import SohoaError
from pipeline.context import Context
from pipeline.event_chain import ensure_store_agrees
from pipeline.guard import guarded
from pipeline.lost_events import RECONCILED
from pipeline.reconciling.commitments import check_commitments
from pipeline.reconciling.heads import check_heads
from pipeline.reconciling.leftovers import check_leftovers
from pipeline.reconciling.model import Difference, Found, Kind, ReconcileReport, Tally
from pipeline.reconciling.objects import compare_objects
from pipeline.rereading import ensure_store_stands
from storage.ledger import events

MOST_SHOWN = 20
"""Differences of one kind that are shown; the list in a file has all."""


def reconcile(
    ctx: Context,
    *,
    repair: bool = False,
    read: bool = False,
    found: Callable[[Difference], None] = lambda _one: None,
    tell: Callable[[int], None] = lambda _objects: None,
) -> ReconcileReport:
    """Compare ledger, store and disk; give each difference to `found`. With `repair` mend what is proven.

    Raise StoreError when the store as a whole does not answer or holds nothing of this ledger, LedgerRolledBackError or
    ChainBrokenError when it holds a signed head that this ledger does not lead to: then nothing can be proven by it.
    """
    ensure_store_stands(ctx)
    ensure_store_agrees(ctx)
    tally = Tally(MOST_SHOWN)
    for one in _everything(ctx, tally, read=read, tell=tell):
        difference = _mended(ctx, one) if repair else one.difference
        tally.add(difference)
        found(difference)
    report = _report(tally, is_repair=repair)
    if repair:
        _note(ctx, report)
    return report


def _everything(ctx: Context, tally: Tally, *, read: bool, tell: Callable[[int], None]) -> Iterator[Found]:
    # What is still to be uploaded first: then it is no longer missing.
    yield from check_commitments(ctx)
    yield from check_heads(ctx)
    yield from compare_objects(ctx, tally, read=read, tell=tell)
    yield from check_leftovers(ctx)


def _mended(ctx: Context, one: Found) -> Difference:
    mend = one.mend
    if mend is None:
        return one.difference

    def work() -> Difference:
        mend()
        return replace(one.difference, is_mended=one.difference.is_mendable)

    def failed(cause: SohoaError) -> Difference:
        ctx.watcher.noticed(one.difference.place, cause)
        return replace(one.difference, failure=cause.code)

    return guarded(work, failed, one.difference.place)


def _report(tally: Tally, *, is_repair: bool) -> ReconcileReport:
    return ReconcileReport(
        objects=tally.objects,
        listed=tally.listed,
        read=tally.read,
        is_repair=is_repair,
        found={str(kind): tally.found[kind] for kind in Kind if kind in tally.found},
        mended={str(kind): tally.mended[kind] for kind in Kind if kind in tally.mended},
        open=sum(tally.found.values()) - sum(tally.mended.values()),
        shown=tuple(one for kind in Kind for one in tally.shown.get(kind, ())),
    )


def _note(ctx: Context, report: ReconcileReport) -> None:
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind=RECONCILED,
            actor=ctx.actor,
            subject_type="store",
            subject_id="1",
            at=ctx.clock(),
            payload={
                "objects": report.objects,
                "listed": report.listed,
                "read": report.read,
                "open": report.open,
                "found": dict(report.found),
                "mended": dict(report.mended),
            },
        )
