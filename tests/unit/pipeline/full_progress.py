"""A made-up province with something in every table of a report: 130 communes, weeks of work, failures, findings."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from pipeline.progress.model import (
    AgencyProgress,
    Attention,
    Backlog,
    BacklogWeek,
    DataVersions,
    Failed,
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
    UnitProgress,
    UnitViews,
    Unregistered,
    Week,
    Work,
    YearMeasure,
)
from pipeline.progress.pace import holders_by_level, pace_of
from pipeline.progress.working_days import WorkingDays
from pipeline.targets import Level, Limit, Metric, Sense, Target
from storage.ledger.states import DocumentState, Environment

AS_OF = date(2026, 11, 24)
COUNTED_AT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
COMMUNES = 130
_BASIS = "Kế hoạch mẫu số 01/KH-UBND"
_MERGED = date(2025, 7, 1)
_PERCENTS = {Level.PROVINCE: 100.0, Level.DISTRICT: 90.0, Level.COMMUNE: 95.0}
_FIRST_PERCENTS = {2022: 40.0, 2023: 60.0, 2024: 80.0, 2025: 90.0, 2026: 95.0}


def full_progress(environment: Environment = Environment.TEST) -> Progress:
    """Give it, as counted for one day; the same each time."""
    units = tuple(_units())
    levels = tuple(_level(level, number) for number, level in enumerate(Level))
    agencies = tuple(_agencies())
    unknown = Measure(_tally(17, 31), None)
    return Progress(
        as_of=AS_OF,
        counted_at=COUNTED_AT,
        environment=environment,
        levels=(*levels, LevelProgress(None, None, unknown, unknown, tuple(_years(None, 3)))),
        agencies=agencies,
        queue=tuple(_queue()),
        findings=(FindingCount("few_pages", "warning", 1204), FindingCount("page_skewed", "note", 88)),
        attention=tuple(_attention()),
        attention_total=3712,
        unregistered=tuple(Unregistered(f"H41.10-260311-{number:04}", "H41.10") for number in range(7)),
        unregistered_total=1907,
        register=RegisterFacts(5_130_417, 312, 4_418, COUNTED_AT, "ab" * 32),
        organisation="Ủy ban nhân dân tỉnh Mẫu An",
        organisation_code="H41",
        supplied=tuple(_supplied()),
        rollout=(
            Rollout(Level.PROVINCE, 22, 19, 0, _target(Metric.ROLLOUT, Level.PROVINCE)),
            Rollout(Level.COMMUNE, 103, 71, 27, _target(Metric.ROLLOUT, Level.COMMUNE)),
        ),
        paces=tuple(_paces(levels, agencies, units)),
        weeks=tuple(
            Week(first, first + timedelta(days=6), {"province": 410 + 37 * n, "district": 3, "commune": 1290 - 61 * n})
            for n, first in enumerate(_mondays())
        ),
        units=UnitViews(tuple(_old_units()), units, _tally(501, 77), _tally(44, 78)),
        work=Work(
            received=812_406,
            backlog=(
                Backlog("unsure", 2_918, 2_077, COUNTED_AT - timedelta(days=40)),
                Backlog("differs_from_register", 604, 591, COUNTED_AT - timedelta(days=9)),
                Backlog("secrecy_suspected", 11, 11, COUNTED_AT - timedelta(days=2)),
            ),
            failed=(
                Failed(DocumentState.REFUSED, "file_empty", 1_318),
                Failed(DocumentState.STUCK, None, 27),
                Failed(DocumentState.QUARANTINED, "secrecy_marking", 6),
            ),
            backlog_weeks=tuple(
                BacklogWeek(first, first + timedelta(days=6), 900 + 41 * n, 760 + 67 * n, 4_100 - 90 * n)
                for n, first in enumerate(_mondays())
            ),
        ),
        versions=DataVersions("0.1.0", "c1" * 32, "c2" * 32, "c3" * 32, "c4" * 32, (), 14),
    )


def _paces(
    levels: Iterable[LevelProgress], agencies: tuple[AgencyProgress, ...], units: tuple[UnitProgress, ...]
) -> Iterator[Pace]:
    for one in levels:
        for metric, measure in ((Metric.STOCK, one.stock), (Metric.FLOW, one.flow)):
            lately = 6_403 if one.level is Level.COMMUNE else 0
            pace = pace_of(one.level, metric, measure, lately, AS_OF, WorkingDays()) if one.level else None
            if pace is not None:
                of_agencies, of_units = holders_by_level(agencies, units, metric)[pace.level]
                yield replace(pace, agencies=of_agencies, units=of_units)


def _mondays() -> Iterator[date]:
    for back in range(8, 0, -1):
        yield AS_OF - timedelta(days=7 * back - 1)


def _target(metric: Metric, level: Level, percent: float | None = None) -> Target:
    return Target(metric, level, AS_OF.year, percent or _PERCENTS[level], _BASIS)


def _tally(records: int, salt: int) -> Tally:
    """Give figures that hang together and are alike nowhere."""
    digitized = records * (30 + salt * 7 % 71) // 100
    return Tally(
        records=records,
        digitized=digitized,
        signed=digitized + records // 50,
        stored=digitized + records // 40,
        unscanned=records // 7,
        results_expected=records + salt,
        results_digitized=digitized + salt // 2,
        papers_expected=2 * records + salt,
        papers_digitized=digitized + salt // 3,
    )


def _measure(metric: Metric, level: Level, records: int, salt: int) -> Measure:
    return Measure(_tally(records, salt), _target(metric, level))


def _level(level: Level, number: int) -> LevelProgress:
    has_ended = level is Level.DISTRICT
    stock = Measure(_tally(1_204_331 - 97 * number, 11 + number), None if has_ended else _target(Metric.STOCK, level))
    flow = Measure(_tally(88_417 + 53 * number, 21 + number), None if has_ended else _target(Metric.FLOW, level))
    other = None if has_ended else _target(Metric.SOLVED_REUSABLE, level, 100.0)
    return LevelProgress(
        level, date(2025, 6, 30) if has_ended else None, stock, flow, tuple(_years(level, number)), other
    )


def _years(level: Level | None, number: int) -> Iterator[YearMeasure]:
    for year, percent in _FIRST_PERCENTS.items():
        target = None if level is None else Target(Metric.FLOW, level, year, percent, _BASIS)
        other = None if level is None or year < 2025 else Target(Metric.SOLVED_REUSABLE, level, year, 100.0, _BASIS)
        yield YearMeasure(year, Measure(_tally(60_003 + 7 * number + year, year + number), target), other)


def _agencies() -> Iterator[AgencyProgress]:
    for number in range(6):
        level = (Level.PROVINCE, Level.COMMUNE, None)[number % 3]
        measures = [
            Measure(_tally(2_000 + 131 * number + salt, salt + number), _target(metric, level) if level else None)
            for salt, metric in ((5, Metric.STOCK), (6, Metric.FLOW))
        ]
        yield AgencyProgress(f"H41.{10 + number}", f"Cơ quan Mẫu {number}", level, *measures)


def _units() -> Iterator[UnitProgress]:
    for number in range(COMMUNES):
        stock, flow = (
            _measure(metric, Level.COMMUNE, 300 + 17 * number + salt, number + salt)
            for salt, metric in ((1, Metric.STOCK), (2, Metric.FLOW))
        )
        name = f"{'Phường' if number % 12 == 0 else 'Xã'} Mẫu {number + 1}"
        yield UnitProgress(f"{90_000 + number}", _MERGED, name, Level.COMMUNE, None, stock, flow)


def _old_units() -> Iterator[UnitProgress]:
    for number in range(5):
        measures = [Measure(_tally(140 + 9 * number + salt, number + salt), None) for salt in (8, 9)]
        yield UnitProgress(
            f"{80_000 + number}", date(2021, 9, 24), f"Xã Cũ {number + 1}", Level.COMMUNE, _MERGED, *measures
        )


def _queue() -> Iterator[QueueCount]:
    for number, state in enumerate(DocumentState):
        by_level = {"province": 1_009 + 13 * number, "commune": 2_011 + 7 * number, "unknown": number % 3}
        yield QueueCount(state, sum(by_level.values()), by_level)


def _attention() -> Iterator[Attention]:
    for number in range(40):
        questions = (Question("unsure", "number"), Question("unsure", "abstract")) if number % 2 else ()
        state, reason = ("waiting_review", None) if questions else ("refused", "file_empty")
        yield Attention(
            UUID(int=number + 1),
            f"H41.10-260311-{1000 + number}",
            "H41.10",
            state,
            reason,
            COUNTED_AT - timedelta(days=number),
            questions,
        )


def _supplied() -> Iterator[Supplied]:
    source = ("Báo cáo mẫu số 12/BC-STP",)
    commune = Level.COMMUNE
    online = _target(Metric.ONLINE, commune, 50.0)
    yield Supplied(Metric.NOT_RESUPPLIED, commune, 0, None, 0, None, (), _target(Metric.NOT_RESUPPLIED, commune), None)
    yield Supplied(Metric.ONLINE, commune, 3, 41_207, 90_013, None, source, online, None)
    yield Supplied(Metric.INTERNAL, commune, 3, 71_011, 80_007, None, source, _target(Metric.INTERNAL, commune), None)
    for metric, minutes, sense in (
        (Metric.WAITING, Decimal("12.75"), Sense.AT_MOST),
        (Metric.HANDLING, Decimal("28.4"), Sense.UNCLEAR),
    ):
        limit = Limit(metric, commune, AS_OF.year, 15.0, sense, _BASIS)
        yield Supplied(metric, commune, 3, None, 5_102, minutes, source, None, limit)
