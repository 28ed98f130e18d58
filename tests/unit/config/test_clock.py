from datetime import UTC, date, datetime

import pytest

from config.clock import legal_date, system_clock, vietnam_iso


def test_the_clock_gives_aware_instants_in_utc() -> None:
    assert system_clock().tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 6, 30, 16, 59, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 17, 0, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2025, 12, 31, 17, 0, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_days_and_years_begin_at_midnight_in_ho_chi_minh_city(instant: datetime, day: date) -> None:
    assert legal_date(instant) == day


def test_an_instant_is_written_as_decree_30_prints_it() -> None:
    assert vietnam_iso(datetime(2026, 3, 11, 2, 15, 7, 999, tzinfo=UTC)) == "2026-03-11T09:15:07+07:00"


@pytest.mark.parametrize("function", [legal_date, vietnam_iso])
def test_a_naive_instant_is_refused(function: object) -> None:
    naive = datetime(2026, 3, 11)  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="time zone"):
        function(naive)  # type: ignore[operator]
