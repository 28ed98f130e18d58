"""Periods as an administrator types them."""

from datetime import date

import pytest

from config.errors import UsageError
from pipeline.backfill.period import days_of


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("năm 2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-05", date(2024, 5, 1), date(2024, 5, 31)),
        ("05/2024", date(2024, 5, 1), date(2024, 5, 31)),
        ("tháng 2/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("quý 2/2024", date(2024, 4, 1), date(2024, 6, 30)),
        ("2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-05-17", date(2024, 5, 17), date(2024, 5, 17)),
        ("17/05/2024", date(2024, 5, 17), date(2024, 5, 17)),
        ("2024-05-01..2024-06-30", date(2024, 5, 1), date(2024, 6, 30)),
        ("01/05/2024..30/06/2024", date(2024, 5, 1), date(2024, 6, 30)),
        ("01/05/2024 - 30/06/2024", date(2024, 5, 1), date(2024, 6, 30)),
        ("1/5/2024 đến 30/6/2024", date(2024, 5, 1), date(2024, 6, 30)),
        ("2023-11..2024-02", date(2023, 11, 1), date(2024, 2, 29)),
        ("2024..", date(2024, 1, 1), None),
        ("..05/2024", None, date(2024, 5, 31)),
    ],
    ids=str,
)
def test_a_period_is_its_first_and_last_day(text: str, first: date | None, last: date | None) -> None:
    assert days_of(text) == (first, last)


@pytest.mark.parametrize("text", ["", "..", "13/2024", "2024-02-30", "mai", "2024..mai", "1/2/3/4"], ids=repr)
def test_what_is_no_period_is_refused_with_how_one_is_written(text: str) -> None:
    with pytest.raises(UsageError, match=r"30/06/2024"):
        days_of(text)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError, match=r"2024-06\.\.2024-05"):
        days_of("2024-06..2024-05")
