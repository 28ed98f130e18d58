"""The check-up behind `doctor`: each thing an installation needs, what was found, and the remedy."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from tempfile import TemporaryFile

from sqlalchemy import func, select

from config.dates import instant_text
from config.errors import NotSetUpError, SohoaError
from config.fonts import document_font
from config.i18n import active_language, gettext
from config.i18n import mark as _
from ocr.engines.models import find_model
from ocr.programs import program_version
from ocr.verapdf import verapdf_program, verapdf_version
from pipeline.backups.standing import check_backups
from pipeline.check_result import Absent, CheckResult, NotWellError, failed
from pipeline.context import Context
from pipeline.copies.health import check_replica
from pipeline.event_chain import check_event_chain
from pipeline.founding import is_set_up
from pipeline.health_data import check_data
from pipeline.health_promise import check_promise
from pipeline.health_reference import check_reference
from pipeline.health_room import check_room
from pipeline.health_signing import check_keys, check_timestamps
from pipeline.inbox import InboxMissingError
from pipeline.production import check_production
from pipeline.reconciling.standing import check_reconciled
from pipeline.reports.numbers import decimal_text
from pipeline.rereading import object_standing
from pipeline.wording import environment_name
from storage.ledger.models import Event

LEAST_FREE_GB = 5
EARLIEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
"""This program was written later; a clock before it is wrong."""


def examine(ctx: Context) -> list[CheckResult]:
    """Check everything an installation needs; a check that fails says what to do and never stops the others."""
    machine = [_checked(title, check, ctx) for title, check in MACHINE]
    installation = _checked(_("Installation"), _installation, ctx)
    # What belongs to an installation cannot be looked at before there is one.
    inside = INSTALLATION if installation.is_well else ()
    looked_into = [result for check in SEVERAL if inside for result in check(ctx)]
    return [*machine, installation, *(_checked(title, check, ctx) for title, check in inside), *looked_into]


def _checked(title: str, check: Callable[[Context], str], ctx: Context) -> CheckResult:
    try:
        found = check(ctx)
    except SohoaError as err:
        return failed(title, err)
    return CheckResult(gettext(title), is_well=True, found=found, is_absent=isinstance(found, Absent))


def _program(name: str) -> Callable[[Context], str]:
    return lambda _ctx: program_version(name)


def _model(ctx: Context) -> str:
    return find_model(ctx.settings.ocr.language, ctx.settings.ocr.model_folder).name


def _orientation_model(ctx: Context) -> str:
    return find_model("osd", ctx.settings.ocr.model_folder).name


def _engine(ctx: Context) -> str:
    return ctx.engine.identity


def _verapdf(_ctx: Context) -> str:
    program = verapdf_program()
    if program is None:
        return Absent(gettext(_("not installed; PDF/A is checked by pikepdf alone")))
    return verapdf_version(program)


def _font(_ctx: Context) -> str:
    return f"Liberation Serif, {len(document_font()) // 1024} KiB"


def _installation(ctx: Context) -> str:
    if not is_set_up(ctx):
        raise NotSetUpError(home=ctx.settings.home)
    return str(ctx.settings.home)


def _inbox(ctx: Context) -> str:
    """Try what a run does there: list the folder and, unless files are left in it, write to it."""
    folder = ctx.settings.inbox_folder
    try:
        waiting = sum(1 for entry in folder.iterdir() if entry.is_dir())
        if not ctx.settings.inbox.keep_files:
            with TemporaryFile(dir=folder, prefix=".sohoa-"):
                pass
    except OSError as err:
        raise InboxMissingError.of(folder, err) from err
    return gettext(_("{folder}, folders of agencies: {count}")).format(folder=folder, count=waiting)


def _ledger(ctx: Context) -> str:
    ctx.ledger.check()
    return f"{ctx.ledger.name} ({environment_name(ctx.environment)}, {ctx.ledger.revision()})"


def _chain(ctx: Context) -> str:
    report = check_event_chain(ctx)
    return gettext(_("{events} events, {heads} sealed heads")).format(events=report.events, heads=report.sealed_heads)


def _store(ctx: Context) -> str:
    ctx.store.check(ctx.environment)
    return ctx.store.name


def _objects(ctx: Context) -> str:
    standing = object_standing(ctx)
    if standing.bad:
        raise NotWellError(
            found=gettext(_("{bad} of {total} stored files did not read back as they were stored")).format(
                bad=standing.bad, total=standing.total
            ),
            todo=gettext(_("`sohoa audit` names each with its remedy.")),
        )
    oldest = standing.oldest_check_at
    found = gettext(_("{total}, oldest reading {oldest}")).format(
        total=standing.total, oldest=instant_text(oldest) if oldest else "–"
    )
    if oldest and ctx.clock() - oldest > timedelta(days=ctx.settings.fixity.period_days):
        todo = gettext(_("Let `sohoa fixity` read them again; `sohoa serve` does so each night (run.fixity_cron)."))
        raise NotWellError(found=found, todo=todo)
    return found


def _clock(ctx: Context) -> str:
    now = ctx.clock()
    with ctx.ledger.reading() as session:
        last = session.scalar(select(func.max(Event.at)))
    if now < EARLIEST_CLOCK or (last is not None and now < last):
        raise NotWellError(
            found=gettext(_("the clock shows {now}, which is too early")).format(now=instant_text(now)),
            todo=gettext(_("Set the clock right (timedatectl set-ntp true) before anything is signed.")),
        )
    return instant_text(now)


def _disk(ctx: Context) -> str:
    free_gb = shutil.disk_usage(ctx.settings.home).free / 1e9
    if free_gb < LEAST_FREE_GB:
        raise NotWellError(
            found=_free(free_gb),
            todo=gettext(_("Free some space: at least {least} GB.")).format(least=LEAST_FREE_GB),
        )
    return _free(free_gb)


def _free(free_gb: float) -> str:
    return gettext(_("{free} GB free")).format(free=decimal_text(Decimal(free_gb), active_language()))


MACHINE: tuple[tuple[str, Callable[[Context], str]], ...] = (
    (_("Tesseract"), _program("tesseract")),
    (_("Vietnamese model"), _model),
    (_("Orientation model"), _orientation_model),
    (_("Recognition engine"), _engine),
    (_("Poppler (text)"), _program("pdftotext")),
    (_("Poppler (images)"), _program("pdftoppm")),
    (_("Ghostscript"), _program("gs")),
    (_("veraPDF"), _verapdf),
    (_("Font with Vietnamese letters"), _font),
)
INSTALLATION: tuple[tuple[str, Callable[[Context], str]], ...] = (
    (_("Inbox"), _inbox),
    (_("Ledger"), _ledger),
    (_("Event log"), _chain),
    (_("Object store"), _store),
    (_("Replica"), check_replica),
    (_("Stored files"), _objects),
    (_("Clock"), _clock),
    (_("Disk"), _disk),
    (_("Memory for documents"), check_room),
)
SEVERAL: tuple[Callable[[Context], list[CheckResult]], ...] = (
    check_production,
    check_keys,
    check_timestamps,
    check_reference,
    check_data,
    check_promise,
    check_backups,
    check_reconciled,
)
"""Checks that may find several things."""
