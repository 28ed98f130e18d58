"""Pace: arithmetic of working days and shortfalls, for any figures."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ReferenceDataError
from pipeline.progress.model import Measure, Tally
from pipeline.progress.pace import holders_of, missing_of, pace_of
from pipeline.progress.working_days import WorkingDays, YearOff, load_working_days
from pipeline.targets import Level, Metric, Target

DAYS = st.dates(date(2022, 1, 1), date(2030, 12, 31))


def measure(records: int, digitized: int, percent: float | None) -> Measure:
    target = None if percent is None else Target(Metric.FLOW, Level.COMMUNE, 2026, percent, "Kế hoạch")
    return Measure(Tally(records, digitized), target)


@st.composite
def measures(draw: st.DrawFn) -> Measure:
    records = draw(st.integers(0, 10_000_000))
    return measure(records, draw(st.integers(0, records)), draw(st.none() | st.floats(0, 100)))


@given(measures(), st.integers(0, 1_000_000), DAYS)
def test_no_figures_make_it_divide_by_zero_and_what_is_needed_suffices(one: Measure, lately: int, day: date) -> None:
    pace = pace_of(Level.COMMUNE, Metric.FLOW, one, lately, day, WorkingDays())
    if one.target is None or not one.tally.records:
        assert pace is None
        return
    assert pace is not None
    assert pace.missing == missing_of(one)
    if pace.needed_per_day is None:
        assert not pace.missing or not pace.days_left
    else:
        assert pace.needed_per_day * pace.days_left >= pace.missing
    if pace.projected_on is not None:
        assert pace.projected_on >= day
        assert (pace.projected_on == day) == (not pace.missing)
    if pace.missing and not lately:
        assert pace.projected_on is None


@given(measures())
def test_what_is_missing_is_just_enough(one: Measure) -> None:
    missing = missing_of(one)
    if one.target is None:
        assert missing == 0
        return
    wanted = Decimal(str(one.target.percent)) * one.tally.records / 100
    assert one.tally.digitized + missing >= min(wanted, Decimal(one.tally.records))
    if missing:
        assert one.tally.digitized + missing - 1 < wanted


@given(DAYS, st.integers(0, 800))
def test_counting_working_days_and_walking_them_agree(day: date, count: int) -> None:
    working = load_working_days()
    reached = working.after(day, count)
    assert working.between(day + timedelta(days=1), reached) == count
    assert not count or working.is_worked(reached)


def test_at_the_pace_of_the_last_weeks_the_day_is_told() -> None:
    # Friday 27 November 2026; 40 working days in eight weeks, 80 records: 2 a day.
    pace = pace_of(Level.COMMUNE, Metric.FLOW, measure(100, 90, 100), 80, date(2026, 11, 27), WorkingDays())
    assert pace is not None
    assert (pace.missing, pace.days_left, pace.needed_per_day) == (10, 24, Decimal("0.5"))
    assert (pace.days_lately, pace.per_day, pace.projected_on) == (40, Decimal("2.0"), date(2026, 12, 4))
    assert not pace.has_holidays


def test_on_the_last_day_of_the_year_nothing_more_can_be_asked_a_day() -> None:
    pace = pace_of(Level.COMMUNE, Metric.FLOW, measure(100, 90, 100), 0, date(2026, 12, 31), WorkingDays())
    assert pace is not None
    assert (pace.days_left, pace.needed_per_day, pace.projected_on) == (0, None, None)


def test_holidays_are_off_and_a_saturday_worked_instead_is_on() -> None:
    working = load_working_days()
    assert not any(working.is_worked(date(2026, 2, day)) for day in range(14, 23))
    assert working.is_worked(date(2026, 2, 23))
    assert working.is_worked(date(2026, 8, 22))
    assert working.knows(date(2026, 1, 1), date(2026, 12, 31))
    assert not working.knows(date(2026, 12, 31), date(2027, 1, 1))
    assert WorkingDays({2026: YearOff(frozenset(), frozenset(), "x")}).is_worked(date(2026, 9, 2))


def test_those_that_hold_back_most_come_first_with_their_part() -> None:
    rows = [("A", None, measure(100, 90, 100)), ("B", None, measure(50, 20, 100)), ("C", None, measure(9, 9, 100))]
    assert [(one.code, one.missing, one.share) for one in holders_of(rows)] == [
        ("B", 30, Decimal("75.00")),
        ("A", 10, Decimal("25.00")),
    ]
    assert holders_of([]) == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("schema = 2", "schema"),
        ("schema = 1\n[[year]]\nlegal_basis='x'", "year 1"),
        ("schema = 1\n[[year]]\nyear=2026", "year 1"),
        ("schema = 1\n[[year]]\nyear=2026\nlegal_basis='x'\ndays_off=[2027-01-01]", "year 1, days_off"),
        ("schema = 1\n[[year]]\nyear=2026\nlegal_basis='x'\ndays_on=['2026']", "year 1, days_on"),
        ("nothing", "-"),
    ],
)
def test_a_fault_of_the_list_is_named_by_place(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "holidays.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        load_working_days(path)
    assert caught.value.details["place"] == place
