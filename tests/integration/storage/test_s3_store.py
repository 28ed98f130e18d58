import hashlib
import socket
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from config.errors import (
    BucketMissingError,
    ChecksumRefusedError,
    NotVersionedError,
    NotWriteOnceError,
    ObjectMissingError,
    ReadBackError,
    SettingsError,
    StoreAccessError,
    StoreClockError,
    StoreError,
    StoreUnreachableError,
    UnsafeKeyError,
    WriteOnceError,
)
from config.settings import Settings
from config.store_settings import StoreSettings
from storage.objects import open_store
from storage.objects.s3 import S3Store
from storage.objects.s3_client import S3Account, S3Patience
from tests.services import S3Server, free_port

pytestmark = pytest.mark.needs("s3")

KEY = "test/H41/2025/018f3f3e-7b7a-7000-8000-000000000001/v1/hồ-sơ.1.pdf"
PART = 5 << 20
HASTE = S3Patience(connect_s=1, read_s=2, tries=1)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def store(s3_account: S3Account) -> S3Store:
    return S3Store(s3_account, part_bytes=PART)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF scan")
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.pdf"
    path.write_bytes(bytes(range(256)) * 4 * 11_000)
    assert path.stat().st_size > 2 * PART
    return path


def test_an_object_is_stored_with_its_version_and_reads_back(store: S3Store, scan: Path, tmp_path: Path) -> None:
    receipt = store.put(KEY, scan, sha(b"%PDF scan"))
    assert (receipt.key, receipt.sha256, receipt.size) == (KEY, sha(b"%PDF scan"), 9)
    assert receipt.version_id
    assert receipt.retention_until is None
    assert store.exists(KEY)
    assert store.read_back(KEY) == receipt.sha256
    assert store.fetch(KEY, tmp_path / "copy") == receipt.sha256
    assert (tmp_path / "copy").read_bytes() == b"%PDF scan"


def test_the_same_bytes_again_make_no_new_version(store: S3Store, scan: Path) -> None:
    first = store.put(KEY, scan, sha(b"%PDF scan"))
    assert store.put(KEY, scan, sha(b"%PDF scan")) == first


@pytest.mark.parametrize("size", [9, PART + 1])
def test_other_bytes_under_one_key_are_refused(store: S3Store, scan: Path, size: int) -> None:
    store.put(KEY, scan, sha(b"%PDF scan"))
    scan.write_bytes(b"o" * size)
    with pytest.raises(WriteOnceError):
        store.put(KEY, scan, sha(b"o" * size))
    assert store.read_back(KEY) == sha(b"%PDF scan")


def test_a_large_file_goes_in_parts_and_keeps_write_once(
    store: S3Store, large: Path, s3_account: S3Account, s3_server: S3Server
) -> None:
    digest = sha(large.read_bytes())
    first = store.put(KEY, large, digest)
    assert first.size == large.stat().st_size
    assert store.read_back(KEY) == digest
    assert store.put(KEY, large, digest) == first
    assert s3_server.client.head_object(Bucket=s3_account.bucket, Key=KEY)["ETag"].endswith('-3"')


@pytest.mark.parametrize("size", [10, PART + 10])
def test_bytes_that_are_not_those_announced_are_not_stored(
    store: S3Store, scan: Path, size: int, s3_account: S3Account, s3_server: S3Server
) -> None:
    scan.write_bytes(b"x" * size)
    with pytest.raises(ChecksumRefusedError):
        store.put(KEY, scan, sha(b"something else"))
    assert not store.exists(KEY)
    assert not s3_server.client.list_multipart_uploads(Bucket=s3_account.bucket).get("Uploads")


def test_what_is_not_there_is_said_so(store: S3Store, tmp_path: Path) -> None:
    assert not store.exists(KEY)
    with pytest.raises(ObjectMissingError):
        store.read_back(KEY)
    with pytest.raises(ObjectMissingError):
        store.fetch(KEY, tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_unsafe_keys_are_refused_everywhere(store: S3Store, scan: Path, tmp_path: Path) -> None:
    for attempt in (
        lambda: store.put("../x", scan, sha(b"%PDF scan")),
        lambda: store.read_back("a//b"),
        lambda: store.exists("/a"),
        lambda: store.fetch("a\nb", tmp_path / "copy"),
    ):
        with pytest.raises(UnsafeKeyError):
            attempt()


def test_a_bucket_with_object_lock_tells_how_long_it_keeps(s3_server: S3Server, scan: Path) -> None:
    bucket = s3_server.create_locked_bucket()
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 2}}
    s3_server.client.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    receipt = S3Store(s3_server.account(bucket)).put(KEY, scan, sha(b"%PDF scan"))
    assert receipt.retention_until is not None
    assert timedelta(days=1) < receipt.retention_until - datetime.now(UTC) < timedelta(days=3)


def test_check_passes_again_and_again(store: S3Store) -> None:
    store.check("test")
    store.check("test")


def test_a_bucket_that_is_missing_is_named(s3_account: S3Account, scan: Path) -> None:
    store = S3Store(replace(s3_account, bucket="no-such-bucket"))
    for attempt in (
        lambda: store.check("test"),
        lambda: store.exists(KEY),
        lambda: store.read_back(KEY),
        lambda: store.put(KEY, scan, sha(b"%PDF scan")),
    ):
        with pytest.raises(BucketMissingError, match="no-such-bucket"):
            attempt()


@pytest.mark.parametrize("change", [{"secret_key": "wrong"}, {"access_key": "nobody"}], ids=str)
def test_a_wrong_key_or_secret_is_an_access_error(s3_account: S3Account, scan: Path, change: dict[str, str]) -> None:
    store = S3Store(replace(s3_account, **change))
    with pytest.raises(StoreAccessError):
        store.check("test")
    with pytest.raises(StoreAccessError):
        store.put(KEY, scan, sha(b"%PDF scan"))


def test_a_clock_that_is_wrong_is_told_from_a_wrong_key(
    store: S3Store, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = datetime.now(UTC) - timedelta(hours=2)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_args, **_kwargs: late.replace(tzinfo=None))
    with pytest.raises(StoreClockError):
        store.put(KEY, scan, sha(b"%PDF scan"))


def test_nobody_listening_is_unreachable(scan: Path) -> None:
    account = S3Account("sohoa", f"http://127.0.0.1:{free_port()}", "us-east-1", "a", "b")
    store = S3Store(account, HASTE)
    for attempt in (lambda: store.check("test"), lambda: store.put(KEY, scan, sha(b"%PDF scan"))):
        with pytest.raises(StoreUnreachableError, match=r"127\.0\.0\.1") as silent:
            attempt()
        assert "Could not connect" not in str(silent.value)


def test_an_address_that_cannot_be_is_an_error_of_the_settings() -> None:
    with pytest.raises(SettingsError, match=r"store\.endpoint"):
        S3Store(S3Account("sohoa", "not an address", "us-east-1", "a", "b"), HASTE)


def test_a_host_nobody_knows_is_unreachable() -> None:
    with pytest.raises(StoreUnreachableError):
        S3Store(S3Account("sohoa", "http://host.invalid:1", "us-east-1", "a", "b"), HASTE).check("test")


def test_settings_ask_for_the_bucket(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("S3_SECRET", s3_server.secret_key)
    (tmp_path / "key").write_text(s3_server.access_key)
    settings = Settings(
        home=tmp_path,
        store=StoreSettings(
            kind="s3",
            bucket=s3_server.create_bucket(),
            endpoint=s3_server.endpoint,
            access_key=f"file:{tmp_path / 'key'}",
            secret_key="env:S3_SECRET",
        ),
    )
    store = open_store(settings)
    store.check("test")
    assert s3_server.endpoint in store.name


def test_secrets_do_not_show_in_what_is_printed(s3_account: S3Account) -> None:
    assert s3_account.secret_key
    assert s3_account.secret_key not in repr(s3_account)


class _Sloppy(BaseHTTPRequestHandler):
    """An S3 server that overwrites, cuts its answers short, and garbles: what some stores or networks do."""

    protocol_version = "HTTP/1.1"
    answer = b"ok"
    announced = 2
    status = 200
    headers_out: dict[str, str] = {}  # noqa: RUF012 - set anew by each test

    def _reply(self, body: bytes) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.status)
        for name, value in self.headers_out.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(self.announced if body else 0))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = bool(body) and self.announced > len(body)

    def do_GET(self) -> None:
        self._reply(self.answer)

    def do_PUT(self) -> None:
        self._reply(self.answer if self.status != 200 else b"")

    def do_HEAD(self) -> None:
        self._reply(b"")

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def sloppy(monkeypatch: pytest.MonkeyPatch) -> Any:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sloppy)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def behave(answer: bytes, announced: int | None = None, status: int = 200, **headers: str) -> S3Store:
        monkeypatch.setattr(_Sloppy, "answer", answer)
        monkeypatch.setattr(_Sloppy, "announced", len(answer) if announced is None else announced)
        monkeypatch.setattr(_Sloppy, "status", status)
        monkeypatch.setattr(_Sloppy, "headers_out", {k.replace("_", "-"): v for k, v in headers.items()})
        return S3Store(S3Account("b", f"http://127.0.0.1:{server.server_port}", "us-east-1", "a", "b"), HASTE)

    yield behave
    server.shutdown()
    server.server_close()


def test_a_store_that_ignores_if_none_match_is_found_by_check(sloppy: Any) -> None:
    with pytest.raises(NotWriteOnceError):
        sloppy(b"").check("test")


def test_an_answer_that_breaks_off_is_unreachable_and_no_file_appears(sloppy: Any, tmp_path: Path) -> None:
    store = sloppy(b"half", announced=1000)
    with pytest.raises(StoreUnreachableError):
        store.fetch(KEY, tmp_path / "copy")
    with pytest.raises(StoreUnreachableError):
        store.read_back(KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_breaks_within_the_leave_to_go_on_does_not_hold_a_put_for_ever(scan: Path) -> None:
    def answer(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection:
                    connection.recv(1 << 16)
                    connection.sendall(b"HTTP/1.1 100 Continue\r\nConnec")

    def put() -> None:
        store = S3Store(S3Account("b", f"http://127.0.0.1:{port}", "us-east-1", "a", "b"), HASTE)
        try:
            store.put(KEY, scan, sha(b"%PDF scan"))
        except StoreError as err:
            refused.append(type(err))

    refused: list[type[StoreError]] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        putting = threading.Thread(target=put, daemon=True)
        putting.start()
        putting.join(20)
    assert refused == [StoreUnreachableError]


def test_bytes_garbled_on_the_way_back_are_found(sloppy: Any) -> None:
    with pytest.raises(ReadBackError):
        sloppy(b"garbled", x_amz_checksum_crc32="AAAAAA==").read_back(KEY)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "AuthorizationHeaderMalformed", "store_region"),
        (403, "AccessDenied", "store_access"),
        (403, "RequestTimeTooSkewed", "store_clock"),
        (503, "SlowDown", "store_unreachable"),
        (507, "InsufficientStorage", "disk_full"),
        (400, "XAmzContentSHA256Mismatch", "store_checksum"),
        (409, "ConditionalRequestConflict", "store"),
        (418, "Teapot", "store"),
    ],
)
def test_refusals_have_their_own_errors(sloppy: Any, scan: Path, status: int, code: str, error: str) -> None:
    body = f"<Error><Code>{code}</Code><Message>no</Message><Region>x</Region></Error>".encode()
    with pytest.raises(StoreError) as refused:
        sloppy(body, status=status).put(KEY, scan, sha(b"%PDF scan"))
    assert refused.value.code == error


def test_keys_in_a_folder_are_listed_page_by_page_and_from_a_key_on(s3_account: S3Account, scan: Path) -> None:
    store = S3Store(s3_account, page_keys=2)
    wanted = ["test/a/1.json", "test/a/1.p7s", "test/a/10.json", "test/a/2.json", "test/a/3.json"]
    for key in (*reversed(wanted), "test/a/b/1", "test/a-b/1", "test/ab", "testament/1", "production/a/1"):
        store.put(key, scan, sha(b"%PDF scan"))
    assert list(store.keys("test/a")) == wanted
    assert list(store.keys("test/a", after=wanted[1])) == wanted[2:]
    assert list(store.keys("test/none")) == []


def test_everything_below_a_folder_is_listed_page_by_page_with_its_size(s3_account: S3Account, scan: Path) -> None:
    store = S3Store(s3_account, page_keys=2)
    wanted = ["test/a/2025/r1/v1/c.1.pdf", "test/a/2025/r1/v10/c.1.pdf", "test/a/2025/r1/v2/c.1.pdf"]
    for key in (*reversed(wanted), "test/a/2026/r1/v1/c.1.pdf", "test/b/2025/r1/v1/c.1.pdf"):
        store.put(key, scan, sha(b"%PDF scan"))
    assert [(listed.key, listed.size) for listed in store.listing("test/a/2025")] == [(key, 9) for key in wanted]
    assert sorted(store.folders("test/a")) == ["2025", "2026"]
    assert [*store.listing("test/none"), *store.folders("test/none")] == []


def test_a_bucket_that_is_gone_is_told_when_its_keys_are_listed(s3_account: S3Account) -> None:
    with pytest.raises(BucketMissingError):
        list(S3Store(replace(s3_account, bucket="none-" + uuid4().hex)).keys("test"))


def test_check_writes_nothing_outside_its_environment(
    store: S3Store, s3_account: S3Account, s3_server: S3Server
) -> None:
    """An access key may be kept to one environment's folder."""
    store.check("production")
    listed = s3_server.client.list_objects_v2(Bucket=s3_account.bucket)["Contents"]
    assert [entry["Key"] for entry in listed] == ["production/_check/write-once"]


def test_a_bucket_without_versions_is_refused(s3_server: S3Server) -> None:
    bucket = f"plain{uuid4().hex}"
    s3_server.client.create_bucket(Bucket=bucket)
    with pytest.raises(NotVersionedError):
        S3Store(s3_server.account(bucket)).check("test")
