"""Every event comes under the tree of a signed head, also after heads that had none, and where one was lost."""

import json
import shutil
from datetime import timedelta
from typing import Any

import pytest
import rfc8785
from sqlalchemy import select, text

from config.errors import ChainBrokenError
from pipeline.covered_events import covering_heads, paths_to
from pipeline.event_chain import check_event_chain, seal_head, sign_as_keeper
from pipeline.job import file_sha256
from pipeline.sealed_heads import HeadLapsedError, head_key, read_head
from storage.ledger import events
from storage.ledger.event_tree import peak_over
from storage.ledger.models import ChainHeadSeal, Event
from storage.migrations import rules_v1
from tests.integration.pipeline.house import House
from tests.integration.pipeline.test_event_chain import add_events, tamper


def last_seq(house: House) -> int:
    with house.ctx.ledger.reading() as session:
        return events.head(session).seq


def sealed(house: House) -> int:
    """Sign a head over some more events; give the event it names."""
    add_events(house)
    head = seal_head(house.ctx)
    assert head is not None
    return int(head.stem)


def sealed_as_before(house: House) -> int:
    """Sign and store a head as the version before did; give the event it names."""
    add_events(house)
    ctx = house.ctx
    with ctx.ledger.reading() as session:
        head = events.head(session)
    body: dict[str, Any] = {
        "schema": 1,
        "environment": "test",
        "seq": head.seq,
        "hash": head.hash,
        "at": ctx.clock().isoformat(),
    }
    content = rfc8785.dumps({**body, "batches": []})
    ctx.settings.chain_folder.mkdir(exist_ok=True)
    path = ctx.settings.chain_folder / f"{head.seq:012d}.json"
    path.write_bytes(content)
    path.with_suffix(".p7s").write_bytes(sign_as_keeper(ctx, content))
    for file in (path.with_suffix(".p7s"), path):
        ctx.store.put(head_key(ctx, file.name), file, file_sha256(file))
    with ctx.ledger.session() as session:
        key = head_key(ctx, path.name)
        session.add(ChainHeadSeal(seq=head.seq, hash=head.hash, sealed_at=ctx.clock(), object_key=key))
    return head.seq


def hash_of(house: House, seq: int) -> str:
    with house.ctx.ledger.reading() as session:
        return session.scalars(select(Event.hash).where(Event.seq == seq)).one()


def test_each_event_is_proven_by_the_first_head_after_it(any_house: House) -> None:
    first, second = sealed(any_house), sealed(any_house)
    seqs = [1, first, second]
    heads = covering_heads(any_house.ctx, seqs)
    assert {seq: head.seq for seq, head in heads.items()} == {1: first, first: first, second: second}
    for seq, head in heads.items():
        event_hash = hash_of(any_house, seq)
        assert peak_over(event_hash, paths_to(any_house.ctx, head, {event_hash: seq})[event_hash]) in (head.peaks or ())
    add_events(any_house, 1)
    assert covering_heads(any_house.ctx, [last_seq(any_house)]) == {}


def test_heads_of_the_version_before_still_hold_and_the_next_one_covers_all_before_it(house: House) -> None:
    old = sealed_as_before(house)
    assert check_event_chain(house.ctx).sealed_heads == 1
    assert covering_heads(house.ctx, [old]) == {}
    new = sealed(house)
    assert covering_heads(house.ctx, [1, old])[old].seq == new
    assert check_event_chain(house.ctx).sealed_heads == 2
    is_proven(house, old)


def test_a_head_that_was_never_stored_leaves_no_gap(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.event_chain._upload_heads", lambda _ctx: None)
        lost = sealed(house)
    for path in house.ctx.settings.chain_folder.iterdir():
        path.unlink()
    sealed(house)
    is_proven(house, lost)


def test_once_the_certificates_of_the_first_head_have_run_out_the_newest_one_proves_all_events(house: House) -> None:
    """The old head's authorities are no longer trusted; a new one signs as time goes on."""
    first = sealed(house)
    sealed(house)
    shutil.rmtree(house.ctx.settings.keys_folder)
    with house.ctx.ledger.engine.begin() as connection:
        rules_v1.remove(connection)
        kept = connection.execute(text("SELECT seq, hash, sealed_at, object_key, id FROM chain_head_seal")).all()
        connection.execute(text("DELETE FROM chain_head_seal"))
        rules_v1.install(connection)
    house.open()
    _ = house.ctx.sealer
    with house.ctx.ledger.engine.begin() as connection:
        for row in kept:
            values = dict(row._mapping)
            connection.execute(
                text(
                    "INSERT INTO chain_head_seal (id, seq, hash, sealed_at, object_key)"
                    " VALUES (:id, :seq, :hash, :sealed_at, :object_key)"
                ),
                values,
            )
    newest = sealed(house)
    assert covering_heads(house.ctx, [1, first])[first].seq == newest
    is_proven(house, first)


def test_heads_whose_timestamps_have_run_out_stand_under_the_newest_one(house: House) -> None:
    first = sealed(house)
    decades_later = house.ctx.clock() + timedelta(days=365 * 21)
    for path in house.ctx.settings.keys_folder.glob("*.pem"):
        if not path.name.startswith("test-ca"):
            path.unlink()
    house.open()
    house.ctx.clock = lambda: decades_later
    with pytest.raises(HeadLapsedError):
        check_event_chain(house.ctx)
    newest = sealed(house)
    assert check_event_chain(house.ctx).sealed_heads == 2
    assert covering_heads(house.ctx, [first])[first].seq == newest


def is_proven(house: House, seq: int) -> None:
    (head,) = covering_heads(house.ctx, [seq]).values()
    event_hash = hash_of(house, seq)
    assert peak_over(event_hash, paths_to(house.ctx, head, {event_hash: seq})[event_hash]) in (head.peaks or ())


def test_a_log_written_anew_gives_no_proof(house: House) -> None:
    seq = sealed(house)
    (covering,) = covering_heads(house.ctx, [seq]).values()
    tamper(house, f"UPDATE event SET hash = '{'f' * 64}' WHERE seq = {seq}")
    with pytest.raises(ChainBrokenError):
        paths_to(house.ctx, covering, {hash_of(house, seq): seq})


@pytest.mark.parametrize("change", [{"peaks": None}, {"peaks": []}, {"schema": 3}, {"peaks": ["x"]}], ids=str)
def test_a_head_whose_tree_is_none_is_none(house: House, change: dict[str, object]) -> None:
    path = house.ctx.settings.chain_folder / f"{sealed(house):012d}.json"
    with pytest.raises((ValueError, TypeError)):
        read_head({**json.loads(path.read_bytes()), **change}, path.name)
