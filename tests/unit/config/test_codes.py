"""Codes: both spellings meet, wrong and unsafe ones are refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.codes import (
    is_record_code,
    normalize_agency_code,
    normalize_record_code,
    parse_procedure_code,
    parse_record_code,
    record_code_year,
    record_spellings,
    reversed_agency_code,
)
from config.errors import CodeError

heads = st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True)
two = st.integers(1, 99).map("{:02}".format)
three = st.integers(1, 999).map("{:03}".format)
agencies = st.builds(
    lambda head, groups, levels: ".".join((head, *groups[:levels])),
    heads,
    st.tuples(two, two, three),
    st.integers(0, 3),
)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
serials = st.from_regex(r"[0-9]{4,9}", fullmatch=True)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("H41.15", "H41.15"),
        ("h41.15 ", "H41.15"),
        ("000.00.15.H41", "H41.15"),
        ("000.00.00.H41", "H41"),
        ("003.07.15.H41", "H41.15.07.003"),
        ("H41.15.00.000", "H41.15"),
        ("G06.01", "G06.01"),
    ],
)
def test_an_agency_has_one_kept_spelling(raw: str, kept: str) -> None:
    assert normalize_agency_code(raw) == kept


@pytest.mark.parametrize(
    "raw", ["", "H4", "H411", "41.H", "H41/15", "H41..15", "H41.1234", "000.07.00.H41", "H41.15.1.1.1", "Ｈ41"]
)
def test_what_is_no_agency_code_is_refused(raw: str) -> None:
    with pytest.raises(CodeError):
        normalize_agency_code(raw)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("H41.15-260311-0012", "H41.15-260311-0012"),
        ("000.00.15.H41-210311-0012", "H41.15-210311-0012"),
        (" h41.15 – 260311 – 0012\n", "H41.15-260311-0012"),
        ("H41.15-260311-010012", "H41.15-260311-010012"),
    ],
)
def test_a_record_code_has_one_kept_spelling(raw: str, kept: str) -> None:
    assert normalize_record_code(raw) == kept


@pytest.mark.parametrize(
    "raw",
    [
        *("H41.15-261311-0012", "H41.15-260230-0012", "H41.15-260311-012", "H41.15-260311", "../H41.15-260311-0012"),
        f"H41.15-260311-{'1' * 87}",
    ],
)
def test_what_is_no_record_code_is_refused(raw: str) -> None:
    with pytest.raises(CodeError):
        parse_record_code(raw)
    assert not is_record_code(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "../../etc/passwd",
        "a/b",
        "a\\b",
        "..",
        ".",
        "a..b",
        "",
        "  ",
        "-x",
        "x.",
        "a\nb",
        "a b",
        "x" * 101,
        "H41.15-269911-0012",
    ],
)
def test_unsafe_names_are_refused(raw: str) -> None:
    with pytest.raises(CodeError):
        normalize_record_code(raw)


def test_a_row_without_a_record_code_goes_by_its_own_name() -> None:
    assert normalize_record_code("ĐKKD-2009.0031") == "ĐKKD-2009.0031"
    assert normalize_record_code("000.00.15.H41-210311-0012") == "H41.15-210311-0012"


@pytest.mark.parametrize(
    "raw", ["012345678901", "123456789", "cccd_012345678901", "012.345.678.901", "0912345678-2", "٠١٢٣٤٥٦٧٨٩٠١"]
)
def test_a_name_that_may_be_a_persons_number_is_refused_without_repeating_it(raw: str) -> None:
    with pytest.raises(CodeError) as caught:
        normalize_record_code(raw)
    assert "9" in str(caught.value)
    assert raw not in str(caught.value)
    assert raw not in str(caught.value.details)


def test_a_long_serial_or_row_number_is_no_persons_number() -> None:
    for name in ("H41.15-260311-010012345", "40A8001234", "ĐKKD-20090031", "1234567890123", "2021-03-12.7"):
        assert normalize_record_code(name) == name


@given(st.from_regex(r"[0-9]{9,12}", fullmatch=True), st.sampled_from(["", "-", "_", "."]), st.text("aB1Đ", max_size=4))
def test_no_name_holds_a_run_of_9_to_12_digits(number: str, mark: str, rest: str) -> None:
    for raw in (f"{number}{mark and mark + rest}", f"{rest}{mark}{number}" if mark else number):
        with pytest.raises(CodeError):
            normalize_record_code(raw)


def test_the_refusal_names_the_code_and_never_prints_control_marks() -> None:
    with pytest.raises(CodeError) as caught:
        normalize_record_code("a\x1b[31m/b")
    assert "\x1b" not in str(caught.value)
    assert "a?[31m/b" in str(caught.value)


def test_a_procedure_code_may_name_its_agency() -> None:
    assert parse_procedure_code("1.012790").agency is None
    long = parse_procedure_code("1.012790.000.00.00.H41")
    assert (long.number, long.agency) == ("1.012790", "H41")
    with pytest.raises(CodeError):
        parse_procedure_code("1.01279")


@given(agencies)
def test_reversing_an_agency_code_and_reading_it_gives_it_back(code: str) -> None:
    older = reversed_agency_code(code)
    assert older is not None
    assert normalize_agency_code(older) == normalize_agency_code(code) == code


@given(agencies, days, serials)
def test_every_spelling_of_a_record_code_is_kept_as_one(agency: str, day: date, serial: str) -> None:
    code = f"{agency}-{day:%y%m%d}-{serial}"
    for spelling in record_spellings(code):
        assert normalize_record_code(spelling) == code
    parts = parse_record_code(code)
    assert (parts.agency, parts.received_on, parts.serial) == (agency, day, serial)


@given(st.text(max_size=120))
def test_a_name_is_safe_or_refused(raw: str) -> None:
    try:
        name = normalize_record_code(raw)
    except CodeError:
        return
    assert ".." not in name
    assert not set(name) & set("/\\\0 \n")
    assert normalize_record_code(name) == name


def test_the_year_of_a_record_is_in_its_code_if_anywhere() -> None:
    assert record_code_year("000.00.15.H41-210311-0012") == 2021
    assert record_code_year("ĐKKD-2009.0031") is None
