"""What is not known to be in order after a run: bad copies, copies unread for too long, copies that wait, silence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from config.errors import ExitCode, SohoaError, StoreError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.copies.copying import CopyReport
from pipeline.copies.sides import Side, sides_of
from storage.ledger.models import StoredObject

MOST_NAMED = 20
"""Bad copies named one by one; how many more there are is said."""


class BadCopyError(SohoaError):
    """A copy is not what was stored, and no good one was found to heal it."""

    code = "copy_bad"
    exit_code = ExitCode.CHECK_FAILED
    message = _("{key}: the copy in {store} is gone or not what was stored, and could not be healed")
    remedy = _(
        "Put a good copy of the file back from a backup, in the place of the bad one, and run `sohoa fixity` again. "
        "While the copy in the first store is bad, its document is not counted as digitized."
    )


class MoreBadCopiesError(BadCopyError):
    """More copies are bad than are named one by one."""

    code = "copies_bad"
    message = _("{store}: {count} more copies are gone or not what was stored")


class CopiesOverdueError(SohoaError):
    """Copies were not read for longer than the period."""

    code = "copies_overdue"
    exit_code = ExitCode.CHECK_FAILED
    message = _("{store}: {count} copies were not read again for more than {days} days")
    remedy = _("Run `sohoa fixity` again, without --limit; if it takes too long, raise fixity.rate_mb_s.")


class CopiesWaitingError(SohoaError):
    """Objects have no second copy yet."""

    code = "copies_waiting"
    exit_code = ExitCode.CHECK_FAILED
    message = _("{count} stored files have no copy in {store} yet")
    remedy = _("See with `sohoa doctor` whether the replica answers, then run `sohoa fixity --waiting`.")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that is not known to be in order, in the active language."""

    code: str
    found: str
    remedy: str


def doubts_left(ctx: Context, hindrances: Sequence[StoreError], copied: CopyReport) -> tuple[Doubt, ...]:
    """Give every doubt that stands now, by what the ledger knows and by what a run was hindered by."""
    causes: list[SohoaError] = [*hindrances]
    if copied.trouble is not None:
        causes.append(copied.trouble)
    for side in sides_of(ctx):
        causes += _bad(ctx, side)
        causes += _overdue(ctx, side)
    if ctx.replica is not None and copied.left:
        causes.append(CopiesWaitingError(count=copied.left, store=ctx.replica.name))
    told = [Doubt(cause.code, str(cause), cause.remedy_text()) for cause in causes]
    return tuple(dict.fromkeys(told))


def _bad(ctx: Context, side: Side) -> Iterator[SohoaError]:
    is_bad = ~side.column("check_ok")
    count = side.count(ctx, is_bad)
    if not count:
        return
    query = side.query().where(is_bad).order_by(StoredObject.key).limit(MOST_NAMED)
    with ctx.ledger.reading() as session:
        keys = [side.copy_of(row).known.key for row in session.execute(query)]
    for key in keys:
        yield BadCopyError(key=key, store=side.store.name)
    if count > len(keys):
        yield MoreBadCopiesError(store=side.store.name, count=count - len(keys))


def _overdue(ctx: Context, side: Side) -> Iterator[SohoaError]:
    days = ctx.settings.fixity.period_days
    count = side.count(ctx, side.column("checked_at") < ctx.clock() - timedelta(days=days))
    if count:
        yield CopiesOverdueError(store=side.store.name, count=count, days=days)
