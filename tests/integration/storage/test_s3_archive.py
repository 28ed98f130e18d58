"""What makes a bucket an archive: parts checked as a whole, locks, encryption, healing, patience; on a real server."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from config.errors import (
    NotLockableError,
    NotVersionedError,
    ObjectMissingError,
    StoreAccessError,
    StoreKeyExpiredError,
    StoreRegionError,
    StoreUnreachableError,
)
from storage.objects import s3_upload
from storage.objects.s3 import S3Store
from storage.objects.s3_client import S3Account, S3Patience
from tests.services import S3Server

pytestmark = pytest.mark.needs("s3")

KEY = "test/H41/2025/018f3f3e-7b7a-7000-8000-000000000001/v1/H41-1.1.pdf"
PART = 5 << 20
GOOD = b"%PDF scan"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="module")
def lockable(s3_server: S3Server) -> str:
    """A bucket made with object lock."""
    return s3_server.create_locked_bucket()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.pdf"
    path.write_bytes(GOOD)
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.pdf"
    path.write_bytes(bytes(range(256)) * 4 * 6_000)
    return path


def versions(server: S3Server, bucket: str, key: str = KEY) -> list[str]:
    found = server.client.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", [])
    return [version["VersionId"] for version in found]


def test_the_hash_over_all_parts_is_what_the_store_keeps(
    s3_server: S3Server, s3_account: S3Account, large: Path
) -> None:
    S3Store(s3_account, part_bytes=PART).put(KEY, large, sha(large.read_bytes()))
    data = large.read_bytes()
    parts = [hashlib.sha256(data[at : at + PART]).digest() for at in range(0, len(data), PART)]
    head = s3_server.client.head_object(Bucket=s3_account.bucket, Key=KEY, ChecksumMode="ENABLED")
    kept, _dash, count = head["ChecksumSHA256"].rpartition("-")
    assert (kept, count) == (s3_upload._base64_of(hashlib.sha256(b"".join(parts)).digest()), "2")


def test_abandoned_uploads_are_ended_after_a_day_in_their_environment_only(
    s3_server: S3Server, s3_account: S3Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, store = s3_account.bucket, S3Store(s3_account)
    for key in ("test/a/one.pdf", "production/a/two.pdf"):
        s3_server.client.create_multipart_upload(Bucket=bucket, Key=key)
    store.check("test")
    assert len(s3_server.client.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 2
    monkeypatch.setattr(s3_upload, "ABANDONED", timedelta(days=-1))
    store.check("test")
    left = s3_server.client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [upload["Key"] for upload in left] == ["production/a/two.pdf"]


@pytest.mark.parametrize("mode", ["governance", "compliance"])
def test_a_lock_is_put_on_a_version_and_only_ever_made_longer(
    s3_server: S3Server, lockable: str, scan: Path, mode: str
) -> None:
    store, key = S3Store(replace(s3_server.account(lockable), lock=mode)), f"test/{mode}/v1/a.pdf"
    version = store.put(key, scan, sha(GOOD)).version_id
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=365 * 20)
    assert store.lock(key, version, until) == until
    assert store.lock(key, version, until + timedelta(days=365)) == until + timedelta(days=365)
    assert store.lock(key, version, until) == until + timedelta(days=365)
    with pytest.raises(s3_server.client.exceptions.ClientError, match="AccessDenied"):
        s3_server.client.delete_object(Bucket=lockable, Key=key, VersionId=version)
    assert store.put(key, scan, sha(GOOD)).retention_until == until + timedelta(days=365)


def test_a_store_that_is_not_to_lock_locks_nothing(s3_server: S3Server, lockable: str, scan: Path) -> None:
    store = S3Store(s3_server.account(lockable))
    version = store.put(KEY, scan, sha(GOOD)).version_id
    assert store.lock(KEY, version, datetime.now(UTC) + timedelta(days=9)) is None


def test_a_bucket_made_without_object_lock_is_refused_where_it_is_to_lock(s3_account: S3Account, scan: Path) -> None:
    store = S3Store(replace(s3_account, lock="governance"))
    with pytest.raises(NotLockableError):
        store.check("test")
    version = store.put(KEY, scan, sha(GOOD)).version_id
    with pytest.raises(NotLockableError):
        store.lock(KEY, version, datetime.now(UTC) + timedelta(days=9))


def test_a_locked_bad_version_stays_beside_the_good_one_that_heals_it(
    s3_server: S3Server, lockable: str, scan: Path, tmp_path: Path
) -> None:
    store, key = S3Store(replace(s3_server.account(lockable), lock="compliance")), "test/heal/v1/a.pdf"
    first = store.put(key, scan, sha(GOOD)).version_id
    store.lock(key, first, datetime.now(UTC) + timedelta(days=9))
    s3_server.client.put_object(Bucket=lockable, Key=key, Body=b"other bytes")
    healed = store.replace(key, scan, sha(GOOD))
    assert healed.version_id != first
    assert store.read_back(key) == sha(GOOD)
    assert len(versions(s3_server, lockable, key)) == 3
    assert store.fetch(key, tmp_path / "first", first) == sha(GOOD)


def test_what_was_deleted_is_had_back_from_its_version_and_put_again(
    s3_server: S3Server, s3_account: S3Account, large: Path, tmp_path: Path
) -> None:
    store, digest = S3Store(s3_account, part_bytes=PART), sha(large.read_bytes())
    version = store.put(KEY, large, digest).version_id
    s3_server.client.delete_object(Bucket=s3_account.bucket, Key=KEY)
    with pytest.raises(ObjectMissingError):
        store.read_back(KEY)
    assert store.fetch(KEY, tmp_path / "kept", version) == digest
    store.replace(KEY, tmp_path / "kept", digest)
    assert store.read_back(KEY) == digest


@pytest.mark.parametrize("request_", ["put_object", "complete_multipart_upload"])
def test_what_is_sent_again_because_its_answer_was_lost_is_stored_once(
    s3_server: S3Server, s3_account: S3Account, scan: Path, large: Path, monkeypatch: pytest.MonkeyPatch, request_: str
) -> None:
    store, file = S3Store(s3_account, part_bytes=PART), scan if request_ == "put_object" else large
    send = getattr(store._client, request_)

    def send_twice(**asked: Any) -> Any:
        send(**asked)
        return send(**asked)

    monkeypatch.setattr(store._client, request_, send_twice)
    digest = sha(file.read_bytes())
    assert store.put(KEY, file, digest).sha256 == digest
    assert len(versions(s3_server, s3_account.bucket)) == 1


def test_what_is_good_is_not_replaced(s3_server: S3Server, s3_account: S3Account, scan: Path) -> None:
    store = S3Store(s3_account)
    assert store.put(KEY, scan, sha(GOOD)) == store.replace(KEY, scan, sha(GOOD))
    assert len(versions(s3_server, s3_account.bucket)) == 1


def test_a_large_bad_object_is_replaced_in_parts(s3_server: S3Server, s3_account: S3Account, large: Path) -> None:
    store = S3Store(s3_account, part_bytes=PART)
    s3_server.client.put_object(Bucket=s3_account.bucket, Key=KEY, Body=b"bad")
    assert store.replace(KEY, large, sha(large.read_bytes())).size == large.stat().st_size
    assert store.read_back(KEY) == sha(large.read_bytes())


def test_nothing_is_replaced_where_no_versions_are_kept(s3_server: S3Server, scan: Path) -> None:
    bucket = f"plain{uuid4().hex}"
    s3_server.client.create_bucket(Bucket=bucket)
    s3_server.client.put_object(Bucket=bucket, Key=KEY, Body=b"bad")
    with pytest.raises(NotVersionedError):
        S3Store(s3_server.account(bucket)).replace(KEY, scan, sha(GOOD))


@pytest.mark.parametrize("size", [9, PART + 1])
def test_objects_are_encrypted_by_the_store_where_asked_for(
    s3_server: S3Server, s3_account: S3Account, scan: Path, size: int
) -> None:
    store = S3Store(replace(s3_account, encryption="sse-s3"), part_bytes=PART)
    scan.write_bytes(b"e" * size)
    store.put(KEY, scan, sha(b"e" * size))
    assert store.read_back(KEY) == sha(b"e" * size)
    answer = s3_server.client.get_object(Bucket=s3_account.bucket, Key=KEY)
    assert answer["ServerSideEncryption"] == "AES256"


class _Recorded(BaseHTTPRequestHandler):
    """An S3 server that answers from a list and remembers what was asked: for what the real one here cannot do."""

    protocol_version = "HTTP/1.1"
    answers: list[tuple[int, str]] = []  # noqa: RUF012 - set anew by each test
    asked: list[tuple[str, dict[str, str]]] = []  # noqa: RUF012 - as above

    def _reply(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append((self.command, {name.lower(): value for name, value in self.headers.items()}))
        status, code = self.answers.pop(0) if self.answers else (200, "")
        body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode() if code else b""
        self.send_response(status)
        size = "9" if self.command == "HEAD" else str(len(body))
        self.send_header("Content-Length", size)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_HEAD = _reply  # noqa: N815 - the names are the library's

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Recorded)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(_Recorded, "asked", [])

    def behave(*answers: tuple[int, str], tries: int = 1, **more: str) -> S3Store:
        monkeypatch.setattr(_Recorded, "answers", list(answers))
        account = S3Account("b", f"http://127.0.0.1:{server.server_port}", "us-east-1", "a", "b", **more)
        return S3Store(account, S3Patience(connect_s=1, read_s=2, tries=tries))

    yield behave
    server.shutdown()
    server.server_close()


def test_a_key_of_the_key_service_is_named_with_each_object(recorded: Any, scan: Path) -> None:
    """SeaweedFS without a key service answers such a request with an inner error."""
    recorded(encryption="sse-kms", kms_key="archive-key").put(KEY, scan, sha(GOOD))
    method, headers = _Recorded.asked[0]
    assert (method, headers["x-amz-server-side-encryption"]) == ("PUT", "aws:kms")
    assert headers["x-amz-server-side-encryption-aws-kms-key-id"] == "archive-key"
    assert headers["if-none-match"] == "*"
    assert headers["x-amz-checksum-sha256"]


def test_what_is_busy_is_asked_again_and_goes_well(recorded: Any, scan: Path) -> None:
    recorded((503, "SlowDown"), (500, "InternalError"), tries=3).put(KEY, scan, sha(GOOD))
    assert [method for method, _headers in _Recorded.asked] == ["PUT", "PUT", "PUT", "HEAD"]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "ExpiredToken", StoreKeyExpiredError),
        (403, "InvalidAccessKeyId", StoreAccessError),
        (400, "KMS.DisabledException", StoreAccessError),
        (301, "PermanentRedirect", StoreRegionError),
        (503, "SlowDown", StoreUnreachableError),
    ],
    ids=["expired", "unknown", "key-service", "region", "busy"],
)
def test_each_refusal_says_what_to_do(
    recorded: Any, scan: Path, status: int, code: str, error: type[StoreAccessError]
) -> None:
    with pytest.raises(error) as refused:
        recorded((status, code), (status, code)).put(KEY, scan, sha(GOOD))
    assert type(refused.value) is error
    assert "127.0.0.1" in str(refused.value)
    assert refused.value.remedy_text()
