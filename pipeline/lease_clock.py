"""The one clock that claims and leases run by: the database's, since machines' own clocks differ.

A ledger in SQLite is one machine's: its clock is that of the context. A machine whose clock is further off than a
signature may be takes no work: what it signed and wrote would bear a wrong time.
"""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from config.dates import instant_text
from config.errors import ExitCode, SohoaError
from config.i18n import mark as _
from pipeline.context import Context


class ClockSkewError(SohoaError):
    """This machine's clock and the database's differ too much for it to work."""

    code = "clock_skew"
    exit_code = ExitCode.LEDGER
    retry_helps = True
    message = _("the clock of this machine shows {machine}, the ledger's {ledger}: this machine takes no work")
    remedy = _(
        "Set the clock right (timedatectl set-ntp true), on this machine or on the database's; other machines go on."
    )


def lease_now(ctx: Context, session: Session) -> datetime:
    """Give the instant that claims and leases are measured by."""
    if session.get_bind().dialect.name != "postgresql":
        return ctx.clock()
    now: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now


def clock_skew(ctx: Context) -> timedelta:
    """Give by how much this machine's clock is ahead of the ledger's; what asking takes counts for neither."""
    with ctx.ledger.reading() as session:
        ask = partial(lease_now, ctx, session)
        ask()
        before, ledger, after = ctx.clock(), ask(), ctx.clock()
    return before + (after - before) / 2 - ledger


def ensure_right_clock(ctx: Context) -> None:
    """See that this machine may work now. Raise ClockSkewError when it may not."""
    with ctx.ledger.reading() as session:
        ensure_clock(ctx, lease_now(ctx, session))


def ensure_clock(ctx: Context, ledger: datetime) -> None:
    """See that this machine may work at what the ledger's clock shows. Raise ClockSkewError when it may not."""
    now = ctx.clock()
    if abs(now - ledger) > timedelta(minutes=ctx.settings.signing.most_drift_minutes):
        raise ClockSkewError(machine=instant_text(now), ledger=instant_text(ledger))
