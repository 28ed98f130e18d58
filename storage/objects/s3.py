"""A store behind the S3 API; the only module that speaks boto3.

Write-once is asked of the store itself (`If-None-Match: *` on puts and on the end of multipart uploads), so two
machines cannot overwrite each other; `check()` finds stores that ignore the question.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from config.errors import (
    BucketMissingError,
    ChecksumRefusedError,
    NotVersionedError,
    NotWriteOnceError,
    ObjectMissingError,
    SettingsError,
    StoreError,
    WriteOnceError,
)
from config.settings import SETTINGS_FILE
from storage.objects import disk
from storage.objects.digest import copy_hashed, hash_stream, sync_folder
from storage.objects.keys import check_key
from storage.objects.model import ListedObject, StoredReceipt
from storage.objects.s3_errors import ALREADY_THERE, TRY_AGAIN, error_code, translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 16 << 20
"""Files up to here go in one request; larger ones in parts of at least this size."""
PAGE_KEYS = 1000
"""Keys asked for at a time; no store gives more."""
_MOST_PARTS = 10_000
_CONFLICT_TRIES = 4
_PROBE_NAME = "_check/write-once"
_PROBE = b"sohoa"


@dataclass(frozen=True, slots=True)
class S3Account:
    """Where the bucket is and who we are there; without keys boto3 finds its own (instance role, profile)."""

    bucket: str
    endpoint: str | None
    region: str
    access_key: str | None = field(repr=False)
    secret_key: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class S3Patience:
    """How long and how often an answer is waited for."""

    connect_s: float = 5.0
    read_s: float = 60.0
    tries: int = 4


class S3Store:
    """Objects in one bucket. Threads may share it."""

    def __init__(
        self,
        account: S3Account,
        patience: S3Patience | None = None,
        part_bytes: int = PART_BYTES,
        page_keys: int = PAGE_KEYS,
    ) -> None:
        self._bucket = account.bucket
        self._name = f"{account.endpoint or 's3'}/{account.bucket}"
        self._part_bytes = part_bytes
        self._page_keys = page_keys
        with translated(self._name, account.bucket, account.bucket):
            self._client = _client(account, patience or S3Patience())

    @property
    def name(self) -> str:
        """The address with the bucket."""
        return self._name

    def put(self, key: str, source: Path, sha256: str) -> StoredReceipt:
        """Store a file; see ObjectStore."""
        check_key(key)
        with disk.translated(self._name, key):
            size = source.stat().st_size
            with source.open("rb") as body:
                if size <= self._part_bytes:
                    created = self._put_whole(key, body.read(), sha256)
                else:
                    created = self._put_parts(key, body, size, sha256)
        if not created and self.read_back(key) != sha256:
            raise WriteOnceError(key=key)
        return self._receipt(key, sha256, size)

    def fetch(self, key: str, target: Path) -> str:
        """Copy an object to a file; see ObjectStore."""
        temporary = target.with_name(f".{uuid4().hex}.part")
        with disk.translated(self._name, key), self._body(key) as body:
            try:
                with temporary.open("xb") as copy:
                    sha256, _size = copy_hashed(body, copy)
                    copy.flush()
                    os.fsync(copy.fileno())
                temporary.replace(target)
                sync_folder(target.parent)
            finally:
                temporary.unlink(missing_ok=True)
        return sha256

    def read_back(self, key: str) -> str:
        """Give the hash of what the store sends; see ObjectStore."""
        with self._body(key) as body:
            return hash_stream(body)

    def exists(self, key: str) -> bool:
        """Tell whether something is stored under a key."""
        check_key(key)
        try:
            self._head(key)
        except ObjectMissingError:
            return False
        return True

    def keys(self, folder: str, after: str = "") -> Iterator[str]:
        """Give the keys directly in a folder, asked for page by page; see ObjectStore."""
        check_key(folder)
        with translated(self._name, self._bucket, folder):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket,
                Prefix=f"{folder}/",
                Delimiter="/",
                StartAfter=after,
                PaginationConfig={"PageSize": self._page_keys},
            )
            for page in pages:
                for entry in page.get("Contents", ()):
                    yield entry["Key"]

    def folders(self, folder: str) -> Iterator[str]:
        """Give the names of the folders directly in a folder; see ObjectStore."""
        check_key(folder)
        with translated(self._name, self._bucket, folder):
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=f"{folder}/", Delimiter="/", PaginationConfig={"PageSize": self._page_keys}
            ):
                yield from (part["Prefix"].split("/")[-2] for part in page.get("CommonPrefixes", ()))

    def listing(self, folder: str) -> Iterator[ListedObject]:
        """Give every object below a folder, asked for page by page; see ObjectStore."""
        check_key(folder)
        with translated(self._name, self._bucket, folder):
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=f"{folder}/", PaginationConfig={"PageSize": self._page_keys}
            ):
                yield from (ListedObject(entry["Key"], entry["Size"]) for entry in page.get("Contents", ()))

    def check(self, environment: str) -> None:
        """See that the bucket answers, keeps versions and refuses to overwrite one tiny object; see ObjectStore."""
        self._head_bucket()
        key, digest = f"{environment}/{_PROBE_NAME}", hashlib.sha256(_PROBE).hexdigest()
        if self._put_whole(key, _PROBE, digest) and self._put_whole(key, _PROBE, digest):
            raise NotWriteOnceError(store=self._name)
        with translated(self._name, self._bucket, self._bucket):
            versioning = self._client.get_bucket_versioning(Bucket=self._bucket)
        if versioning.get("Status") != "Enabled":
            raise NotVersionedError(store=self._name)

    def _put_whole(self, key: str, body: bytes, sha256: str) -> bool:
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ChecksumRefusedError(key=key)
        return self._create(
            key,
            lambda: self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ChecksumSHA256=_base64_of(bytes.fromhex(sha256)),
                ContentType=_content_type(key),
                IfNoneMatch="*",
            ),
        )

    def _put_parts(self, key: str, body: BinaryIO, size: int, sha256: str) -> bool:
        # A large upload is not begun for a key that is taken; the last request asks again.
        if self.exists(key):
            return False
        with translated(self._name, self._bucket, key):
            upload = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=key, ChecksumAlgorithm="SHA256", ContentType=_content_type(key)
            )["UploadId"]
        created = False
        try:
            parts = self._send_parts(key, upload, body, size, sha256)
            created = self._create(
                key,
                lambda: self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=upload,
                    MultipartUpload={"Parts": parts},
                    IfNoneMatch="*",
                ),
            )
        finally:
            if not created:
                self._abort(key, upload)
        return created

    def _send_parts(
        self, key: str, upload: str, body: BinaryIO, size: int, sha256: str
    ) -> "list[CompletedPartTypeDef]":
        part_bytes = max(self._part_bytes, -(-size // _MOST_PARTS))
        whole = hashlib.sha256()
        parts: list[CompletedPartTypeDef] = []
        while chunk := body.read(part_bytes):
            whole.update(chunk)
            checksum = _base64_of(hashlib.sha256(chunk).digest())
            number = len(parts) + 1
            with translated(self._name, self._bucket, key):
                answer = self._client.upload_part(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=upload,
                    PartNumber=number,
                    Body=chunk,
                    ChecksumSHA256=checksum,
                )
            parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum})
        if whole.hexdigest() != sha256:
            raise ChecksumRefusedError(key=key)
        return parts

    def _create(self, key: str, request: Callable[[], object]) -> bool:
        """Send a request that creates the key; give False when something stands there already."""
        with translated(self._name, self._bucket, key):
            for last in (*[False] * (_CONFLICT_TRIES - 1), True):
                try:
                    request()
                except ClientError as err:
                    # A try whose answer was lost also ends here: the caller compares the bytes.
                    if error_code(err) in ALREADY_THERE:
                        return False
                    if error_code(err) not in TRY_AGAIN or last:
                        raise
                else:
                    return True
        return False

    def _abort(self, key: str, upload: str) -> None:
        # Parts left behind cost space, not truth; the error on its way out matters more than this one.
        with suppress(StoreError), translated(self._name, self._bucket, key):
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)

    def _receipt(self, key: str, sha256: str, size: int) -> StoredReceipt:
        head = self._head(key)
        if head["ContentLength"] != size:
            raise WriteOnceError(key=key)
        retention: datetime | None = head.get("ObjectLockRetainUntilDate")
        version = head.get("VersionId")
        return StoredReceipt(
            key=key,
            sha256=sha256,
            size=size,
            version_id=None if version in {None, "null"} else str(version),
            retention_until=retention,
        )

    def _head(self, key: str) -> dict[str, Any]:
        try:
            with translated(self._name, self._bucket, key):
                return cast("dict[str, Any]", self._client.head_object(Bucket=self._bucket, Key=key))
        except ObjectMissingError:
            # HEAD answers have no body: a missing bucket looks like a missing object.
            self._head_bucket()
            raise

    def _head_bucket(self) -> None:
        try:
            with translated(self._name, self._bucket, self._bucket):
                self._client.head_bucket(Bucket=self._bucket)
        except ObjectMissingError as err:
            raise BucketMissingError(store=self._name, bucket=self._bucket) from err

    @contextmanager
    def _body(self, key: str) -> Iterator[BinaryIO]:
        check_key(key)
        with translated(self._name, self._bucket, key):
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            with closing(answer["Body"]) as body:
                yield cast("BinaryIO", body)


def _client(account: S3Account, patience: S3Patience) -> "S3Client":
    session = boto3.session.Session(
        aws_access_key_id=account.access_key,
        aws_secret_access_key=account.secret_key,
        region_name=account.region,
    )
    config = Config(
        signature_version="s3v4",
        connect_timeout=patience.connect_s,
        read_timeout=patience.read_s,
        retries={"mode": "standard", "total_max_attempts": patience.tries},
        s3={"addressing_style": "path" if account.endpoint else "auto"},
        max_pool_connections=32,
    )
    try:
        return session.client("s3", endpoint_url=account.endpoint, config=config)
    except ValueError as err:
        raise SettingsError(file=SETTINGS_FILE, key="store.endpoint", cause=err) from err


def _base64_of(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _content_type(key: str) -> str:
    return "application/pdf" if key.endswith(".pdf") else "application/octet-stream"
