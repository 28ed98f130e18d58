import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from subprocess import PIPE
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, text

from config.errors import ChainBrokenError, EventPayloadError, LedgerConflictError
from storage.ledger import Ledger
from storage.ledger.chain import GENESIS, EventFacts
from storage.ledger.events import ChainHead, append, check_chain, head
from storage.ledger.models import Event
from storage.migrations import rules_v1

NOW = datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)
DOCUMENT = UUID("018f3f3e-7b7a-7000-8000-000000000001")

WRITE = """
import sys, time
from datetime import UTC, datetime
from storage.ledger import open_ledger
from storage.ledger.events import append
ledger = open_ledger(sys.argv[1])
ledger.check()
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    with ledger.session() as session:
        for part in range(2):
            append(session, kind="stage_done", actor=f"cli:{sys.argv[2]}", subject_type="document",
                   subject_id=f"d{number}", at=datetime.now(UTC), payload={"part": part})
    time.sleep(0.002)
"""


def add(ledger: Ledger, number: int = 1, **more: object) -> ChainHead:
    with ledger.session() as session:
        for index in range(number):
            append(
                session,
                kind="stage_done",
                actor="flow:digitize",
                subject_type="document",
                subject_id=DOCUMENT,
                at=NOW + timedelta(seconds=index),
                input_hash="1" * 64,
                payload={"stage": "seal", "pages": index, "cpu_s": 1.5, "lane": None, "codes": ["low_dpi"]} | more,
            )
        return head(session)


def check(ledger: Ledger, *heads: ChainHead) -> ChainHead:
    with ledger.reading() as session:
        return check_chain(session, heads)


def tamper(ledger: Ledger, *statements: str) -> None:
    """Do what somebody with the database's password and no fear of triggers could."""
    with ledger.engine.begin() as connection:
        rules_v1.remove(connection)
        for statement in statements:
            connection.execute(text(statement))


def test_an_empty_chain_is_whole(ledger: Ledger) -> None:
    assert check(ledger) == ChainHead(0, GENESIS)


def test_events_follow_one_another(ledger: Ledger) -> None:
    first, second = add(ledger, 3), add(ledger, 2)
    assert (first.seq, second.seq) == (3, 5)
    assert check(ledger) == second
    assert check(ledger, first, second, ChainHead(0, GENESIS)) == second
    with ledger.reading() as session:
        rows = session.scalars(select(Event).order_by(Event.seq)).all()
    assert [row.prev_hash for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert rows[1].at == NOW + timedelta(seconds=1)
    assert rows[1].payload == {"stage": "seal", "pages": 1, "cpu_s": 1.5, "lane": None, "codes": ["low_dpi"]}


def test_an_instant_of_any_time_zone_gives_the_same_chain_when_read_back(ledger: Ledger) -> None:
    with ledger.session() as session:
        for at in (NOW, NOW.astimezone(timezone(timedelta(hours=7))), NOW.replace(microsecond=0)):
            append(session, kind="a", actor="cli", subject_type="b", subject_id="c", at=at)
    assert check(ledger).seq == 3


def test_a_session_that_fails_adds_no_event(ledger: Ledger) -> None:
    add(ledger)

    def fail() -> None:
        with ledger.session() as session:
            append(session, kind="a", actor="cli", subject_type="b", subject_id="c", at=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert add(ledger).seq == 2
    assert check(ledger).seq == 2


def test_an_event_with_a_name_in_it_is_refused_and_undoes_the_session(ledger: Ledger) -> None:
    with pytest.raises(EventPayloadError) as refused:
        add(ledger, signer="Nguyễn Văn Mẫu")
    assert "Mẫu" not in str(refused.value)
    assert check(ledger).seq == 0


def test_two_processes_keep_one_chain(ledger: Ledger, ledger_url: str) -> None:
    command = [sys.executable, "-c", WRITE, ledger_url]
    writers = [
        subprocess.Popen([*command, name, "40"], stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)
        for name in ("first", "second")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    assert [writer.communicate()[1] for writer in writers] == ["", ""]
    assert check(ledger).seq == 160
    with ledger.reading() as session:
        actors = session.scalars(select(Event.actor).order_by(Event.seq)).all()
    assert actors.count("cli:first") == 80
    # They did take turns: neither was simply done before the other began.
    assert len(set(actors[:80])) == 2


def test_the_database_itself_refuses_an_event_that_is_not_the_next(ledger: Ledger) -> None:
    last = add(ledger, 2)
    for seq, prev in ((2, last.hash), (4, last.hash), (3, GENESIS)):
        facts = EventFacts(1, seq, NOW, "a", "cli", "b", "c", None, None, {})
        with pytest.raises(LedgerConflictError), ledger.session() as session:
            session.add(
                Event(
                    schema_version=1,
                    seq=seq,
                    at=NOW,
                    kind="a",
                    actor="cli",
                    subject_type="b",
                    subject_id="c",
                    payload={},
                    prev_hash=prev,
                    hash=facts.hash_after(prev),
                )
            )
    assert check(ledger) == last


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'other'",
        "actor = 'cli:other'",
        "subject_type = 'record'",
        "subject_id = 'other'",
        "at = '2026-11-24 09:00:00'",
        "input_sha256 = NULL",
        f"output_sha256 = '{'2' * 64}'",
        """payload = '{"stage": "seal"}'""",
        f"prev_hash = '{'3' * 64}'",
        f"hash = '{'4' * 64}'",
    ],
)
def test_a_changed_event_is_found(ledger: Ledger, change: str) -> None:
    add(ledger, 5)
    tamper(ledger, f"UPDATE event SET {change} WHERE seq = 3")
    with pytest.raises(ChainBrokenError) as broken:
        check(ledger)
    assert broken.value.details["seq"] == 3


def test_an_event_of_an_unknown_schema_is_not_taken_on_trust(ledger: Ledger) -> None:
    add(ledger, 3)
    tamper(ledger, "UPDATE event SET schema_version = 2 WHERE seq = 2")
    with pytest.raises(ChainBrokenError) as broken:
        check(ledger)
    assert broken.value.details["seq"] == 2


def test_a_missing_event_is_found(ledger: Ledger) -> None:
    add(ledger, 5)
    tamper(ledger, "DELETE FROM event WHERE seq = 3")
    with pytest.raises(ChainBrokenError) as broken:
        check(ledger)
    assert broken.value.details["seq"] == 3


def test_a_missing_event_is_found_when_the_later_ones_move_up(ledger: Ledger) -> None:
    add(ledger, 4)
    tamper(ledger, "DELETE FROM event WHERE seq = 3", "UPDATE event SET seq = 3 WHERE seq = 4")
    with pytest.raises(ChainBrokenError) as broken:
        check(ledger)
    assert broken.value.details["seq"] == 3


def test_events_in_another_order_are_found(ledger: Ledger) -> None:
    add(ledger, 5)
    tamper(
        ledger,
        "UPDATE event SET seq = 99 WHERE seq = 3",
        "UPDATE event SET seq = 3 WHERE seq = 4",
        "UPDATE event SET seq = 4 WHERE seq = 99",
    )
    with pytest.raises(ChainBrokenError) as broken:
        check(ledger)
    assert broken.value.details["seq"] == 3


def test_a_tail_that_was_cut_off_shows_by_a_head_kept_outside(ledger: Ledger) -> None:
    early, late = add(ledger, 3), add(ledger, 2)
    tamper(ledger, "DELETE FROM event WHERE seq > 4")
    assert check(ledger).seq == 4
    assert check(ledger, early).seq == 4
    with pytest.raises(ChainBrokenError) as broken:
        check(ledger, early, late)
    assert broken.value.details["seq"] == 5


def test_a_log_written_anew_shows_by_a_head_kept_outside(ledger: Ledger) -> None:
    kept = add(ledger, 3)
    add(ledger, 2)
    tamper(ledger, "DELETE FROM event")
    assert add(ledger, 5, forged=1).seq == 5
    assert check(ledger).seq == 5
    with pytest.raises(ChainBrokenError) as broken:
        check(ledger, kept)
    assert broken.value.details["seq"] == 3


@pytest.mark.parametrize("action", [rules_v1.remove, rules_v1.install])
def test_the_rules_can_be_put_in_and_taken_out_again_and_again(
    ledger: Ledger, action: Callable[[Connection], None]
) -> None:
    with ledger.engine.begin() as connection:
        action(connection)
        action(connection)
        rules_v1.install(connection)
    assert add(ledger).seq == 1
