"""A changed, missing, reordered or cut-off event shows, since the head of the chain is kept outside the database."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text

from config.errors import ChainBrokenError, StoreUnreachableError
from pipeline.context import Context
from pipeline.evidence import check_evidence, seal_head
from storage.ledger import events
from storage.ledger.models import ChainHeadSeal
from storage.migrations import rules_v1
from storage.objects import StoredReceipt
from storage.objects.folder import FolderStore
from tests.integration.pipeline.house import House


def add_events(house: House, number: int = 3) -> None:
    with house.ctx.ledger.session() as session:
        for _ in range(number):
            events.append(
                session,
                kind="test.event",
                actor="tester",
                subject_type="ledger",
                subject_id="1",
                at=house.ctx.clock(),
                payload={"number": 1},
            )


def tamper(house: House, statement: str) -> None:
    """Change the ledger as somebody would who holds the database and its rules."""
    with house.ctx.ledger.engine.begin() as connection:
        rules_v1.remove(connection)
        for part in statement.split(";"):
            connection.execute(text(part))
        rules_v1.install(connection)


CHANGES = {
    "changed": "UPDATE event SET actor = 'other' WHERE seq = 2",
    "missing": "DELETE FROM event WHERE seq = 2",
    "reordered": "UPDATE event SET seq = 99 WHERE seq = 2; UPDATE event SET seq = 2 WHERE seq = 3; "
    "UPDATE event SET seq = 3 WHERE seq = 99",
    "cut off": "DELETE FROM event WHERE seq > 2",
    "rewritten with its own seal": "DELETE FROM event WHERE seq > 2; DELETE FROM chain_head_seal",
}


@pytest.mark.parametrize("change", CHANGES)
def test_tampering_with_the_log_shows(any_house: House, change: str) -> None:
    add_events(any_house)
    assert seal_head(any_house.ctx) is not None
    assert check_evidence(any_house.ctx).sealed_heads == 1
    tamper(any_house, CHANGES[change])
    with pytest.raises(ChainBrokenError):
        check_evidence(any_house.ctx)


def edit_head(head: Path) -> None:
    head.write_text(json.dumps({**json.loads(head.read_text()), "hash": "0" * 64}))


SPOILED: dict[str, Callable[[Path], object]] = {
    "edited": edit_head,
    "no json": lambda head: head.write_bytes(b"{"),
    "without signature": lambda head: head.with_suffix(".p7s").unlink(),
    "signature cut": lambda head: head.with_suffix(".p7s").write_bytes(b"x"),
}


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_spoiled_head_shows(house: House, spoil: str) -> None:
    add_events(house)
    head = seal_head(house.ctx)
    assert head is not None
    SPOILED[spoil](head)
    with pytest.raises(ChainBrokenError):
        check_evidence(house.ctx)


def test_a_head_taken_from_the_folder_is_fetched_from_the_store_and_one_gone_from_both_shows(house: House) -> None:
    add_events(house)
    head = seal_head(house.ctx)
    assert head is not None
    head.unlink()
    head.with_suffix(".p7s").unlink()
    assert check_evidence(house.ctx).sealed_heads == 1
    tamper(house, "DELETE FROM event WHERE seq > 2")
    with pytest.raises(ChainBrokenError):
        check_evidence(house.ctx)
    for path in (house.home / "store" / "test" / "_chain").iterdir():
        path.unlink()
    with pytest.raises(ChainBrokenError):
        check_evidence(house.ctx)


def test_a_head_is_sealed_once_and_uploaded_by_the_next_run_when_the_store_was_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(store: FolderStore, *_: object) -> StoredReceipt:
        raise StoreUnreachableError(store=store.name, cause="gone")

    add_events(house)
    with monkeypatch.context() as broken:
        broken.setattr(FolderStore, "put", away)
        assert house.run().trouble == "store_unreachable"
    assert house.run().trouble is None
    assert seal_head(house.ctx) is None
    with house.ctx.ledger.reading() as session:
        (row,) = session.scalars(select(ChainHeadSeal))
    assert house.ctx.store.exists(row.object_key)
    assert check_evidence(house.ctx).last_sealed_seq == row.seq


def test_two_runs_that_seal_at_once_leave_one_whole_head(house: House) -> None:
    add_events(house)
    contexts = [Context(house.ctx.settings, actor="tester") for _ in range(3)]
    threads = [threading.Thread(target=seal_head, args=(ctx,)) for ctx in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert check_evidence(house.ctx).sealed_heads == 1
