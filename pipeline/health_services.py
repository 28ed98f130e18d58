"""What `doctor --production` says of the services under several machines: the database, and the disk for temp files.

The store is tried, keys and authorities are asked, by every `doctor`; the scheduler is looked at in flows/.
"""

import shutil
import tempfile
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import text

from config.errors import SohoaError
from config.i18n import active_language, gettext
from config.i18n import mark as _
from config.machine import in_our_words
from pipeline.check_result import CheckResult, NotWellError, failed
from pipeline.context import Context
from pipeline.lease_clock import clock_skew
from pipeline.machines import list_machines
from pipeline.reports.numbers import decimal_text

OLDEST_POSTGRES = 13
"""The oldest one the tests' statements were written for that its makers still mend (postgresql.org/support)."""
LEAST_SPARE_SHARE = 0.2
WORST_SKEW_S = 2.0
"""Beyond this clocks are not kept by NTP; work stops only at signing.most_drift_minutes."""
LEAST_TEMP_GB = 5


def check_services(ctx: Context) -> list[CheckResult]:
    """Check each part that several machines stand on; one that fails never stops the others."""
    return [_checked(title, check, ctx) for title, check in CHECKS]


def _checked(title: str, check: Callable[[Context], str], ctx: Context) -> CheckResult:
    try:
        return CheckResult(gettext(title), is_well=True, found=check(ctx))
    except SohoaError as err:
        return failed(title, err)


def _version(ctx: Context) -> str:
    if ctx.ledger.is_one_machines:
        raise NotWellError(
            found=gettext(_("the ledger is an SQLite file, which one machine alone can use")),
            todo=gettext(_("Set ledger.url to a PostgreSQL database and run `sohoa init` (docs/machines.md).")),
        )
    with ctx.ledger.reading() as session:
        found = str(session.scalar(text("SHOW server_version")))
    if int(found.split(".", maxsplit=1)[0]) < OLDEST_POSTGRES:
        raise NotWellError(
            found=found, todo=gettext(_("Use PostgreSQL {least} or newer.")).format(least=OLDEST_POSTGRES)
        )
    return found


def _clocks(ctx: Context) -> str:
    seconds = clock_skew(ctx).total_seconds()
    found = gettext(_("this machine's clock differs by {seconds} s")).format(seconds=f"{seconds:+.1f}")
    if abs(seconds) > WORST_SKEW_S:
        raise NotWellError(
            found=found,
            todo=gettext(_("Keep both clocks by NTP (timedatectl set-ntp true); leases and seals need it.")),
        )
    return found


def _connections(ctx: Context) -> str:
    if ctx.ledger.is_one_machines:
        return "–"
    with ctx.ledger.reading() as session:
        most = int(str(session.scalar(text("SHOW max_connections"))))
        used = int(session.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL")) or 0)
    found = gettext(_("{used} of {most} connections in use")).format(used=used, most=most)
    if used > most * (1 - LEAST_SPARE_SHARE):
        raise NotWellError(
            found=found,
            todo=gettext(_("Raise max_connections, or lower run.workers: a machine takes up to run.workers + 15.")),
        )
    return found


def _temp(_ctx: Context) -> str:
    folder = tempfile.gettempdir()
    try:
        with tempfile.TemporaryFile(dir=folder):
            free_gb = shutil.disk_usage(folder).free / 1e9
    except OSError as err:
        raise NotWellError(
            found=f"{folder}: {gettext(str(in_our_words(err)))}",
            todo=gettext(_("Let this user write there, or set TMPDIR elsewhere.")),
        ) from err
    free = gettext(_("{folder}: {free} GB free")).format(
        folder=folder, free=decimal_text(Decimal(free_gb), active_language())
    )
    if free_gb < LEAST_TEMP_GB:
        raise NotWellError(
            found=free, todo=gettext(_("Free some space there: at least {least} GB.")).format(least=LEAST_TEMP_GB)
        )
    return free


def _machines(ctx: Context) -> str:
    views = list_machines(ctx)
    waiting = [view for view in views if view.is_silent and view.only_there]
    if waiting:
        names = ", ".join(f"{view.name}: {view.only_there}" for view in waiting)
        raise NotWellError(
            found=gettext(_("silent, with documents that nobody else can go on with: {names}")).format(names=names),
            todo=gettext(
                _("Start their workers again; one that never comes back is given up: sohoa serve give-up MACHINE.")
            ),
        )
    return ", ".join(view.name for view in views) or "–"


CHECKS: tuple[tuple[str, Callable[[Context], str]], ...] = (
    (_("PostgreSQL"), _version),
    (_("Clock difference"), _clocks),
    (_("Connections"), _connections),
    (_("Temporary files"), _temp),
    (_("Machines"), _machines),
)
