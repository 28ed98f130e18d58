import pytest
from hypothesis import given
from hypothesis import strategies as st
from prefect.client.schemas.schedules import CronSchedule

from config.cron import is_cron

NAMED = ["mon", "JAN", "sun-sat", "1-5", "*/2", "7", "0", "5,10", "3/4", "*", "31", "60", "-1", "5-1", "*/0", "?", "x"]


@pytest.mark.parametrize(
    "text",
    [
        "*/15 * * * *",
        "30 17 * * *",
        "*/10 6-20 * * 1-6",
        "0 7,12 * jan-jun mon-fri",
        "0 0 29 2 *",
        "0 0 31 2 1",
        "5/20 * * * 7",
    ],
)
def test_a_schedule_is_known_as_one(text: str) -> None:
    assert is_cron(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "every day", "* * * *", "0 0 * * * *", "@daily", "0 0 * * mo", "٣ * * * *"),
        *("60 * * * *", "* 24 * * *", "0 0 0 * *", "0 0 * 13 *", "0 0 * * 8", "*/0 * * * *", "20-10 * * * *"),
        *("1, * * * *", "0 0 31 2 *", "0 0 31 4,jun *"),
    ],
)
def test_what_is_no_schedule_or_never_comes_due_is_known_too(text: str) -> None:
    assert not is_cron(text)


@given(st.lists(st.sampled_from(NAMED), min_size=5, max_size=5).map(" ".join))
def test_whatever_is_taken_for_a_schedule_the_scheduler_takes_too(text: str) -> None:
    if is_cron(text):
        assert CronSchedule(cron=text).cron == text
