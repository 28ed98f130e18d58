"""Second copies and their care: made at once or later, read where the first is bad, healed, and counted by."""

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from config.errors import ExitCode, SettingsError
from config.i18n import activate, active_language
from pipeline.archival_copies import copy_bytes, find_copy
from pipeline.copies.copying import copy_waiting
from pipeline.copies.fixity import due_copies, run_fixity
from pipeline.copies.healing import check_copy
from pipeline.copies.pace import Pace
from pipeline.copies.sides import Place, sides_of
from pipeline.copies.standing import replica_standing
from pipeline.health import examine
from pipeline.holds import SecretStoredError
from pipeline.rereading import object_standing
from pipeline.verification import verify_record
from scripts.application import run
from signing.report import Verdict
from storage.ledger.models import Document, Event, Finding, ObjectCopy, StoredObject
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import RECORD, House, build_template, copy_of, page
from tests.services import S3Server

pytestmark = pytest.mark.needs("tesseract", "poppler", "ghostscript")

REPLICA = {"kind": "folder", "folder": "replica"}


@pytest.fixture(scope="module")
def archived_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One document archived with a replica at hand; tests work in copies of it."""
    folder = tmp_path_factory.mktemp("copies")
    house = copy_of(build_template(folder / "template"), folder / "home", replica=REPLICA)
    page(house.record / "a.png")
    assert not house.archive_all().has_failures
    house.ctx.ledger.close()
    return house.home


@pytest.fixture
def archive(archived_home: Path, tmp_path: Path) -> House:
    """The names of its stores are those of the home it was made in."""
    home = tmp_path / "home"
    shutil.copytree(archived_home, home)
    house = House(home, replica=REPLICA)
    with house.ctx.ledger.session() as session:
        session.execute(update(ObjectCopy).values(store=str(home / "replica")))
        session.execute(update(StoredObject).values(store=str(home / "store")))
    return house


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = active_language()
    activate("en")
    yield
    activate(before)


def objects(house: House) -> dict[str, StoredObject]:
    with house.ctx.ledger.reading() as session:
        return {row.kind: row for row in session.scalars(select(StoredObject))}


def copies(house: House) -> list[ObjectCopy]:
    with house.ctx.ledger.reading() as session:
        return list(session.scalars(select(ObjectCopy)))


def place_of(house: House, place: str, kind: str = "archival") -> Path:
    return house.home / place / objects(house)[kind].key


def spoil(path: Path) -> bytes:
    good = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    return good


def logged(house: House, kind: str) -> list[dict[str, object]]:
    with house.ctx.ledger.reading() as session:
        return [row.payload for row in session.scalars(select(Event).where(Event.kind == kind).order_by(Event.seq))]


def findings(house: House) -> set[str]:
    with house.ctx.ledger.reading() as session:
        return set(session.scalars(select(Finding.code).where(Finding.code.in_(["copy_bad", "copy_healed"]))))


def age(house: House, days: int, kind: str | None = None) -> None:
    with house.ctx.ledger.session() as session:
        at = house.ctx.clock() - timedelta(days=days)
        which = select(StoredObject.id).where(StoredObject.kind == kind if kind else StoredObject.kind.is_not(None))
        session.execute(update(StoredObject).where(StoredObject.id.in_(which)).values(checked_at=at))
        session.execute(update(ObjectCopy).where(ObjectCopy.object_id.in_(which)).values(checked_at=at))


def test_what_is_archived_has_a_second_copy_in_the_same_run(archive: House) -> None:
    stored = objects(archive)
    assert {"archival", "original", "words"} <= set(stored)
    assert len(copies(archive)) == len(stored)
    for row in stored.values():
        assert archive.ctx.replica is not None
        assert archive.ctx.replica.read_back(row.key) == row.sha256
    assert len(logged(archive, "object.copied")) == len(stored)
    standing = replica_standing(archive.ctx)
    assert standing is not None
    assert (standing.lag.waiting, standing.lag.oldest_at) == (0, None)


def test_a_dead_replica_stops_nothing_and_a_sweep_catches_up(archived_home: Path, tmp_path: Path) -> None:
    house = copy_of(archived_home, tmp_path / "home", replica={"kind": "folder", "folder": "notes/replica"})
    (house.home / "notes").write_text("no folder")
    page(house.record / "b.png", seed=7)
    assert not house.archive_all().has_failures
    assert house.states() == [DocumentState.ARCHIVED] * 2
    assert "" in house.notices.causes, "that no copy is made is told"
    before = replica_standing(house.ctx)
    assert before is not None
    assert before.lag.waiting >= 6
    assert before.lag.oldest_at is not None
    report = copy_waiting(house.ctx)
    assert (report.copied, report.trouble is None) == (0, False)
    (house.home / "notes").unlink()
    house.open()
    some = copy_waiting(house.ctx, limit=2)
    assert (some.copied, some.left) == (2, before.lag.waiting - 2)
    rest = copy_waiting(house.ctx)
    assert (rest.left, rest.trouble) == (0, None)
    heads = list(house.ctx.store.keys("test/_chain"))
    assert heads
    assert list(house.ctx.replica.keys("test/_chain")) == heads if house.ctx.replica else False


@pytest.mark.parametrize("crime", ["missing", "other_bytes"])
def test_what_the_first_store_lost_is_read_from_the_replica_and_healed(archive: House, crime: str) -> None:
    path = place_of(archive, "store")
    if crime == "missing":
        path.unlink()
    else:
        spoil(path)
    (proof,) = verify_record(archive.ctx, RECORD)
    assert (proof.verdict, proof.fault, proof.is_from_replica) == (Verdict.VALID, crime, True)
    assert logged(archive, "object.read_from_replica")[0]["fault"] == crime
    assert object_standing(archive.ctx).bad == 1, "its document counts as not digitized"
    copy = find_copy(archive.ctx, archive.document().id)
    assert copy_bytes(archive.ctx, copy).startswith(b"%PDF")
    report = run_fixity(archive.ctx)
    assert (report.healed, report.bad, report.doubts) == (1, 0, ())
    assert object_standing(archive.ctx).bad == 0
    assert findings(archive) == {"copy_healed"}
    (healed,) = logged(archive, "object.healed")
    assert (healed["copy"], healed["source"], healed["fault"]) == ("first", "replica", crime)
    aside = list((archive.home / "store" / ".set-aside").rglob("*.pdf"))
    assert len(aside) == (crime == "other_bytes")
    (proof,) = verify_record(archive.ctx, RECORD)
    assert (proof.fault, proof.is_from_replica) == ("", False)


def test_a_bad_second_copy_is_healed_from_the_first_and_counts_no_document_out(archive: House) -> None:
    spoil(place_of(archive, "replica", "original"))
    report = run_fixity(archive.ctx, unread_days=0)
    assert (report.read, report.good, report.healed, report.doubts) == (6, 6, 1, ())
    assert object_standing(archive.ctx).bad == 0
    assert logged(archive, "object.healed")[0]["copy"] == "replica"


def test_where_both_are_bad_a_doubt_stays_open_until_a_good_one_is_put_back(archive: House) -> None:
    first, second = place_of(archive, "store"), place_of(archive, "replica")
    good = spoil(first)
    second.unlink()
    report = run_fixity(archive.ctx, unread_days=0)
    assert (report.bad, report.healed) == (2, 0)
    assert [doubt.code for doubt in report.doubts] == ["copy_bad", "copy_bad"]
    assert findings(archive) == {"copy_bad"}
    first.write_bytes(good)
    report = run_fixity(archive.ctx)
    assert (report.healed, report.doubts) == (1, ())
    assert findings(archive) == {"copy_healed"}
    assert second.read_bytes() == good


def test_a_replica_whose_disk_is_not_there_is_a_doubt_and_nothing_is_put_in_its_place(archive: House) -> None:
    shutil.rmtree(archive.home / "replica")
    age(archive, 400)
    report = run_fixity(archive.ctx)
    assert (report.read, report.good) == (3, 3), "the first store is read all the same"
    assert "store_unreachable" in {doubt.code for doubt in report.doubts}
    assert all(copy.check_ok for copy in copies(archive))
    assert not list((archive.home / "replica").rglob("*.pdf"))
    (check,) = [result for result in examine(archive.ctx) if result.title == "Replica"]
    assert not check.is_well


def test_a_first_store_that_is_gone_is_a_doubt_and_the_replica_gives_what_is_asked_for(archive: House) -> None:
    (archive.home / "store").rename(archive.home / "elsewhere")
    (proof,) = verify_record(archive.ctx, RECORD)
    assert (proof.verdict, proof.fault, proof.is_from_replica) == (Verdict.VALID, "unreachable", True)
    assert object_standing(archive.ctx).bad == 0
    report = run_fixity(archive.ctx, unread_days=0)
    assert report.good == 3
    assert report.doubts
    assert not list((archive.home / "store").rglob("*.pdf"))


def test_the_longest_unread_is_read_first_and_the_next_run_goes_on(archive: House) -> None:
    age(archive, 200)
    age(archive, 300, "words")
    assert due_copies(archive.ctx) == 2, "a day's share of six copies is one in each store"
    assert due_copies(archive.ctx, 250) == 2
    assert due_copies(archive.ctx, 100) == 6
    report = run_fixity(archive.ctx, unread_days=100, limit=2)
    assert (report.read, report.left, report.doubts) == (2, 4, ())
    with archive.ctx.ledger.reading() as session:
        recent = session.scalars(
            select(StoredObject.kind).where(StoredObject.checked_at > archive.ctx.clock() - timedelta(days=1))
        )
        assert list(recent) == ["words"]
    rest = run_fixity(archive.ctx, unread_days=100)
    assert (rest.read, rest.left) == (4, 0)


def test_what_was_not_read_for_the_whole_period_is_a_doubt(archive: House) -> None:
    age(archive, 400)
    report = run_fixity(archive.ctx, limit=1)
    assert {doubt.code for doubt in report.doubts} == {"copies_overdue"}
    assert run_fixity(archive.ctx).doubts == ()


def test_reading_keeps_to_the_pace_that_was_agreed_on(archive: House) -> None:
    waited: list[float] = []
    pace = Pace(0.5, now_s=lambda: sum(waited), wait=waited.append)
    report = run_fixity(archive.ctx, unread_days=0, pace=pace)
    assert sum(waited) == pytest.approx(report.read_bytes / 500_000)
    assert len(waited) == report.read


def test_what_turned_out_secret_and_was_taken_out_of_the_store_is_not_brought_back(archive: House) -> None:
    with archive.ctx.ledger.session() as session:
        stopped = {"state": DocumentState.STUCK, "reason_code": SecretStoredError.code}
        session.execute(update(Document).values(stopped))
        session.delete(session.scalars(select(ObjectCopy).limit(1)).one())
    path = place_of(archive, "store")
    path.unlink()
    report = run_fixity(archive.ctx, unread_days=0)
    assert (report.read, report.copied, report.doubts) == (0, 0, ())
    assert not path.exists()


def test_a_copy_is_healed_by_nobody_who_has_none(archive: House) -> None:
    place_of(archive, "store").unlink()
    (first, _replica) = sides_of(archive.ctx)
    with archive.ctx.ledger.reading() as session:
        row = session.execute(first.query().where(StoredObject.kind == "archival")).one()
    checked = check_copy(archive.ctx, first, [], first.copy_of(row))
    assert (checked.fault, checked.healed_from, checked.is_good) == ("missing", "", False)
    assert first.place is Place.FIRST


def test_the_replica_is_never_the_first_store(archive: House) -> None:
    archive.open(replica={"kind": "folder", "folder": "store"})
    with pytest.raises(SettingsError, match=r"replica\.kind"):
        _ = archive.ctx.replica


def type_in(house: House, *arguments: str) -> tuple[int, str, str]:
    (house.home / "sohoa.toml").write_text('[replica]\nkind = "folder"\n', "utf-8")
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--home", str(house.home), "--actor", "lan", *arguments])
    return code, out.getvalue(), err.getvalue()


def test_the_command_says_what_it_did_and_ends_well_only_without_a_doubt(archive: House) -> None:
    spoil(place_of(archive, "store"))
    code, out, _err = type_in(archive, "fixity", "--unread", "0")
    assert (code, "healed: 1" in out, "No doubt is open" in out) == (ExitCode.DONE, True, True)
    place_of(archive, "store").unlink()
    place_of(archive, "replica").unlink()
    activate("vi")
    code, out, _err = type_in(archive, "fixity", "--unread", "0")
    assert code == ExitCode.CHECK_FAILED
    assert "hỏng: 2" in out
    assert "không chữa được" in out
    code, out, _err = type_in(archive, "fixity", "--dry-run", "--json")
    assert (code, json.loads(out)["result"]) == (ExitCode.DONE, {"to_read": 4, "to_copy": 0})
    activate("en")
    code, _out, err = type_in(archive, "fixity", "--waiting", "--limit", "3")
    assert (code, "--waiting" in err) == (ExitCode.USAGE, True)


def test_status_tells_how_far_the_replica_lags(archive: House) -> None:
    with archive.ctx.ledger.session() as session:
        session.delete(session.scalars(select(ObjectCopy).limit(1)).one())
    code, out, _err = type_in(archive, "status")
    assert (code, "Waiting for a copy in" in out, ": 1, the oldest since" in out) == (ExitCode.DONE, True, True)
    code, out, _err = type_in(archive, "fixity", "--waiting")
    assert (code, "Copied to the replica: 1" in out) == (ExitCode.DONE, True)
    assert "Waiting for a copy" not in type_in(archive, "status")[1]


@pytest.mark.needs("s3")
def test_a_replica_in_a_bucket_is_locked_by_retention_class_and_healed_there(
    archive: House, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, client = s3_server.create_locked_bucket(), s3_server.client
    monkeypatch.setenv("S3_ACCESS", s3_server.access_key)
    monkeypatch.setenv("S3_SECRET", s3_server.secret_key)
    keys = {"access_key": "env:S3_ACCESS", "secret_key": "env:S3_SECRET", "lock": "governance"}
    archive.open(replica={"kind": "s3", "bucket": bucket, "endpoint": s3_server.endpoint, **keys})
    first = run_fixity(archive.ctx)
    assert (first.copied, first.locked, first.doubts) == (3, 0, ()), "no lock before the class is known"
    with archive.ctx.ledger.session() as session:
        session.execute(update(Document).values(maintenance="01"))
    assert run_fixity(archive.ctx).locked == 3
    (locked,) = {until.year for until in (copy.retention_until for copy in copies(archive)) if until}
    assert locked >= datetime.now(UTC).year + 98
    key = objects(archive)["archival"].key
    (version,) = [each["VersionId"] for each in client.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]]
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.delete_object(Bucket=bucket, Key=key, VersionId=version)
    client.delete_object(Bucket=bucket, Key=key)
    healed = run_fixity(archive.ctx, unread_days=0)
    assert (healed.healed, healed.locked, healed.doubts) == (1, 1, ()), "the new version is locked as the first was"
    assert len(client.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]) == 2


@pytest.mark.needs("s3")
def test_a_bucket_heals_what_was_deleted_from_its_own_versions_where_there_is_no_replica(
    archive: House, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The replica in a bucket becomes the first store: what reads it does so as it would the former first."""
    bucket, client = s3_server.create_bucket(), s3_server.client
    monkeypatch.setenv("S3_ACCESS", s3_server.access_key)
    monkeypatch.setenv("S3_SECRET", s3_server.secret_key)
    named = {"kind": "s3", "bucket": bucket, "endpoint": s3_server.endpoint}
    named |= {"access_key": "env:S3_ACCESS", "secret_key": "env:S3_SECRET"}
    archive.open(replica=named)
    assert copy_waiting(archive.ctx).left == 0
    archive.open(store=named, replica={"kind": "folder", "folder": "store"})
    assert run_fixity(archive.ctx, unread_days=0).doubts == ()
    spoil(place_of(archive, "store"))
    key = objects(archive)["archival"].key
    client.delete_object(Bucket=bucket, Key=key)
    with archive.ctx.ledger.reading() as session:
        before = session.scalars(select(StoredObject.store_version_id).where(StoredObject.key == key)).one()
    assert before is None, "that version id is the other bucket's"
    archive.open(store=named, replica={"kind": "none"})
    assert [doubt.code for doubt in run_fixity(archive.ctx, unread_days=0).doubts] == ["copy_bad"]
    version = client.list_object_versions(Bucket=bucket, Prefix=key)["Versions"][0]["VersionId"]
    with archive.ctx.ledger.session() as session:
        session.execute(update(StoredObject).values(store=archive.ctx.store.name, store_version_id=version))
    healed = run_fixity(archive.ctx)
    assert (healed.healed, healed.doubts) == (1, ())
    assert logged(archive, "object.healed")[0]["source"] == "version"
