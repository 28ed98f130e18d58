"""Dates and counts of a register: taken when sure, refused with the reason when not."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.register.faults import Fault
from pipeline.register.values import Cell, CellRefusedError, cell_text, parse_count, parse_date

DAY = date(2026, 3, 5)
days = st.dates(date(1945, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "cell",
    [
        "05/03/2026",
        "5/3/2026",
        "05-03-2026",
        "05.03.2026",
        " 05 / 03 / 2026 ",
        "2026-03-05",
        "2026/03/05",
        "2026-03-05T09:41:07+07:00",
        "05/03/2026 09:41",
        "ngày 05 tháng 3 năm 2026",
        "Ngày 5 tháng 03 năm 2026",
        datetime.fromisoformat("2026-03-05T09:41"),
        DAY,
        46086,
        46086.4,
        "46086",
    ],
)
def test_a_date_is_read_however_it_is_written(cell: Cell) -> None:
    assert parse_date(cell) == DAY


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "–"])
def test_an_empty_cell_is_no_date(cell: Cell) -> None:
    assert parse_date(cell) is None


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("30/02/2026", Fault.BAD_DATE),
        ("31/04/2026", Fault.BAD_DATE),
        ("29/02/2025", Fault.BAD_DATE),
        ("03/25/2026", Fault.AMERICAN_DATE),
        ("00/03/2026", Fault.BAD_DATE),
        ("5/3/26", Fault.SHORT_YEAR),
        ("tháng 3/2026", Fault.BAD_DATE),
        ("2026", Fault.BAD_DATE),
        ("05/03/1026", Fault.BAD_DATE),
        (12, Fault.BAD_DATE),
        (True, Fault.BAD_DATE),
        (9e18, Fault.BAD_DATE),
        (float("nan"), Fault.BAD_DATE),
        ("#REF!", Fault.CELL_ERROR),
        ("１２/03/2026", Fault.BAD_DATE),
    ],
)
def test_a_date_that_is_not_surely_one_day_is_refused(cell: Cell, fault: Fault) -> None:
    with pytest.raises(CellRefusedError) as caught:
        parse_date(cell)
    assert caught.value.fault is fault


def test_serial_numbers_follow_the_workbooks_epoch() -> None:
    assert parse_date(46086 - 1462, date(1904, 1, 1)) == DAY


@given(days)
def test_every_spelling_of_a_day_gives_that_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    spellings: list[Cell] = [
        f"{day:%d/%m/%Y}",
        f"{day.day}.{day.month}.{day.year}",
        day.isoformat(),
        serial,
        str(serial),
    ]
    assert {parse_date(cell) for cell in spellings} == {day}


@given(st.text(alphabet="0123456789/-. ngàytháăm", max_size=20))
def test_a_cell_is_a_date_or_refused_and_nothing_else(text: str) -> None:
    try:
        day = parse_date(text)
    except CellRefusedError:
        return
    assert day is None or date(1900, 1, 1) <= day <= date(2099, 12, 31)


@given(st.dates(date(1945, 1, 1), date(2099, 12, 31)), st.integers(0, 86399))
def test_the_time_of_day_never_moves_the_day(day: date, seconds: int) -> None:
    moment = datetime.fromisoformat(day.isoformat()) + timedelta(seconds=seconds)
    assert parse_date(moment) == parse_date(f"{moment:%d/%m/%Y %H:%M:%S}") == day


def test_counts_are_whole_numbers() -> None:
    assert parse_count("12", None) == parse_count(12.0, None) == parse_count(" 012 ", None) == 12
    assert parse_count(None, 1) == 1
    for cell in ("-1", "1,5", 1.5, "ba", True, "10000000", "²"):
        with pytest.raises(CellRefusedError):
            parse_count(cell, None)


def test_text_is_nfc_and_folded() -> None:
    assert cell_text("Ho\u0302\u0300   so\u031b\n") == "Hồ sơ"
    assert cell_text(12.0) == "12"
