"""Ledger, store and disk held against each other: what is lost, unknown or left behind shows; what is proven mends."""

import os
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, select

from config.errors import StoreUnreachableError
from config.settings import load_settings
from pipeline import archiving
from pipeline.context import Context
from pipeline.event_chain import check_event_chain
from pipeline.founding import found
from pipeline.job import claim, file_sha256, work_folder
from pipeline.reconciling import Difference, Kind, ReconcileReport, reconcile
from pipeline.reconciling.standing import check_reconciled
from pipeline.runner import sweep
from pipeline.sealed_heads import LedgerRolledBackError
from storage.ledger.models import Event, StoredObject
from storage.ledger.states import DocumentState, Environment
from tests.integration.pipeline.house import House, copy_of, page
from tests.services import S3Server

pytestmark = pytest.mark.needs("tesseract", "poppler")


def differences(house: House, **options: Any) -> tuple[list[Difference], ReconcileReport]:
    found_ones: list[Difference] = []
    return found_ones, reconcile(house.ctx, found=found_ones.append, **options)


def kinds(house: House, **options: Any) -> list[Kind]:
    return [one.kind for one in differences(house, **options)[0]]


def objects(house: House) -> dict[str, StoredObject]:
    with house.ctx.ledger.reading() as session:
        return {row.kind: row for row in session.scalars(select(StoredObject))}


def events(house: House) -> list[str]:
    with house.ctx.ledger.reading() as session:
        return list(session.scalars(select(Event.kind).order_by(Event.seq)))


def in_store(house: House, key: str) -> Path:
    path = house.ctx.settings.store_folder / key
    path.chmod(0o644)
    return path


def forget(house: House, key: str) -> None:
    with house.ctx.ledger.session() as session:
        session.execute(delete(StoredObject).where(StoredObject.key == key))


def test_a_whole_archive_has_no_difference_and_asking_changes_nothing(archived: House) -> None:
    before = events(archived)
    found_ones, report = differences(archived, read=True)
    assert (found_ones, report.open) == ([], 0)
    assert report.objects == report.listed == report.read == len(objects(archived))
    assert events(archived) == before


def test_a_lost_object_is_told_and_counts_no_more_once_the_comparison_may_write(archived: House) -> None:
    key = objects(archived)["archival"].key
    in_store(archived, key).unlink()
    ((one,), report) = differences(archived)
    assert (one.kind, one.place, one.is_mendable, report.open) == (Kind.OBJECT_MISSING, key, False, 1)
    assert objects(archived)["archival"].check_ok
    assert differences(archived, repair=True)[1].open == 1
    assert not objects(archived)["archival"].check_ok


def test_a_lost_scan_is_put_back_from_the_inbox_only_with_the_very_bytes(archived: House) -> None:
    original = objects(archived)["original"]
    good = in_store(archived, original.key).read_bytes()
    in_store(archived, original.key).unlink()
    again = archived.record / "a.png"
    again.write_bytes(good[:-1] + b"?")
    assert [one.is_mendable for one in differences(archived)[0]] == [False]
    again.write_bytes(good)
    ((one,), report) = differences(archived, repair=True)
    assert (one.kind, one.is_mended, report.open) == (Kind.OBJECT_MISSING, True, 0)
    assert archived.ctx.store.read_back(original.key) == original.sha256
    assert events(archived)[-2:] == ["object.put_again", "store.reconciled"]
    assert kinds(archived, read=True) == []


def test_a_changed_size_shows_at_once_and_changed_bytes_when_they_are_read(archived: House) -> None:
    key = objects(archived)["archival"].key
    whole = in_store(archived, key).read_bytes()
    in_store(archived, key).write_bytes(whole[:-1])
    assert kinds(archived) == [Kind.OTHER_SIZE]
    in_store(archived, key).write_bytes(whole[:-1] + b"?")
    assert kinds(archived) == []
    assert kinds(archived, read=True) == [Kind.OTHER_BYTES]
    assert in_store(archived, key).read_bytes() == whole[:-1] + b"?", "what is there is never overwritten"


def test_an_object_that_the_event_log_proves_is_noted_again_and_one_that_nothing_proves_is_left_alone(
    archived: House, tmp_path: Path
) -> None:
    original = objects(archived)["original"]
    forget(archived, original.key)
    stranger = in_store(archived, original.key).with_name("H41.99-260311-0001.7.pdf")
    stranger.write_bytes(b"%PDF stranger")
    found_ones, report = differences(archived, repair=True)
    assert {(one.kind, one.is_mended) for one in found_ones} == {(Kind.NOT_NOTED, True), (Kind.UNKNOWN, False)}
    assert report.open == 1
    assert objects(archived)["original"].sha256 == original.sha256
    assert stranger.read_bytes() == b"%PDF stranger"
    assert kinds(archived) == [Kind.UNKNOWN]
    check_event_chain(archived.ctx)


def test_objects_of_an_agency_that_the_ledger_does_not_know_show_too(archived: House, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    for agency in ("H41.98", "H4"):
        key = f"test/{agency}/2024/{uuid4()}/v1/x.1.pdf"
        archived.ctx.store.put(key, tmp_path / "x", file_sha256(tmp_path / "x"))
    assert kinds(archived) == [Kind.UNKNOWN, Kind.UNKNOWN]


def test_a_store_that_is_not_there_condemns_nothing(archived: House) -> None:
    archived.ctx.settings.store_folder.rename(archived.home / "elsewhere")
    with pytest.raises(StoreUnreachableError):
        reconcile(archived.ctx, repair=True)


def test_a_head_that_is_gone_from_the_store_comes_back_from_the_chain_folder(archived: House) -> None:
    page(archived.record / "b.png", seed=2)
    archived.run()
    heads = sorted((archived.ctx.settings.store_folder / "test" / "_chain").glob("*.json"))
    assert len(heads) > 1
    good = heads[0].read_bytes()
    heads[0].unlink()
    ((one,), report) = differences(archived, repair=True)
    assert (one.kind, one.is_mended, report.open) == (Kind.HEAD_MISSING, True, 0)
    assert heads[0].read_bytes() == good


def test_a_ledger_that_was_put_back_to_an_older_day_is_compared_with_nothing(archived: House, tmp_path: Path) -> None:
    archived.ctx.ledger.close()
    older = tmp_path / "older"
    shutil.copyfile(archived.home / "ledger.sqlite3", older)
    archived.open()
    page(archived.record / "b.png", seed=2)
    archived.run()
    archived.ctx.ledger.close()
    for file in archived.home.glob("ledger.sqlite3*"):
        file.unlink()
    shutil.copyfile(older, archived.home / "ledger.sqlite3")
    archived.open()
    with pytest.raises(LedgerRolledBackError):
        reconcile(archived.ctx)


@pytest.fixture
def sealed(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A document whose signed bytes are committed, and whose upload failed."""

    def fail(*_: object) -> None:
        raise StoreUnreachableError(store="store", cause="x")

    page(house.record / "a.png")
    with monkeypatch.context() as patched:
        patched.setattr(archiving, "put_object", fail)
        house.archive_all()
    assert house.states() == [DocumentState.SEALED]
    return house


def test_committed_signed_bytes_are_brought_into_the_store_as_they_are(sealed: House) -> None:
    document = sealed.document()
    (signed,) = work_folder(sealed.ctx, document.id, 1).glob("sealed-*.pdf")
    sha256 = file_sha256(signed)
    assert [(one.kind, one.is_mendable) for one in differences(sealed)[0]] == [(Kind.SEALED_WAITS, True)]
    assert differences(sealed, repair=True)[1].open == 0
    assert sealed.states() == [DocumentState.ARCHIVED]
    assert objects(sealed)["archival"].sha256 == sha256
    assert kinds(sealed, read=True) == []


def test_committed_signed_bytes_that_are_nowhere_are_told_as_lost(sealed: House) -> None:
    shutil.rmtree(sealed.ctx.settings.work_folder)
    assert [(one.kind, one.is_mendable) for one in differences(sealed)[0]] == [(Kind.SEALED_LOST, False)]
    assert differences(sealed, repair=True)[1].open == 1
    assert sealed.states() == [DocumentState.SEALED]


def test_what_crashes_left_on_the_disk_goes_but_never_the_only_copy_of_something_signed(archived: House) -> None:
    work = archived.ctx.settings.work_folder
    rests, unknown, signed = (work / str(id_) for id_ in (archived.document().id, uuid4(), uuid4()))
    half = archived.ctx.settings.chain_folder / "000000000001.json.part"
    for folder in (rests, unknown, signed):
        (folder / "v1").mkdir(parents=True)
    (signed / "v1" / "sealed-0123456789abcdef.pdf").write_bytes(b"%PDF signed")
    half.touch()
    for path in (unknown, signed, half):
        os.utime(path, (0, 0))
    found_ones, report = differences(archived, repair=True)
    assert {one.kind for one in found_ones if one.is_mended} == {Kind.FOLDER_LEFT, Kind.FILE_LEFT}
    assert [path.exists() for path in (rests, unknown, half, signed)] == [False, False, False, True]
    assert (report.open, kinds(archived)) == (1, [Kind.SIGNED_LEFT])
    assert sweep(archived.ctx) == 0, "a run does not take it either"
    assert signed.exists()
    assert [(one.is_well, bool(one.remedy)) for one in check_reconciled(archived.ctx)] == [(False, True)]
    shutil.rmtree(signed)
    reconcile(archived.ctx, repair=True)
    assert [(one.is_well, one.remedy) for one in check_reconciled(archived.ctx)] == [(True, "")]


def test_what_a_run_is_about_to_note_is_no_difference(sealed: House) -> None:
    """Its file is in the store, and the run that put it there has not said so yet."""
    document = sealed.document()
    (signed,) = work_folder(sealed.ctx, document.id, 1).glob("sealed-*.pdf")
    (waits,) = differences(sealed)[0]
    sealed.ctx.store.put(waits.place, signed, file_sha256(signed))
    assert claim(sealed.ctx, document.id, (DocumentState.SEALED,)) is not None
    assert kinds(sealed, read=True) == []


@pytest.mark.needs("postgres", "s3")
def test_the_same_holds_for_postgresql_and_an_s3_store(
    template_home: Path,
    tmp_path: Path,
    postgres_url: str,
    s3_server: S3Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RECONCILE_ACCESS", s3_server.access_key)
    monkeypatch.setenv("RECONCILE_SECRET", s3_server.secret_key)
    store = {
        "kind": "s3",
        "bucket": s3_server.create_bucket(),
        "endpoint": s3_server.endpoint,
        "access_key": "env:RECONCILE_ACCESS",
        "secret_key": "env:RECONCILE_SECRET",
    }
    house = copy_of(template_home, tmp_path / "home", ledger={"url": postgres_url}, store=store)
    found(
        Context(load_settings(house.home, **house.settings), actor="tester"),
        Environment.TEST,
        template_home.with_name("agencies.toml"),
    )
    page(house.record / "a.png")
    house.archive_all()
    assert kinds(house, read=True) == []
    known = objects(house)
    forget(house, known["original"].key)
    s3_server.client.delete_object(Bucket=store["bucket"], Key=known["archival"].key)
    strange = known["original"].key.replace("H41.99/", "H41/")
    s3_server.client.put_object(Bucket=store["bucket"], Key=strange, Body=b"x")
    assert sorted(kinds(house)) == sorted([Kind.NOT_NOTED, Kind.OBJECT_MISSING, Kind.UNKNOWN])
    found_ones, report = differences(house, repair=True)
    assert [one.kind for one in found_ones if one.is_mended] == [Kind.NOT_NOTED]
    assert report.open == 2
    house.ctx.ledger.close()
