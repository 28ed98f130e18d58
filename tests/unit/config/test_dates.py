from datetime import UTC, date, datetime

import pytest

from config.dates import day_text, instant_text, value_text
from config.i18n import activate, active_language

LATE = datetime(2026, 11, 23, 17, 30, 59, tzinfo=UTC)


def test_days_and_instants_are_written_as_officials_write_them() -> None:
    assert day_text(date(2026, 3, 5), "vi") == "05/03/2026"
    assert day_text(date(2026, 3, 5), "en") == "5 March 2026"
    assert instant_text(LATE, "vi") == "24/11/2026 00:30"
    assert instant_text(LATE, "en") == "24 November 2026, 00:30"


def test_the_active_language_is_meant_unless_another_is_asked_for() -> None:
    before = active_language()
    try:
        activate("en")
        assert instant_text(LATE) == instant_text(LATE, "en")
        activate("vi")
        assert instant_text(LATE) == instant_text(LATE, "vi")
    finally:
        activate(before)


@pytest.mark.parametrize("value", ["12/QĐ-UBND", "2026-13-01", "2026-W10-4", "20260305", "", "2026-03-05T00:00"])
def test_of_values_only_dates_look_different_to_people(value: str) -> None:
    assert value_text(value) == value
    assert value_text("2026-03-05") == day_text(date(2026, 3, 5))


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        instant_text(datetime(2026, 3, 11))  # noqa: DTZ001 - what is refused
