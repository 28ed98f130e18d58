"""Second copies where something stands in the way: of one object, of a lock, of two that copy at once, of a clock."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select, text, update

from config.clock import legal_date
from config.errors import SettingsError
from config.settings import load_settings
from pipeline.check_result import NotWellError
from pipeline.context import Context
from pipeline.copies import standing
from pipeline.copies.audit_reading import reread_bad
from pipeline.copies.copying import copy_waiting, note_copy
from pipeline.copies.fixity import run_fixity
from pipeline.copies.locking import _lockable
from pipeline.copies.sides import sides_of
from pipeline.copies.standing import ensure_replica_stands
from pipeline.evidence.choosing import chosen_documents
from pipeline.evidence.facts import receipt_facts
from pipeline.founding import found
from pipeline.health import _objects
from pipeline.lease_clock import ClockSkewError
from pipeline.rereading import KnownObject
from storage.ledger.models import Document, Finding, ObjectCopy, StoredObject
from storage.ledger.states import Environment
from storage.ledger.types import new_id
from storage.objects import StoredReceipt
from tests.integration.pipeline.house import House, copy_of
from tests.services import S3Server

pytestmark = pytest.mark.needs("tesseract", "poppler")

REPLICA = {"kind": "folder", "folder": "replica"}


@pytest.fixture
def archive(archived: House) -> House:
    """One archived document, whose three objects wait for a replica that was just named."""
    archived.open(replica=REPLICA)
    return archived


def objects(house: House) -> dict[str, StoredObject]:
    with house.ctx.ledger.reading() as session:
        return {row.kind: row for row in session.scalars(select(StoredObject))}


def place_of(house: House, place: str, kind: str) -> Path:
    path = house.home / place / objects(house)[kind].key
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def lead_elsewhere(path: Path) -> None:
    """Let a path be one that no store reads or writes."""
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/null")


def spoil(path: Path) -> bytes:
    good = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    return good


def findings(house: House) -> set[str]:
    with house.ctx.ledger.reading() as session:
        return set(session.scalars(select(Finding.code).where(Finding.code.in_(["copy_bad", "copy_healed"]))))


def test_one_object_that_the_replica_does_not_take_keeps_no_other_waiting(archive: House) -> None:
    first = min(objects(archive).values(), key=lambda row: row.id)
    lead_elsewhere(place_of(archive, "replica", first.kind))
    report = copy_waiting(archive.ctx)
    assert (report.copied, report.left) == (2, 1)
    assert report.trouble is not None
    assert report.trouble.code == "store_unsafe_key"


def test_what_keeps_a_copy_from_being_healed_is_told(archive: House) -> None:
    copy_waiting(archive.ctx)
    spoil(place_of(archive, "store", "archival"))
    lead_elsewhere(place_of(archive, "replica", "archival"))
    codes = {doubt.code for doubt in run_fixity(archive.ctx, unread_days=0).doubts}
    assert codes == {"copy_bad", "store_unsafe_key"}


def test_a_bad_copy_is_no_finding_any_more_once_it_reads_well_whoever_read_it(archive: House) -> None:
    copy_waiting(archive.ctx)
    good = {kind: spoil(place_of(archive, "store", kind)) for kind in ("archival", "original")}
    for kind in good:
        place_of(archive, "replica", kind).unlink()
    assert run_fixity(archive.ctx, unread_days=0).bad == 4
    place_of(archive, "store", "archival").write_bytes(good["archival"])
    assert run_fixity(archive.ctx).bad == 2
    assert "copy_bad" in findings(archive), "the original is bad in both"
    place_of(archive, "store", "original").write_bytes(good["original"])
    reread_bad(archive.ctx)
    assert "copy_bad" in findings(archive), "its second copy is bad still"
    archive.open(replica={"kind": "none"})
    with archive.ctx.ledger.session() as session:
        session.execute(update(StoredObject).where(StoredObject.kind == "original").values(check_ok=False))
    reread_bad(archive.ctx)
    assert "copy_bad" not in findings(archive)


def test_a_replica_of_which_one_folder_is_gone_is_not_taken_for_gone(
    archive: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_waiting(archive.ctx)
    monkeypatch.setattr(standing, "_LOOKED_AT", 1)
    with archive.ctx.ledger.session() as session:
        newest = session.scalars(select(ObjectCopy).order_by(ObjectCopy.checked_at.desc()).limit(1)).one()
        key = session.get_one(StoredObject, newest.object_id).key
    (archive.home / "replica" / key).unlink()
    assert archive.ctx.replica is not None
    ensure_replica_stands(archive.ctx, archive.ctx.replica)


def test_files_unread_for_longer_than_the_period_are_not_well(archive: House) -> None:
    assert _objects(archive.ctx).startswith("3")
    now = archive.ctx.clock()
    archive.ctx.clock = lambda: now + timedelta(days=366)
    with pytest.raises(NotWellError):
        _objects(archive.ctx)


def test_an_evidence_pack_names_the_receipts_of_both_stores(archive: House) -> None:
    copy_waiting(archive.ctx)
    record_id = archive.document().record_id
    assert record_id is not None
    (one,) = chosen_documents(archive.ctx, record_id, None)
    with archive.ctx.ledger.reading() as session:
        receipts = receipt_facts(session, one)["objects"]
    assert [len(each["copies"]) for each in receipts] == [1, 1, 1]
    assert {copy["store"] for each in receipts for copy in each["copies"]} == {archive.ctx.replica_name}


def test_the_replica_is_never_the_first_store_under_another_name(archive: House) -> None:
    (archive.home / "second").symlink_to(archive.home / "store")
    archive.open(replica={"kind": "folder", "folder": "second"})
    with pytest.raises(SettingsError, match=r"replica\.kind"):
        _ = archive.ctx.replica


@pytest.mark.parametrize(
    ("code", "years_ago", "is_lockable"),
    [("06", 10, True), ("06", 11, False), ("05", 11, True), ("07", 1, False), ("01", 99, True)],
)
def test_only_records_that_may_be_locked_now_are_asked_about(
    archive: House, code: str, years_ago: int, is_lockable: bool
) -> None:
    resolved = f"{legal_date(archive.ctx.clock()).year - years_ago}-01-01"
    with closing(sqlite3.connect(archive.home / "ledger.sqlite3")) as ledger:
        entry = {"id": "0" * 32, "agency_code": "a", "record_code": "b", "resolved_on": resolved, "source_row": 1}
        entry |= {"first_import_id": "0" * 32, "last_import_id": "0" * 32, "row_sha256": "0" * 64}
        entry |= {"expected_results": 1, "expected_papers": 0}
        marks = ", ".join(f":{name}" for name in entry)
        ledger.execute(f"INSERT INTO register_entry ({', '.join(entry)}) VALUES ({marks})", entry)
        ledger.execute("UPDATE record SET register_entry_id = ?", ["0" * 32])
        ledger.execute("UPDATE document SET maintenance = ?", [code])
        ledger.commit()
    (first, _replica) = sides_of(archive.ctx)
    assert len(list(_lockable(archive.ctx, first))) == is_lockable


@pytest.mark.needs("s3")
def test_a_lock_is_that_of_the_store_it_was_put_on_and_one_lost_version_keeps_no_other_unlocked(
    archive: House, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, client = s3_server.create_locked_bucket(), s3_server.client
    monkeypatch.setenv("S3_ACCESS", s3_server.access_key)
    monkeypatch.setenv("S3_SECRET", s3_server.secret_key)
    named = {"kind": "s3", "bucket": bucket, "endpoint": s3_server.endpoint, "lock": "governance"}
    named |= {"access_key": "env:S3_ACCESS", "secret_key": "env:S3_SECRET"}
    archive.open(replica=named)
    assert copy_waiting(archive.ctx).left == 0
    lost = min(objects(archive).values(), key=lambda row: row.key)
    with archive.ctx.ledger.session() as session:
        session.execute(update(Document).values(maintenance="01"))
        copy_of_lost = update(ObjectCopy).where(ObjectCopy.object_id == lost.id)
        session.execute(copy_of_lost.values(store_version_id="0" * 32))
        # As if the first store, which is lost now, had locked them.
        session.execute(update(StoredObject).values(retention_until=datetime(2199, 1, 1, tzinfo=UTC)))
    report = run_fixity(archive.ctx, limit=1)
    assert (report.locked, [doubt.code for doubt in report.doubts]) == (2, ["object_missing"])
    archive.open(store=named, replica={"kind": "none"})
    assert run_fixity(archive.ctx, limit=1).locked == 3
    for row in objects(archive).values():
        assert client.head_object(Bucket=bucket, Key=row.key)["ObjectLockRetainUntilDate"].year > 2100
    assert run_fixity(archive.ctx, limit=1).locked == 0


@pytest.fixture
def served(template_home: Path, tmp_path: Path, postgres_url: str) -> Iterator[House]:
    """An empty installation on PostgreSQL."""
    house = copy_of(template_home, tmp_path / "home", ledger={"url": postgres_url}, replica=REPLICA)
    settings = load_settings(house.home, **house.settings)
    found(Context(settings, actor="tester"), Environment.TEST, template_home.with_name("agencies.toml"))
    yield house
    house.ctx.ledger.close()


@pytest.mark.needs("postgres")
def test_a_machine_whose_clock_is_wrong_writes_no_reading_down(served: House) -> None:
    served.ctx.clock = lambda: datetime.now(UTC) + timedelta(days=400)
    with pytest.raises(ClockSkewError):
        run_fixity(served.ctx)


@pytest.mark.needs("postgres")
def test_a_run_and_a_sweep_may_note_the_same_second_copy_at_once(served: House) -> None:
    now, object_id = served.ctx.clock(), new_id()
    known = KnownObject(object_id, new_id(), 1, 1, "archival", "test/a/2026/b/v1/c.pdf", "0" * 64, was_good=True)
    facts = {"store": "s", "stored_at": now, "checked_at": now, "check_ok": True}
    with served.ctx.ledger.session() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.add(
            StoredObject(
                id=object_id, version_id=new_id(), kind=known.kind, key=known.key, sha256=known.sha256, size=1, **facts
            )
        )
    receipt = StoredReceipt(known.key, known.sha256, 1, None, None)
    troubles: list[Exception] = []

    def sweep() -> None:
        try:
            with served.ctx.ledger.session() as session:
                note_copy(served.ctx, session, known, "replica", receipt)
        except Exception as err:  # noqa: BLE001 - whatever it is, the test tells it
            troubles.append(err)

    other = Thread(target=sweep)
    with served.ctx.ledger.session() as session:
        note_copy(served.ctx, session, known, "replica", receipt)
        session.flush()
        other.start()
        other.join(1)
    other.join()
    assert troubles == []
    with served.ctx.ledger.reading() as session:
        assert len(session.scalars(select(ObjectCopy)).all()) == 1
