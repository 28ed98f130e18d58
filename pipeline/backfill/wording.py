"""How backfills are told of: what they are about, how far they are, what they take."""

from collections.abc import Iterator
from datetime import date

from config.dates import day_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.backfill.pace import HERE, SHIPPED, Estimate
from pipeline.backfill.plans import BackfillView, Priority
from pipeline.backfill.scope import BackfillScope
from pipeline.backfill.types import type_title
from pipeline.context import Context
from pipeline.reports.numbers import count_text
from pipeline.wording import stage_name
from storage.ledger.states import BackfillState

STATES: dict[str, str] = {
    BackfillState.PLANNED: _("waits to be worked on"),
    BackfillState.RUNNING: _("is worked on"),
    BackfillState.PAUSED: _("paused"),
    BackfillState.CANCELLED: _("cancelled"),
    BackfillState.DONE: _("done"),
}
INTERRUPTED = _("was interrupted; it goes on where it stopped")
STOPPING = {
    BackfillState.PAUSED: _("paused; the documents in hand are being finished"),
    BackfillState.CANCELLED: _("cancelled; the documents in hand are being finished"),
}
LEVELS = {"province": _("level province"), "district": _("level district"), "commune": _("level commune")}
PRIORITIES = {Priority.LOW: _("after new work"), Priority.NORMAL: _("beside new work")}
ALL = _("everything")
MINUTE, HOUR, DAY = 60, 3600, 86400


def state_text(view: BackfillView) -> str:
    """Say where a backfill stands."""
    if view.is_interrupted:
        return gettext(INTERRUPTED)
    if view.is_at_work and view.state in STOPPING:
        return gettext(STOPPING[view.state])
    return gettext(STATES[view.state])


def scope_text(ctx: Context, scope: BackfillScope) -> str:
    """Say in one line what a backfill is about."""
    return "; ".join(_parts(ctx, scope)) or gettext(ALL)


def progress_text(view: BackfillView) -> str:
    """Say in one line how far a backfill is, how fast it goes and how long it will take yet."""
    language = active_language()
    count = {name: count_text(getattr(view, name), language) for name in ("documents", "pages", "pages_done", "failed")}
    parts = [
        gettext(_("{done} of {documents} documents")).format(
            done=count_text(view.done + view.failed, language), **count
        ),
        gettext(_("{pages_done} of {pages} pages")).format(**count),
    ]
    if view.failed:
        parts.append(gettext(_("{failed} failed")).format(**count))
    if view.aside_since is not None and view.is_at_work:
        parts.append(gettext(_("waits: new documents are being worked on")))
    elif view.state is BackfillState.RUNNING and view.pages_a_minute is not None:
        parts.append(gettext(_("{pace} pages/min")).format(pace=f"{view.pages_a_minute:.0f}"))
    if view.seconds_left and view.state is not BackfillState.DONE:
        parts.append(gettext(_("{time} of work left")).format(time=duration_text(view.seconds_left)))
    return " · ".join(parts)


def duration_text(seconds: float) -> str:
    """Say how long something takes, as exactly as that is known beforehand."""
    if seconds < MINUTE:
        return gettext(_("less than a minute"))
    if seconds < HOUR:
        return gettext(_("{minutes} min")).format(minutes=round(seconds / MINUTE))
    if seconds < DAY:
        hours, minutes = divmod(round(seconds / MINUTE), 60)
        return gettext(_("{hours} h {minutes} min")).format(hours=hours, minutes=minutes)
    days, hours = divmod(round(seconds / HOUR), 24)
    return gettext(_("{days} days {hours} h")).format(days=days, hours=hours)


def estimate_lines(found: Estimate, workers: int) -> Iterator[str]:
    """Say what planned work takes, what it costs, and where these figures come from."""
    language = active_language()
    cpu = duration_text(found.cpu_s)
    if found.cpu_s >= DAY:
        cpu = gettext(_("{hours} hours")).format(hours=count_text(round(found.cpu_s / HOUR), language))
    yield gettext(_("It takes about: {time} with {workers} documents at a time; CPU time: {cpu}.")).format(
        time=duration_text(found.elapsed_s), workers=workers, cpu=cpu
    )
    if found.money is not None:
        yield gettext(_("At the prices of the settings: {money} đồng.")).format(
            money=count_text(int(found.money), language)
        )
    if found.basis == HERE:
        text = _("Measured on the newest pages here ({pages}).")
    elif found.basis == SHIPPED:
        text = _("By the project's own figures; here too few pages were measured yet.")
    else:
        text = _("In part by the project's own figures; here too few pages were measured at some stages.")
    yield gettext(text).format(pages=count_text(found.measured_pages, language))


def _parts(ctx: Context, scope: BackfillScope) -> Iterator[str]:
    if scope.reissue:
        yield gettext(_("new PDF versions"))
    if scope.unit:
        text = _("unit {unit} as of {day}") if scope.on_day and scope.unit.isdigit() else _("unit {unit}")
        yield gettext(text).format(unit=scope.unit, day=day_text(scope.on_day) if scope.on_day else "")
    if scope.level:
        yield gettext(LEVELS[scope.level])
    if scope.first_day or scope.last_day:
        yield _days(scope.first_day, scope.last_day)
    if scope.type_code:
        yield gettext(_("type {type}")).format(type=type_title(ctx, scope.type_code))
    if scope.stage:
        yield gettext(_("from this stage on: {stage}")).format(stage=stage_name(scope.stage))
    if scope.stale_only:
        yield gettext(_("only what is stale"))
    if scope.limit:
        yield gettext(_("at most {limit} documents")).format(limit=count_text(scope.limit, active_language()))


def _days(first: date | None, last: date | None) -> str:
    if first and last:
        text = _("received on {first}") if first == last else _("received from {first} to {last}")
    else:
        text = _("received from {first} on") if first else _("received up to {last}")
    return gettext(text).format(first=day_text(first) if first else "", last=day_text(last) if last else "")
