from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import EventPayloadError
from storage.ledger.event_payload import clean_actor, clean_code, clean_hash, clean_identifier, clean_payload


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -3,
        2_147_483_648,
        0.25,
        "waiting_review",
        "pdfa-2b",
        "a" * 64,
        "0" * 64,
        "018f3f3e-7b7a-7000-8000-000000000001",
        "H41.15",
        "H41.15-251120-0007",
        "000.00.00.H41-210701-0001",
        "2026-11-24",
        "2026-11-24T08:00:00+00:00",
        "5.5.4",
        "test/H41/2025/018f3f3e-7b7a-7000-8000-000000000001/v1/H41-1.1.pdf",
        ["low_dpi", "no_colour"],
        {"before": "in_work", "after": "archived"},
    ],
    ids=repr,
)
def test_ids_hashes_numbers_codes_and_dates_pass(value: object) -> None:
    assert clean_payload("test", {"key": value}) == {"key": value}


@pytest.mark.parametrize(
    "value",
    [
        "Nguyễn Văn Mẫu",
        "Nguyen Van Mau",
        "Mẫu",
        "Nguyen",
        "nguyễn",
        "nguyen van mau",
        "Quyết định số 12",
        "so 12",
        "12/2020/QĐ-UBND",
        "040090001234",
        "CCCD:040090001234",
        "0912345678",
        "123456789",
        "a" * 129,
        "line\nbreak",
        "",
        "tab\there",
        b"bytes",
        pytest.param(object(), id="object"),
        datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None),
        float("nan"),
        float("inf"),
        2**53,
        {"Name": 1},
        {"a b": 1},
        {"": 1},
        {"a": {"b": {"c": {"d": 1}}}},
        [[["deep"]]],
        ["Trần Thị Mẫu"],
        {"signer": "Trần Thị Mẫu"},
        ["x"] * 1001,
        {1, 2},
    ],
    ids=lambda value: repr(value)[:30],
)
def test_names_texts_and_personal_numbers_are_refused(value: object) -> None:
    with pytest.raises(EventPayloadError) as refused:
        clean_payload("test", {"key": value})
    if isinstance(value, str) and value:
        assert value not in str(refused.value)


def test_enums_ids_and_instants_become_plain_text() -> None:
    instant = datetime(2026, 1, 2, tzinfo=UTC)
    record = uuid4()
    assert clean_payload("test", {"a": Colour.RED, "b": record, "c": instant, "d": ("x",)}) == {
        "a": "red",
        "b": str(record),
        "c": "2026-01-02T00:00:00+00:00",
        "d": ["x"],
    }
    assert type(clean_payload("test", {"a": Colour.RED})["a"]) is str


def test_an_actor_is_an_account_and_not_a_name() -> None:
    for login in ("cli:lan@may-1", "root", "Lan.Tran", "SNV\\lan_tran", "flow:digitize"):
        assert clean_actor("test", login) == login
    for name in ("Trần Thị Lan", "lan tran", "", "Lân", "x" * 65, "cli:040090001234"):
        with pytest.raises(EventPayloadError):
            clean_actor("test", name)


def test_codes_and_hashes_have_one_shape() -> None:
    assert clean_code("test", "kind", Colour.RED) == "red"
    assert clean_hash("test", "input_hash", None) is None
    assert clean_hash("test", "input_hash", "0" * 64) == "0" * 64
    for bad in ("A" * 64, "0" * 63, "hash"):
        with pytest.raises(EventPayloadError):
            clean_hash("test", "input_hash", bad)
    for bad in ("Stage", "two words", "1st", ""):
        with pytest.raises(EventPayloadError):
            clean_code("test", "kind", bad)


@given(value=st.uuids())
def test_every_uuid_passes(value: UUID) -> None:
    assert clean_identifier("test", "id", value) == str(value)


@given(value=st.text(max_size=200))
def test_no_text_with_a_space_or_beyond_ascii_passes(value: str) -> None:
    try:
        clean_payload("test", {"key": value})
    except EventPayloadError:
        return
    assert value.isascii()
    assert not any(char.isspace() for char in value)
    assert len(value) <= 128
