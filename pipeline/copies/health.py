"""The check-up of second copies for `doctor`: is there a replica, does it answer, how far does it lag behind."""

from datetime import timedelta

from config.dates import instant_text
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.check_result import Absent, NotWellError
from pipeline.context import Context
from pipeline.copies.standing import ensure_replica_stands, lag

MOST_LAG = timedelta(days=1)
"""Longer than a night's sweep takes to come by."""


def check_replica(ctx: Context) -> str:
    """Give what is to be said of the replica. Raise StoreError when it does not answer, NotWellError when it lags."""
    if ctx.replica is None:
        return Absent(
            gettext(_("none: each file is stored once; the law wants two sets on media of their own (replica.kind)"))
        )
    ensure_replica_stands(ctx, ctx.replica)
    found = lag(ctx, ctx.replica.name)
    if found.bad:
        raise NotWellError(
            found=gettext(_("{name}: {bad} copies did not read back as they were stored")).format(
                name=ctx.replica.name, bad=found.bad
            ),
            todo=gettext(_("`sohoa fixity` heals what it can and names the rest.")),
        )
    if found.oldest_at is None:
        return gettext(_("{name}, nothing waits")).format(name=ctx.replica.name)
    told = gettext(_("{name}, waiting for a copy: {waiting}, the oldest since {since}")).format(
        name=ctx.replica.name, waiting=found.waiting, since=instant_text(found.oldest_at)
    )
    if ctx.clock() - found.oldest_at > MOST_LAG:
        raise NotWellError(found=told, todo=gettext(_("Let `sohoa fixity --waiting` copy them.")))
    return told
