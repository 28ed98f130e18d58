"""When the last backup was made, and whether that is too long ago."""

from datetime import datetime, timedelta

from sqlalchemy import select

from config.backup_rules import backup_rules
from config.dates import instant_text
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.backups.belonging import BACKED_UP
from pipeline.backups.places import S3
from pipeline.check_result import CheckResult
from pipeline.context import Context
from storage.ledger.models import Event

TITLE = _("Backup of the ledger")
GRACE = timedelta(hours=12)
"""A backup takes its time, and a machine may have been off in the night."""
_TODO = _("Make one: `sohoa backup`; `sohoa serve` makes one each day (backup.to says where).")


def last_backup_at(ctx: Context) -> datetime | None:
    """Give when the last backup was made; None when there is none."""
    with ctx.ledger.reading() as session:
        return session.scalar(select(Event.at).where(Event.kind == BACKED_UP).order_by(Event.seq.desc()).limit(1))


def check_backups(ctx: Context) -> list[CheckResult]:
    """Say whether there is a backup young enough, and whether it lies where the ledger does.

    What a test ledger lacks is worth a look; a production ledger is not well without.
    """
    last = last_backup_at(ctx)
    if last is None:
        return [_told(ctx, gettext(_("there is none yet")))]
    if _is_old(ctx, last):
        return [_told(ctx, gettext(_("the last one is of {at}")).format(at=instant_text(last)))]
    found = gettext(_("last one {at}")).format(at=instant_text(last))
    return [CheckResult(gettext(TITLE), is_well=True, found=found, remedy=_beside_the_ledger(ctx))]


def backup_warnings(ctx: Context) -> tuple[CheckResult, ...]:
    """Give what is worth telling each day: the last backup is too old. A test ledger need not have any."""
    last = last_backup_at(ctx)
    is_missing = ctx.is_production if last is None else _is_old(ctx, last)
    return tuple(check_backups(ctx)) if is_missing else ()


def _is_old(ctx: Context, last: datetime) -> bool:
    return ctx.clock() - last > timedelta(days=backup_rules().incremental_days) + GRACE


def _told(ctx: Context, found: str) -> CheckResult:
    return CheckResult(gettext(TITLE), is_well=not ctx.is_production, found=found, remedy=gettext(_TODO))


def _beside_the_ledger(ctx: Context) -> str:
    """Say what to do about backups that go up in smoke together with the ledger."""
    folder = ctx.settings.home / ctx.settings.backup.to
    if not ctx.is_production or ctx.settings.backup.to == S3 or not folder.is_dir():
        return ""
    if folder.stat().st_dev != ctx.settings.home.stat().st_dev:
        return ""
    return gettext(_("It lies on the disk of the installation; let backup.to name another disk or share, or s3."))
