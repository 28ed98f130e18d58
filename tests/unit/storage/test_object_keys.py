import unicodedata
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import UnsafeKeyError
from storage.objects import archival_name, check_key, object_key

RECORD = UUID("018f3f3e-7b7a-7000-8000-000000000001")


def test_a_key_reads_like_its_place() -> None:
    name = archival_name("H41.15-251120-0007", 2)
    key = object_key("test", "H41.15", 2025, RECORD, 1, name)
    assert key == f"test/H41.15/2025/{RECORD}/v1/H41.15-251120-0007.2.pdf"


def test_a_file_in_one_pdf_has_no_running_number() -> None:
    assert archival_name("000.00.00.H41-210701-0001", None) == "000.00.00.H41-210701-0001.pdf"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("12/2020/QĐ-UBND", "12_2020_QĐ-UBND.1.pdf"),
        ("../../etc/passwd", "_._.._etc_passwd.1.pdf"),
        ("hồ sơ số 7\n", "hồ_sơ_số_7.1.pdf"),
        (unicodedata.normalize("NFD", "Hồ"), "Hồ.1.pdf"),
        ("a\\b\x00c", "a_b_c.1.pdf"),
    ],
)
def test_other_characters_of_a_record_code_become_underscores(code: str, name: str) -> None:
    assert archival_name(code, 1) == name


def test_long_codes_that_begin_alike_get_different_names() -> None:
    first, second = archival_name("đ" * 300 + "1", 1), archival_name("đ" * 300 + "2", 1)
    assert first != second
    assert len(first.encode()) <= 255


@pytest.mark.parametrize("code", ["", "   ", "..", "///", "-.-"])
def test_a_code_without_any_letter_or_digit_is_refused(code: str) -> None:
    with pytest.raises(UnsafeKeyError):
        archival_name(code, 1)


@pytest.mark.parametrize("stt", [0, -1])
def test_running_numbers_begin_at_one(stt: int) -> None:
    with pytest.raises(UnsafeKeyError):
        archival_name("H41-1", stt)


@pytest.mark.parametrize("suffix", ["", ".", "../x", ".pdf/", ".PDF", ".p df", ".a.b.c"])
def test_odd_endings_are_refused(suffix: str) -> None:
    with pytest.raises(UnsafeKeyError):
        archival_name("H41-1", 1, suffix)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "a/../b",
        "a/./b",
        ".incoming/x",
        "a/.hidden",
        "a\\b",
        "a\x00b",
        "a\nb",
        "a\u2028b",
        "a/ b",
        "a/b ",
        "a\ud800",
        unicodedata.normalize("NFD", "a/hồ"),
        "a/" + "x" * 256,
        "/".join(["x" * 200] * 6),
    ],
)
def test_keys_that_could_leave_or_hide_are_refused(key: str) -> None:
    with pytest.raises(UnsafeKeyError):
        check_key(key)


@pytest.mark.parametrize(
    "change",
    [
        {"env": "staging"},
        {"env": ".."},
        {"agency": "H41/15"},
        {"agency": ".."},
        {"agency": "H41..15"},
        {"agency": "."},
        {"agency": ""},
        {"agency": "H41."},
        {"agency": "UBND tỉnh"},
        {"agency": "A" * 36},
        {"year": 25},
        {"record_id": "../x"},
        {"version": 0},
        {"file_name": "a/b.pdf"},
        {"file_name": ".."},
        {"file_name": ""},
    ],
    ids=str,
)
def test_each_part_of_a_key_is_checked(change: dict[str, object]) -> None:
    parts: dict[str, object] = {
        "env": "test",
        "agency": "H41.15",
        "year": 2025,
        "record_id": RECORD,
        "version": 1,
        "file_name": "a.pdf",
    }
    with pytest.raises(UnsafeKeyError):
        object_key(**(parts | change))  # type: ignore[arg-type]


def test_an_unsafe_key_is_named_without_its_control_characters() -> None:
    with pytest.raises(UnsafeKeyError) as refused:
        check_key("a\x1b[31m")
    assert "\x1b" not in str(refused.value)


@given(code=st.text(max_size=400), stt=st.integers(1, 10**7))
def test_whatever_the_code_the_name_is_safe_or_refused(code: str, stt: int) -> None:
    try:
        name = archival_name(code, stt)
    except UnsafeKeyError:
        assert not any(char.isalnum() for char in unicodedata.normalize("NFC", code))
        return
    key = object_key("production", "H41", 2025, uuid4(), 3, name)
    check_key(key)
    assert key.count("/") == 5
    assert name.endswith(f".{stt}.pdf")


@given(code=st.from_regex(r"[A-Z][0-9]{2}(\.[0-9]{1,3}){0,3}-[0-9]{6}-[0-9]{4,9}", fullmatch=True))
def test_a_real_record_code_stands_unchanged(code: str) -> None:
    assert archival_name(code, 1) == f"{code}.1.pdf"


@given(key=st.text(alphabet="ab./\\\x00 ", max_size=12))
def test_an_accepted_key_stays_inside(key: str) -> None:
    try:
        check_key(key)
    except UnsafeKeyError:
        return
    assert all(part and part not in {".", ".."} for part in key.split("/"))
