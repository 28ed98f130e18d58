import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from config.errors import ChainBrokenError
from storage.ledger import Ledger, migrate, open_ledger
from storage.ledger.chain import GENESIS, ChainHead, EventFacts
from storage.ledger.events import append, check_chain, head
from storage.ledger.models import Event
from storage.migrations import rules_v1

FACTS = EventFacts(
    schema_version=1,
    seq=1,
    at=datetime(2026, 11, 24, 8, 0, 0, 5, tzinfo=UTC),
    kind="archived",
    actor="cli:root",
    subject_type="document",
    subject_id="d1",
    input_sha256="1" * 64,
    output_sha256=None,
    payload={"b": 1.0, "a": [True, None]},
)

CODES = st.from_regex(r"[a-z][a-z0-9_.-]{0,12}", fullmatch=True)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), CODES, st.floats(allow_nan=False, width=32)
).filter(lambda value: not isinstance(value, float) or abs(value) < 2**53)
PAYLOADS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), VALUES | st.lists(VALUES, max_size=3), max_size=4
)
SPAN = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
INSTANTS = st.datetimes(SPAN[0].replace(tzinfo=None), SPAN[1].replace(tzinfo=None), timezones=st.just(UTC))
EVENTS = st.lists(st.tuples(CODES, INSTANTS, PAYLOADS), min_size=2, max_size=8)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    ledger = open_ledger(f"sqlite:///{tmp_path_factory.mktemp('chain') / 'ledger.sqlite3'}")
    migrate(ledger)
    with ledger.engine.begin() as connection:
        rules_v1.remove(connection)
    yield ledger
    ledger.close()


def write(ledger: Ledger, events: list[tuple[str, datetime, dict[str, Any]]]) -> ChainHead:
    with ledger.session() as session:
        session.execute(delete(Event))
        for kind, at, payload in events:
            append(session, kind=kind, actor="cli:x", subject_type="document", subject_id="d1", at=at, payload=payload)
        return head(session)


def test_the_canonical_form_is_the_documented_one() -> None:
    assert FACTS.canonical() == (
        b'{"actor":"cli:root","at":"2026-11-24T08:00:00.000005Z","input_sha256":"' + b"1" * 64 + b'","kind":"archived",'
        b'"output_sha256":null,"payload":{"a":[true,null],"b":1},"schema":1,"seq":1,"subject_id":"d1",'
        b'"subject_type":"document"}'
    )
    assert FACTS.hash_after(GENESIS) == hashlib.sha256(bytes(32) + FACTS.canonical()).hexdigest()


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(FACTS, at=SPAN[0].replace(tzinfo=None)).canonical()


@given(first=PAYLOADS, second=PAYLOADS)
def test_different_payloads_have_different_hashes(first: dict[str, Any], second: dict[str, Any]) -> None:
    one, other = replace(FACTS, payload=first), replace(FACTS, payload=second)
    assert (one.hash_after(GENESIS) == other.hash_after(GENESIS)) == (one.canonical() == other.canonical())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_what_was_appended_is_a_whole_chain_with_each_head_on_it(
    ledger: Ledger, events: list[tuple[str, datetime, dict[str, Any]]]
) -> None:
    last = write(ledger, events)
    assert last.seq == len(events)
    with ledger.reading() as session:
        assert check_chain(session, [last]) == last


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), events=EVENTS)
def test_any_change_of_any_event_is_found_at_its_place(
    ledger: Ledger, data: st.DataObject, events: list[tuple[str, datetime, dict[str, Any]]]
) -> None:
    write(ledger, events)
    seq = data.draw(st.integers(1, len(events)))
    change: dict[str, Any] = data.draw(
        st.sampled_from(
            [
                {"kind": "x" * 20},
                {"actor": "cli:y"},
                {"subject_id": "d2"},
                {"at": datetime(2101, 1, 1, tzinfo=UTC)},
                {"payload": {"forged_key": 1}},
                {"input_sha256": "5" * 64},
                {"prev_hash": "6" * 64},
                {"hash": "7" * 64},
            ]
        )
    )
    with ledger.session() as session:
        session.execute(update(Event).where(Event.seq == seq).values(**change))
    with ledger.reading() as session, pytest.raises(ChainBrokenError) as broken:
        check_chain(session)
    assert broken.value.details["seq"] == seq


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), events=EVENTS)
def test_any_event_taken_away_is_found_given_the_head(
    ledger: Ledger, data: st.DataObject, events: list[tuple[str, datetime, dict[str, Any]]]
) -> None:
    last = write(ledger, events)
    seq = data.draw(st.integers(1, len(events)))
    with ledger.session() as session:
        session.execute(delete(Event).where(Event.seq == seq))
    with ledger.reading() as session, pytest.raises(ChainBrokenError) as broken:
        check_chain(session, [last])
    assert broken.value.details["seq"] == seq


def test_a_forged_event_at_the_end_shows_only_in_its_own_hash(ledger: Ledger) -> None:
    last = write(ledger, [("a", datetime(2026, 1, 1, tzinfo=UTC), {})])
    values = {"schema_version": 1, "at": datetime(2026, 1, 1, tzinfo=UTC), "kind": "b", "actor": "cli:x"}
    with ledger.session() as session:
        session.execute(
            insert(Event).values(
                **values, seq=2, subject_type="d", subject_id="d1", payload={}, prev_hash=last.hash, hash="8" * 64
            )
        )
    with ledger.reading() as session, pytest.raises(ChainBrokenError):
        check_chain(session)
