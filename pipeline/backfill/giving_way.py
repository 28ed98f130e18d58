"""New work first: between two chunks a backfill looks whether others work on new documents, and stands aside."""

import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from pipeline.backfill.desk import Desk
from pipeline.backfill.plans import Priority
from pipeline.context import Context
from pipeline.lease_clock import lease_now
from pipeline.runner import WORKABLE
from storage.ledger.models import Backfill, Document
from storage.ledger.states import BackfillState

LOOK_EACH_S = 5.0
QUIET_FOR = timedelta(seconds=20)
"""A run takes a breath between two batches; so long nothing new must be in work before a backfill goes on."""


def new_work(ctx: Context) -> int:
    """Count the documents on their way to the seal that other processes work on now, those of backfills left out."""
    backfills = select(Backfill.claim_owner).where(
        Backfill.state == BackfillState.RUNNING, Backfill.claim_owner.is_not(None)
    )
    with ctx.ledger.reading() as session:
        query = select(func.count()).where(
            Document.state.in_(WORKABLE),
            Document.claim_until > lease_now(ctx, session),
            Document.claim_owner != ctx.worker,
            Document.claim_owner.not_in(backfills),
        )
        return session.scalar(query) or 0


def give_way(ctx: Context, desk: Desk, wait: Callable[[float], None] = time.sleep) -> bool:
    """Stand aside while new documents are worked on; tell whether the backfill is to go on then."""
    if desk.priority != Priority.LOW or not new_work(ctx):
        return desk.may_go_on()
    last_seen = ctx.clock()
    while ctx.clock() - last_seen < QUIET_FOR:
        if not desk.may_go_on(is_aside=True):
            return False
        wait(LOOK_EACH_S)
        if new_work(ctx):
            last_seen = ctx.clock()
    return desk.may_go_on()
