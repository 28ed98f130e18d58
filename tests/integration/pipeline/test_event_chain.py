"""A changed, missing, reordered or cut-off event shows, since the head of the chain is kept outside the database."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from config.errors import ChainBrokenError, StoreUnreachableError
from pipeline.context import Context
from pipeline.event_chain import check_event_chain, head_trouble, seal_head
from pipeline.reporting import write_report
from pipeline.runner import process
from pipeline.sealed_heads import HeadNotProvenError, LedgerRolledBackError
from signing.chain_head import sign_head
from storage.ledger import events
from storage.ledger.models import Batch, ChainHeadSeal
from storage.migrations import rules_v1
from storage.objects import StoredReceipt
from storage.objects.folder import FolderStore
from storage.objects.s3_client import S3Account
from tests.integration.pipeline.house import SHEET, House, page


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
    assert check_event_chain(any_house.ctx).sealed_heads == 1
    tamper(any_house, CHANGES[change])
    with pytest.raises(ChainBrokenError):
        check_event_chain(any_house.ctx)


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
        check_event_chain(house.ctx)


def test_a_head_taken_from_the_folder_is_fetched_from_the_store_and_one_gone_from_both_shows(house: House) -> None:
    add_events(house)
    head = seal_head(house.ctx)
    assert head is not None
    head.unlink()
    head.with_suffix(".p7s").unlink()
    assert check_event_chain(house.ctx).sealed_heads == 1
    tamper(house, "DELETE FROM event WHERE seq > 2")
    with pytest.raises(ChainBrokenError):
        check_event_chain(house.ctx)
    for path in (house.home / "store" / "test" / "_chain").iterdir():
        path.unlink()
    with pytest.raises(ChainBrokenError):
        check_event_chain(house.ctx)


def test_what_a_full_disk_left_half_written_beside_the_heads_is_gone_with_the_next_seal(house: House) -> None:
    half = house.ctx.settings.chain_folder / "000000000003.json.part"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"{")
    seal_head(house.ctx)
    assert not half.exists()


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
    assert check_event_chain(house.ctx).last_sealed_seq == row.seq


@pytest.mark.parametrize("content", [b"", b"half"])
def test_a_signature_spoiled_before_its_upload_is_made_anew(
    house: House, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    def away(store: FolderStore, *_: object) -> StoredReceipt:
        raise StoreUnreachableError(store=store.name, cause="gone")

    add_events(house)
    with monkeypatch.context() as broken:
        broken.setattr(FolderStore, "put", away)
        with pytest.raises(StoreUnreachableError):
            seal_head(house.ctx)
    (signature,) = house.ctx.settings.chain_folder.glob("*.p7s")
    signature.write_bytes(content)
    seal_head(house.ctx)
    assert check_event_chain(house.ctx).sealed_heads == 1


def test_a_head_edited_before_its_upload_is_not_signed_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    add_events(house)
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.event_chain._upload_heads", lambda _ctx: None)
        head = seal_head(house.ctx)
    assert head is not None
    edit_head(head)
    with pytest.raises(ChainBrokenError):
        seal_head(house.ctx)
    assert not list(house.ctx.store.keys("test/_chain"))


def test_a_lost_chain_folder_has_its_head_fetched_and_not_signed_again(stored_house: House) -> None:
    a_sealed_day(stored_house)
    shutil.rmtree(stored_house.ctx.settings.chain_folder)
    assert seal_head(stored_house.ctx) is None
    assert len(list(stored_house.ctx.settings.chain_folder.glob("*.p7s"))) == 1
    assert check_event_chain(stored_house.ctx).sealed_heads == 1


def test_a_second_machine_with_the_same_ledger_and_store_takes_over_the_head(
    stored_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had signed the same event itself before it saw that the first had."""
    add_events(stored_house)
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.event_chain._upload_heads", lambda _ctx: None)
        assert seal_head(stored_house.ctx) is not None
    other = stored_house.home / "other-machine"
    stored_house.ctx.settings.chain_folder.rename(other)
    assert seal_head(stored_house.ctx) is not None
    (first,) = stored_house.ctx.settings.chain_folder.glob("*.json")
    with stored_house.ctx.ledger.engine.begin() as connection:
        rules_v1.remove(connection)
        connection.execute(text("DELETE FROM chain_head_seal"))
        rules_v1.install(connection)
    for file in other.iterdir():
        file.replace(stored_house.ctx.settings.chain_folder / file.name)
    assert seal_head(stored_house.ctx) is None
    assert stored_house.ctx.store.read_back(f"test/_chain/{first.name}")
    assert check_event_chain(stored_house.ctx).sealed_heads == 1


def test_two_runs_that_seal_at_once_leave_one_whole_head(house: House) -> None:
    add_events(house)
    contexts = [Context(house.ctx.settings, actor="tester") for _ in range(3)]
    threads = [threading.Thread(target=seal_head, args=(ctx,)) for ctx in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert check_event_chain(house.ctx).sealed_heads == 1


def roll_back(house: House, make_later: Callable[[], object]) -> None:
    """Let a day pass, then put the ledger and the chain folder back to what they were before it."""
    old = house.home.with_name("old")
    shutil.copytree(house.home, old, ignore=shutil.ignore_patterns("store"))
    make_later()
    house.ctx.ledger.close()
    for name in ("ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm"):
        (house.home / name).unlink(missing_ok=True)
        if (old / name).exists():
            shutil.copyfile(old / name, house.home / name)
    shutil.rmtree(house.home / "chain")
    shutil.copytree(old / "chain", house.home / "chain")
    house.open()


def a_sealed_day(house: House) -> None:
    add_events(house)
    assert seal_head(house.ctx) is not None


def in_s3(house: House, account: S3Account, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("S3_ACCESS", account.access_key or "")
    monkeypatch.setenv("S3_SECRET", account.secret_key or "")
    house.settings["store"] = {
        "kind": "s3",
        "bucket": account.bucket,
        "endpoint": account.endpoint,
        "access_key": "env:S3_ACCESS",
        "secret_key": "env:S3_SECRET",
    }
    house.open()
    return house


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.needs("s3"))])
def stored_house(house: House, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> House:
    """A fresh installation on either kind of store."""
    if request.param == "folder":
        return house
    return in_s3(house, request.getfixturevalue("s3_account"), monkeypatch)


def test_a_ledger_put_back_together_with_its_chain_folder_shows(stored_house: House) -> None:
    """Only the store still knows of the day that was taken away."""
    a_sealed_day(stored_house)
    roll_back(stored_house, lambda: a_sealed_day(stored_house))
    with pytest.raises(LedgerRolledBackError) as caught:
        check_event_chain(stored_house.ctx)
    assert int(str(caught.value.details["seq"])) > int(str(caught.value.details["last"]))
    assert str(caught.value.details["seq"]) in caught.value.remedy_text()
    add_events(stored_house, 1)
    assert head_trouble(stored_house.ctx) == "ledger_rolled_back", "nothing is signed over a history that was put back"


def test_a_ledger_put_back_and_worked_on_shows(stored_house: House) -> None:
    a_sealed_day(stored_house)
    roll_back(stored_house, lambda: a_sealed_day(stored_house))
    add_events(stored_house, 10)
    with pytest.raises(ChainBrokenError):
        check_event_chain(stored_house.ctx)
    assert head_trouble(stored_house.ctx) == "chain_broken"


def test_nothing_is_taken_in_or_redone_on_a_ledger_that_was_put_back(stored_house: House) -> None:
    """It would number papers, and seal them, as others are numbered and sealed already."""
    a_sealed_day(stored_house)
    roll_back(stored_house, lambda: a_sealed_day(stored_house))
    before = stored_house.states()
    page(stored_house.record / "new.png", seed=99)
    with pytest.raises(LedgerRolledBackError):
        stored_house.run(release=True)
    with pytest.raises(LedgerRolledBackError):
        stored_house.backfill()
    assert stored_house.states() == before
    add_events(stored_house, 10)
    with pytest.raises(ChainBrokenError):
        stored_house.run()
    assert "new.png" in stored_house.in_inbox()


def test_a_store_that_cannot_be_asked_keeps_no_paper_from_being_taken_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(store: FolderStore, *_: object, **__: object) -> Iterator[str]:
        raise StoreUnreachableError(store=store.name, cause="gone")

    page(house.record / "a.png")
    monkeypatch.setattr(FolderStore, "keys", away)
    summary = house.run()
    assert (summary.intake.taken, summary.trouble) == (1, "store_unreachable")


def test_a_head_taken_out_of_the_store_shows(house: House) -> None:
    a_sealed_day(house)
    for key in house.ctx.store.keys("test/_chain"):
        (house.home / "store" / key).unlink()
    with pytest.raises(ChainBrokenError):
        check_event_chain(house.ctx)


def test_a_head_forged_in_the_chain_folder_differs_from_the_one_in_the_store(house: House) -> None:
    """Who holds the key of this machine can sign a new head, but not put it over the one in the store."""
    a_sealed_day(house)
    (head,) = house.ctx.settings.chain_folder.glob("*.json")
    forged = json.dumps({**json.loads(head.read_text()), "hash": "0" * 64}).encode()
    head.write_bytes(forged)
    head.with_suffix(".p7s").write_bytes(sign_head(forged, house.ctx.sealer, "Sohoa"))
    with pytest.raises(ChainBrokenError, match=r"hai mốc khác nhau|different heads"):
        check_event_chain(house.ctx)


def test_a_head_whose_signer_is_not_trusted_is_told_apart_from_a_broken_log(house: House) -> None:
    a_sealed_day(house)
    for root in house.ctx.settings.keys_folder.glob("test-ca*"):
        root.unlink()
    house.open()
    with pytest.raises(HeadNotProvenError) as caught:
        check_event_chain(house.ctx)
    assert str(house.home / "trust") in caught.value.remedy_text()


def heads_by_batch(house: House) -> list[tuple[int, UUID | None]]:
    with house.ctx.ledger.reading() as session:
        rows = session.execute(select(ChainHeadSeal.seq, ChainHeadSeal.batch_id).order_by(ChainHeadSeal.seq))
        return [(seq, batch) for seq, batch in rows]


def test_each_batch_of_a_run_gets_a_head_that_names_it(house: House) -> None:
    house.open(run={"batch_size": 1})
    for number in (1, 2):
        folder = house.inbox / "H41.99" / f"H41.99-260311-000{number}"
        page(folder / "a.png", seed=number)
        (folder / "lo.toml").write_text(SHEET.replace("TEST", f"TEST {number}"), "utf-8")
    house.run()
    with house.ctx.ledger.reading() as session:
        batches = set(session.scalars(select(Batch.id)))
    named = [batch for _seq, batch in heads_by_batch(house) if batch is not None]
    assert (len(batches), set(named), len(named)) == (2, batches, 2)
    assert len({seq for seq, _batch in heads_by_batch(house)}) >= 2
    check_event_chain(house.ctx)


def test_a_batch_that_takes_longer_than_a_day_gets_a_head_in_between(house: House) -> None:
    for seed in (1, 2):
        page(house.record / f"{seed}.png", seed=seed)
    house.drain()
    first, second = (document.id for document in house.documents())
    real = house.ctx.clock
    process(house.ctx, first)
    before = heads_by_batch(house)
    house.ctx.clock = lambda: real() + timedelta(hours=25)
    process(house.ctx, second)
    assert len(heads_by_batch(house)) == len(before) + 1


def test_a_day_without_a_run_gets_a_head_with_its_report(house: House) -> None:
    before = heads_by_batch(house)
    write_report(house.ctx)
    assert len(heads_by_batch(house)) == len(before) + 1
