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


def test_a_pace_reckoned_by_hand_that_reaches_into_a_year_without_a_list() -> None:
    """Friday 27/11/2026: Monday 30/11 and 23 weekdays of December are left; 05/10 to 27/11 are eight whole weeks.

    300 missing in 24 days are 12.5 a day; 480 in 40 days are 12 a day, so 25 days: one more than the year has.
    """
    working = load_working_days()
    pace = pace_of(Level.COMMUNE, Metric.FLOW, measure(1000, 700, 100), 480, date(2026, 11, 27), working)
    assert pace is not None
    assert (pace.missing, pace.days_left, pace.needed_per_day) == (300, 24, Decimal("12.5"))
    assert (pace.days_lately, pace.per_day, pace.projected_on) == (40, Decimal("12.0"), date(2027, 1, 1))
    assert not pace.has_holidays


def test_a_pace_reckoned_by_hand_over_tet_and_a_saturday_worked() -> None:
    """Friday 27/02/2026: 03/01 to 27/02 have 40 weekdays, five of them Tết. March to December have 219 weekdays.

    Off are 27/04, 30/04, 01/05, 31/08, 01/09, 02/09, and 22/08 is worked: 214 are left.
    80 % of 2000 are 1600, 500 are missing: 2.34 a day, told as 2.4. 210 in 35 days are 6 a day, so 84 days:
    22 in March, 20 in April, 20 in May and the 22 of June.
    """
    working = load_working_days()
    pace = pace_of(Level.COMMUNE, Metric.FLOW, measure(2000, 1100, 80), 210, date(2026, 2, 27), working)
    assert pace is not None
    assert (pace.missing, pace.days_left, pace.needed_per_day) == (500, 214, Decimal("2.4"))
    assert (pace.days_lately, pace.per_day, pace.projected_on) == (35, Decimal("6.0"), date(2026, 6, 30))
    assert pace.has_holidays


@pytest.mark.parametrize(
    ("day", "digitized", "lately", "left", "needed", "per_day", "reached"),
    [
        (date(2026, 11, 27), 90, 0, 24, "0.5", "0.0", None),
        (date(2026, 11, 27), 100, 0, 24, None, "0.0", date(2026, 11, 27)),
        (date(2026, 11, 27), 100, 40, 24, None, "1.0", date(2026, 11, 27)),
        (date(2026, 12, 30), 90, 39, 1, "10.0", "0.9", date(2027, 1, 14)),
        (date(2026, 12, 31), 100, 0, 0, None, "0.0", date(2026, 12, 31)),
        (date(2027, 1, 1), 90, 0, 260, "0.1", "0.0", None),
    ],
    ids=(
        "no work lately",
        "reached",
        "reached, work goes on",
        "last working day to come",
        "the year is over",
        "new year",
    ),
)
def test_the_edges_of_a_pace(
    day: date, digitized: int, lately: int, left: int, needed: str | None, per_day: str, reached: date | None
) -> None:
    pace = pace_of(Level.COMMUNE, Metric.FLOW, measure(100, digitized, 100), lately, day, load_working_days())
    assert pace is not None
    assert (pace.days_left, pace.projected_on) == (left, reached)
    assert pace.needed_per_day == (Decimal(needed) if needed else None)
    assert pace.per_day == Decimal(per_day)


def test_without_a_list_weekends_alone_are_off_and_it_is_said() -> None:
    day = date(2026, 2, 27)
    with_list, without = (
        pace_of(Level.COMMUNE, Metric.FLOW, measure(2000, 1100, 80), 210, day, working)
        for working in (load_working_days(), WorkingDays())
    )
    assert with_list is not None
    assert without is not None
    assert (without.days_left, without.days_lately, without.has_holidays) == (219, 40, False)
    assert with_list.has_holidays


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
