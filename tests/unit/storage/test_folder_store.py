import hashlib
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.errors import (
    ChecksumRefusedError,
    ObjectMissingError,
    StoreError,
    UnsafeKeyError,
    WriteOnceError,
)
from config.settings import Settings
from storage.objects import open_store
from storage.objects.disk import place, rename_no_replace
from storage.objects.folder import FolderStore

KEY = "test/H41/2025/018f3f3e-7b7a-7000-8000-000000000001/v1/H41-1.1.pdf"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF scan")
    return path


def leftovers(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "store" / ".incoming").glob("*"))


def test_an_object_is_stored_read_only_and_reads_back(store: FolderStore, scan: Path, tmp_path: Path) -> None:
    receipt = store.put(KEY, scan, sha(b"%PDF scan"))
    path = tmp_path / "store" / KEY
    assert path.read_bytes() == b"%PDF scan"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert (receipt.key, receipt.sha256, receipt.size) == (KEY, sha(b"%PDF scan"), 9)
    assert store.read_back(KEY) == receipt.sha256
    assert leftovers(tmp_path) == []


def test_the_same_bytes_again_change_nothing(store: FolderStore, scan: Path, tmp_path: Path) -> None:
    first = store.put(KEY, scan, sha(b"%PDF scan"))
    before = (tmp_path / "store" / KEY).stat()
    assert store.put(KEY, scan, sha(b"%PDF scan")) == first
    after = (tmp_path / "store" / KEY).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_other_bytes_under_one_key_are_refused_and_nothing_is_overwritten(store: FolderStore, scan: Path) -> None:
    store.put(KEY, scan, sha(b"%PDF scan"))
    scan.write_bytes(b"other")
    with pytest.raises(WriteOnceError):
        store.put(KEY, scan, sha(b"other"))
    assert store.read_back(KEY) == sha(b"%PDF scan")


def test_bytes_that_are_not_those_announced_are_not_stored(store: FolderStore, scan: Path, tmp_path: Path) -> None:
    with pytest.raises(ChecksumRefusedError):
        store.put(KEY, scan, sha(b"something else"))
    assert not store.exists(KEY)
    assert leftovers(tmp_path) == []


def test_a_source_that_is_gone_is_a_store_error(store: FolderStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"H41-1\.1\.pdf"):
        store.put(KEY, tmp_path / "gone", sha(b""))
    assert leftovers(tmp_path) == []


def test_read_back_sees_bytes_that_changed_on_disk(store: FolderStore, scan: Path, tmp_path: Path) -> None:
    store.put(KEY, scan, sha(b"%PDF scan"))
    path = tmp_path / "store" / KEY
    path.chmod(0o644)
    path.write_bytes(b"%PDF scam")
    assert store.read_back(KEY) == sha(b"%PDF scam")
    with pytest.raises(WriteOnceError):
        store.put(KEY, scan, sha(b"%PDF scan"))


def test_fetch_gives_the_bytes_and_their_hash(store: FolderStore, scan: Path, tmp_path: Path) -> None:
    store.put(KEY, scan, sha(b"%PDF scan"))
    target = tmp_path / "copy.pdf"
    target.write_bytes(b"an older copy")
    assert store.fetch(KEY, target) == sha(b"%PDF scan")
    assert target.read_bytes() == b"%PDF scan"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.pdf", "scan.pdf", "store"]


def test_what_is_not_there_is_said_so(store: FolderStore, tmp_path: Path) -> None:
    assert not store.exists(KEY)
    with pytest.raises(ObjectMissingError):
        store.read_back(KEY)
    with pytest.raises(ObjectMissingError):
        store.fetch(KEY, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("key", ["../outside", "/etc/passwd", "a/../../b", ".incoming/x", "a\nb"])
def test_unsafe_keys_are_refused_everywhere(store: FolderStore, scan: Path, tmp_path: Path, key: str) -> None:
    for attempt in (
        lambda: store.put(key, scan, sha(b"%PDF scan")),
        lambda: store.read_back(key),
        lambda: store.exists(key),
        lambda: store.fetch(key, tmp_path / "copy"),
    ):
        with pytest.raises(UnsafeKeyError):
            attempt()


def test_symbolic_links_out_of_the_store_are_not_followed(store: FolderStore, scan: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "test").symlink_to(outside)
    (tmp_path / "store" / "link.pdf").symlink_to(scan)
    for key in (KEY, "link.pdf"):
        with pytest.raises(UnsafeKeyError):
            store.put(key, scan, sha(b"%PDF scan"))
    assert list(outside.iterdir()) == []


def test_of_many_writers_with_different_bytes_one_wins_whole(store: FolderStore, tmp_path: Path) -> None:
    sources = []
    for number in range(8):
        source = tmp_path / f"{number}"
        source.write_bytes(bytes([number]) * 200_000)
        sources.append(source)

    def attempt(source: Path) -> str | None:
        try:
            return store.put(KEY, source, sha(source.read_bytes())).sha256
        except WriteOnceError:
            return None

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, sources))
    assert sorted(result is not None for result in results) == [False] * 7 + [True]
    assert store.read_back(KEY) in results
    assert leftovers(tmp_path) == []


def test_check_passes_on_a_fresh_folder_and_leaves_nothing(store: FolderStore, tmp_path: Path) -> None:
    store.check("test")
    assert leftovers(tmp_path) == []


def test_check_takes_away_what_killed_processes_left_a_day_ago(store: FolderStore, tmp_path: Path) -> None:
    store.check("test")
    old, young = tmp_path / "store/.incoming/old", tmp_path / "store/.incoming/young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    store.check("test")
    assert leftovers(tmp_path) == [young]


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError):
        FolderStore(tmp_path / "file" / "store").check("test")


@pytest.mark.parametrize("give_name", [place, rename_no_replace])
def test_a_name_that_is_taken_is_never_overwritten(tmp_path: Path, give_name: object) -> None:
    first, second, target = tmp_path / "1", tmp_path / "2", tmp_path / "target"
    first.write_bytes(b"1")
    second.write_bytes(b"2")
    assert callable(give_name)
    give_name(first, target)
    with pytest.raises(FileExistsError):
        give_name(second, target)
    assert target.read_bytes() == b"1"
    assert not first.exists()


def test_settings_without_more_ask_for_a_folder_in_the_home(tmp_path: Path) -> None:
    store = open_store(Settings(home=tmp_path))
    assert store.name == str(tmp_path / "store")


def test_keys_in_a_folder_are_listed_in_order_and_from_a_key_on(store: FolderStore, scan: Path) -> None:
    wanted = ["test/a/1.json", "test/a/1.p7s", "test/a/10.json", "test/a/2.json", "test/a/3.json"]
    for key in (*reversed(wanted), "test/a/b/1", "test/a-b/1", "test/ab", "testament/1", "production/a/1"):
        store.put(key, scan, sha(b"%PDF scan"))
    assert list(store.keys("test/a")) == wanted
    assert list(store.keys("test/a", after=wanted[1])) == wanted[2:]
    assert list(store.keys("test/none")) == []


def test_everything_below_a_folder_is_listed_with_its_size_in_the_order_of_the_keys(
    store: FolderStore, scan: Path, tmp_path: Path
) -> None:
    keys = ["test/a-b/1/x", "test/a.c/1/x", "test/a/1", "test/a/10/x", "test/a/2/x", "test/a0/1"]
    for key in reversed(keys):
        store.put(key, scan, sha(b"%PDF scan"))
    (tmp_path / "store" / "test" / "a" / "leads-out").symlink_to(tmp_path)
    (tmp_path / "store" / "test" / "a" / ".half.part").touch()
    assert [listed.key for listed in store.listing("test")] == sorted(keys, key=str.encode)
    assert {listed.size for listed in store.listing("test")} == {9}
    assert list(store.folders("test")) == ["a-b", "a.c", "a", "a0"]
    assert [*store.listing("test/none"), *store.folders("test/none")] == []


def test_a_bad_file_is_moved_aside_and_a_good_one_takes_its_place(
    store: FolderStore, scan: Path, tmp_path: Path
) -> None:
    store.put(KEY, scan, sha(b"%PDF scan"))
    bad = tmp_path / "store" / KEY
    bad.chmod(0o644)
    bad.write_bytes(b"bad")
    store.replace(KEY, scan, sha(b"%PDF scan"))
    assert store.read_back(KEY) == sha(b"%PDF scan")
    (aside,) = (tmp_path / "store" / ".set-aside").rglob("*.pdf")
    assert aside.read_bytes() == b"bad"
    store.check("test")
    assert aside.exists()


def test_a_missing_file_is_put_again_and_a_good_one_left_alone(store: FolderStore, scan: Path, tmp_path: Path) -> None:
    store.replace(KEY, scan, sha(b"%PDF scan"))
    before = (tmp_path / "store" / KEY).stat().st_ino
    store.replace(KEY, scan, sha(b"%PDF scan"))
    assert (tmp_path / "store" / KEY).stat().st_ino == before
    assert not (tmp_path / "store" / ".set-aside").exists()
