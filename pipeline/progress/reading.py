"""A frozen snapshot as progress again, so that reports are made of it and of no second count."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import LedgerError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.progress.model import (
    AgencyProgress,
    Attention,
    DataVersions,
    FindingCount,
    LevelProgress,
    Measure,
    Pace,
    Progress,
    Question,
    QueueCount,
    RegisterFacts,
    Rollout,
    Supplied,
    Tally,
    UnitViews,
    Unregistered,
    Week,
    Work,
    YearMeasure,
)
from pipeline.progress.plain import from_plain
from pipeline.targets import Level, Metric, Target
from pipeline.units.tree import UnitKey
from storage.ledger.models import AdministrativeUnit, Agency
from storage.ledger.states import DocumentState, Environment

SCHEMAS = (1, 2)
"""What snapshots are read of; the first had no units, no pace, nothing supplied and no versions of data."""


@dataclass(frozen=True, slots=True)
class Names:
    """What agencies and units are called; figures hold their codes."""

    agencies: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[UnitKey, str] = field(default_factory=dict)


def names_in(session: Session) -> Names:
    """Give the names as the ledger has them."""
    units = session.execute(select(AdministrativeUnit.code, AdministrativeUnit.valid_from, AdministrativeUnit.name))
    return Names(
        {row.code: row.name for row in session.execute(select(Agency.code, Agency.name))},
        {(code, since): name for code, since, name in units},
    )


def progress_from_json(figures: Mapping[str, Any], names: Names) -> Progress:
    """Give the progress that figures hold. Raise LedgerError when they are of a later program's schema."""
    if figures["schema"] not in SCHEMAS:
        cause = gettext(_("a snapshot has schema {schema}, which this program does not know"))
        raise LedgerError(cause=cause.format(schema=figures["schema"]))
    as_of = date.fromisoformat(figures["as_of"])
    organisation = figures.get("organisation") or ""
    return Progress(
        as_of=as_of,
        counted_at=datetime.fromisoformat(figures["counted_at"]),
        environment=Environment(figures["environment"]),
        levels=tuple(_level(one, as_of.year) for one in figures["levels"]),
        agencies=tuple(_agency(one, as_of.year, names) for one in figures["agencies"]),
        queue=tuple(
            QueueCount(DocumentState(one["state"]), one["documents"], one["by_level"]) for one in figures["queue"]
        ),
        findings=tuple(FindingCount(one["code"], one["severity"], one["documents"]) for one in figures["findings"]),
        attention=tuple(_attention(one) for one in figures["attention"]),
        attention_total=figures["attention_total"],
        unregistered=tuple(Unregistered(one["record"], one["agency"]) for one in figures["unregistered"]),
        unregistered_total=figures["unregistered_total"],
        register=from_plain(RegisterFacts, figures["register"]),
        organisation=names.agencies.get(organisation, ""),
        organisation_code=organisation,
        supplied=from_plain(tuple[Supplied, ...], figures.get("supplied", [])),
        rollout=from_plain(tuple[Rollout, ...], figures.get("rollout", [])),
        paces=from_plain(tuple[Pace, ...], figures.get("paces", [])),
        weeks=from_plain(tuple[Week, ...], figures.get("weeks", [])),
        work=from_plain(Work, figures["work"]) if figures.get("work") else Work(),
        units=_units(figures.get("units"), names),
        versions=from_plain(DataVersions, figures["versions"]) if figures.get("versions") else None,
    )


def _level(one: Mapping[str, Any], year: int) -> LevelProgress:
    level = Level(one["level"]) if one["level"] else None
    return LevelProgress(
        level=level,
        ended_on=date.fromisoformat(one["ended_on"]) if one["ended_on"] else None,
        stock=_measure(one["stock"], Metric.STOCK, level, year),
        flow=_measure(one["flow"], Metric.FLOW, level, year),
        years=tuple(
            YearMeasure(
                past["year"],
                _measure(past, Metric.FLOW, level, past["year"]),
                _target(past["all_solved_target"], Metric.SOLVED_REUSABLE, level, past["year"]),
            )
            for past in one["years"]
        ),
        all_solved=_target(one.get("all_solved_target"), Metric.SOLVED_REUSABLE, level, year),
    )


def _agency(one: Mapping[str, Any], year: int, names: Names) -> AgencyProgress:
    level = Level(one["level"]) if one["level"] else None
    return AgencyProgress(
        code=one["code"],
        name=names.agencies.get(one["code"]),
        level=level,
        stock=_measure(one["stock"], Metric.STOCK, level, year),
        flow=_measure(one["flow"], Metric.FLOW, level, year),
    )


def _measure(one: Mapping[str, Any], metric: Metric, level: Level | None, year: int) -> Measure:
    tally = Tally(**{name.name: one[name.name] for name in fields(Tally)})
    return Measure(tally, _target(one["target"], metric, level, year))


def _target(one: Mapping[str, Any] | None, metric: Metric, level: Level | None, year: int) -> Target | None:
    if one is None or level is None:
        return None
    return Target(metric, level, year, one["percent"], one["legal_basis"], is_held=one["is_held"])


def _attention(one: Mapping[str, Any]) -> Attention:
    return Attention(
        document_id=UUID(one["document"]) if one["document"] else None,
        record_code=one["record"],
        agency_code=one["agency"],
        state=one["state"],
        reason_code=one["reason"],
        since=datetime.fromisoformat(one["since"]),
        questions=tuple(Question(asked["reason"], asked["field"]) for asked in one.get("questions", ())),
    )


def _units(views: Mapping[str, Any] | None, names: Names) -> UnitViews:
    if views is None:
        return UnitViews()
    read = from_plain(UnitViews, views)
    as_issued, current = (
        tuple(replace(one, name=names.units.get((one.code, one.valid_from))) for one in view)
        for view in (read.as_issued, read.current)
    )
    return replace(read, as_issued=as_issued, current=current)
