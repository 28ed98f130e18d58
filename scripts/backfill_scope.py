"""The scope of a backfill as a person types it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from config.clock import legal_date
from config.codes import normalize_agency_code
from config.errors import UsageError
from config.i18n import gettext as _
from pipeline.backfill import BackfillScope
from pipeline.backfill.period import days_of
from pipeline.backfill.types import type_named
from pipeline.context import Context
from pipeline.targets import Level


class StageChoice(StrEnum):
    """The stages work can be redone from."""

    DELIVER = "deliver"
    PREPARE = "prepare"
    RECOGNIZE = "recognize"
    ASSEMBLE = "assemble"
    EXTRACT = "extract"


@dataclass(frozen=True, slots=True)
class TypedScope:
    """What was typed."""

    unit: str | None
    on: datetime | None
    level: Level | None
    period: str | None
    first: datetime | None
    last: datetime | None
    type_code: str | None
    stage: StageChoice | None
    limit: int | None
    stale_only: bool
    reissue: bool = False


def scope_of(ctx: Context, typed: TypedScope) -> BackfillScope:
    """Give the scope that a person means.

    Raise UsageError for what contradicts itself or is no period, CodeError for no code, UnknownTypeError.
    """
    unit = _unit(typed.unit)
    first_day, last_day = _days(typed)
    return BackfillScope(
        unit=unit,
        on_day=_day_of_unit(ctx, unit, typed.on),
        level=typed.level,
        first_day=first_day,
        last_day=last_day,
        type_code=type_named(ctx, typed.type_code) if typed.type_code else None,
        stage=typed.stage.value if typed.stage else None,
        stale_only=typed.stale_only,
        limit=typed.limit,
        reissue=typed.reissue,
    )


def reason_of(reissue: bool, reason: str | None) -> str | None:
    """Give the reason for new versions. Raise UsageError when it is missing, or given for what needs none."""
    given = (reason or "").strip()
    if reissue and not given:
        raise UsageError(cause=_("--reissue makes new versions of sealed files and needs --reason"))
    if given and not reissue:
        raise UsageError(cause=_("--reason is wanted with --reissue alone"))
    return given or None


def _unit(typed: str | None) -> str | None:
    """Give the code of an agency as the ledger spells it; that of an administrative unit is digits alone."""
    if typed is None or typed.strip().isdigit():
        return typed.strip() if typed else None
    return normalize_agency_code(typed)


def _day_of_unit(ctx: Context, unit: str | None, on: datetime | None) -> date | None:
    """Give the day on which a unit is taken: kept with the backfill, so that it means the same when it goes on."""
    if on is not None and unit is None:
        raise UsageError(cause=_("--on says of which day the unit of --unit is; no unit was given"))
    if unit is None or not unit.isdigit():
        return None
    return on.date() if on else legal_date(ctx.clock())


def _days(typed: TypedScope) -> tuple[date | None, date | None]:
    first, last = typed.first, typed.last
    if typed.period is None:
        return (first.date() if first else None, last.date() if last else None)
    if first or last:
        raise UsageError(cause=_("give either --period or --from and --to"))
    return days_of(typed.period)
