"""Several writers of one key at the same moment: one wins, and no other believes that it did."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from config.errors import WriteOnceError
from storage.objects.s3 import S3Store
from storage.objects.s3_client import S3Account
from tests.services import S3Server

pytestmark = pytest.mark.needs("s3")

KEY = "test/H41/2025/018f3f3e-7b7a-7000-8000-000000000001/v1/H41-1.1.pdf"
PART = 5 << 20


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def store(s3_account: S3Account) -> S3Store:
    return S3Store(s3_account, part_bytes=PART)


def test_of_two_large_uploads_at_once_one_wins(
    store: S3Store, tmp_path: Path, s3_account: S3Account, s3_server: S3Server
) -> None:
    sources = [tmp_path / str(number) for number in range(2)]
    for number, source in enumerate(sources):
        source.write_bytes(bytes([number]) * (PART + 10))
    meet = threading.Barrier(2)

    def attempt(source: Path) -> str | None:
        meet.wait()
        try:
            return store.put(KEY, source, sha(source.read_bytes())).sha256
        except WriteOnceError:
            return None

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(attempt, sources))
    assert results.count(None) == 1
    assert store.read_back(KEY) in results
    assert len(s3_server.client.list_object_versions(Bucket=s3_account.bucket)["Versions"]) == 1


def test_a_large_upload_that_finds_another_beside_it_takes_its_own_away(
    store: S3Store, tmp_path: Path, s3_account: S3Account, s3_server: S3Server
) -> None:
    other, own = tmp_path / "other.pdf", tmp_path / "own.pdf"
    other.write_bytes(b"o" * (PART + 10))
    own.write_bytes(b"s" * (PART + 10))
    receipts = []

    def be_overtaken(request: Any, **_: object) -> None:
        # As a store that looks whether the key is free, lets another write, and writes.
        receipts.append(store.put(KEY, other, sha(other.read_bytes())))
        del request.headers["If-None-Match"]

    late = S3Store(s3_account, part_bytes=PART)
    vars(late)["_client"].meta.events.register("before-sign.s3.CompleteMultipartUpload", be_overtaken)
    with pytest.raises(WriteOnceError):
        late.put(KEY, own, sha(own.read_bytes()))
    assert receipts == [store.put(KEY, other, sha(other.read_bytes()))]
    assert len(s3_server.client.list_object_versions(Bucket=s3_account.bucket)["Versions"]) == 1


def test_of_many_small_writers_one_wins(store: S3Store, tmp_path: Path) -> None:
    def attempt(number: int) -> bool:
        source = tmp_path / str(number)
        source.write_bytes(bytes([number]))
        try:
            return bool(store.put(KEY, source, sha(bytes([number]))))
        except WriteOnceError:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 1
