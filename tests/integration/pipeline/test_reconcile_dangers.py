"""What a comparison must not pass over, put back, or take for lost."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from pipeline.copies.copying import copy_waiting
from pipeline.event_chain import seal_head
from pipeline.holds import SecretStoredError
from pipeline.lost_events import RECONCILED, RESTORED
from pipeline.reconciling import Difference, Kind, reconcile
from storage.ledger import events
from storage.ledger.models import Document, StoredObject
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import House

pytestmark = pytest.mark.needs("tesseract", "poppler")


def kinds(house: House, *, repair: bool = False) -> list[Kind]:
    found: list[Difference] = []
    reconcile(house.ctx, repair=repair, found=found.append)
    return [one.kind for one in found]


def stored(house: House, kind: str) -> StoredObject:
    with house.ctx.ledger.reading() as session:
        return session.scalars(select(StoredObject).where(StoredObject.kind == kind)).one()


def note(house: House, kind: str) -> None:
    with house.ctx.ledger.session() as session:
        events.append(
            session, kind=kind, actor="lan", subject_type="ledger", subject_id="1", at=house.ctx.clock(), payload={}
        )


def test_what_is_known_to_be_bad_is_a_difference_though_its_size_is_right(archived: House) -> None:
    path = archived.home / "store" / stored(archived, "archival").key
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with archived.ctx.ledger.session() as session:
        session.execute(update(StoredObject).where(StoredObject.kind == "archival").values(check_ok=False))
    assert kinds(archived) == [Kind.OTHER_BYTES]


def test_a_secret_paper_that_was_taken_out_of_the_store_is_neither_missing_nor_put_back(archived: House) -> None:
    path = archived.home / "store" / stored(archived, "original").key
    shutil.copyfile(path, archived.record / "a.png")
    path.unlink()
    assert kinds(archived) == [Kind.OBJECT_MISSING]
    with archived.ctx.ledger.session() as session:
        stopped = {"state": DocumentState.STUCK, "reason_code": SecretStoredError.code}
        session.execute(update(Document).values(stopped))
    assert kinds(archived, repair=True) == []
    assert not path.exists()


def test_what_is_put_back_bears_no_lock_of_the_one_that_was_lost(archived: House) -> None:
    row = stored(archived, "original")
    path = archived.home / "store" / row.key
    shutil.copyfile(path, archived.record / "a.png")
    path.unlink()
    with archived.ctx.ledger.session() as session:
        locked = {"retention_until": datetime(2199, 1, 1, tzinfo=UTC)}
        session.execute(update(StoredObject).where(StoredObject.id == row.id).values(locked))
    assert kinds(archived, repair=True) == [Kind.OBJECT_MISSING]
    assert stored(archived, "original").retention_until is None


def test_a_head_that_is_gone_from_store_and_chain_folder_comes_back_from_the_replica(archived: House) -> None:
    note(archived, "test.happened")
    seal_head(archived.ctx)
    archived.open(replica={"kind": "folder", "folder": "replica"})
    copy_waiting(archived.ctx)
    head = min((archived.home / "store" / "test" / "_chain").glob("*.json"))
    good = head.read_bytes()
    head.unlink()
    (archived.home / "chain" / head.name).unlink()
    assert kinds(archived, repair=True) == [Kind.HEAD_MISSING]
    assert head.read_bytes() == good
    assert kinds(archived) == []


def test_what_a_run_has_in_hand_is_no_scan_that_was_lost_with_an_older_ledger(archived: House) -> None:
    with archived.ctx.ledger.session() as session:
        session.execute(delete(StoredObject).where(StoredObject.kind == "words"))
        held = {"claim_until": archived.ctx.clock() + timedelta(minutes=5), "state": DocumentState.IN_WORK}
        session.execute(update(Document).values(held))
    note(archived, RESTORED)
    assert kinds(archived) == [Kind.SCAN_AHEAD], "a claim that came back with the ledger is nobody's"
    note(archived, RECONCILED)
    assert kinds(archived) == []
