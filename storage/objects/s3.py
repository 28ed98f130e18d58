"""A store behind the S3 API.

Write-once is asked of the store itself (`If-None-Match: *` on puts and on the end of multipart uploads), so two
machines cannot overwrite each other; `check()` finds stores that ignore the question.
"""

import hashlib
import os
import random
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import uuid4

from botocore.exceptions import ClientError

from config.errors import (
    BucketMissingError,
    NotLockableError,
    NotVersionedError,
    NotWriteOnceError,
    ObjectMissingError,
    StoreError,
    WriteOnceError,
)
from config.i18n import mark as _
from storage.objects import disk
from storage.objects.digest import copy_hashed, hash_stream, sync_folder
from storage.objects.keys import check_key
from storage.objects.model import ListedObject, StoredReceipt
from storage.objects.s3_client import LOCKS, S3Account, S3Patience, open_client
from storage.objects.s3_errors import translated
from storage.objects.s3_upload import NOTHING_THERE, Created, S3Uploads, version_of

PART_BYTES = 16 << 20
"""Files up to here go in one request; larger ones in parts of at least this size."""
PAGE_KEYS = 1000
"""Keys asked for at a time; no store gives more."""
_TIE_WAITS_S = (0.5, 1.0, 2.0, 0.0)
"""The longest of the waits, each drawn anew, after which a writer that tied with another begins again."""
_PROBE_NAME = "_check/write-once"
_PROBE = b"sohoa"
_NO_LOCK = _("the bucket was created without object lock")


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
        self._lock = LOCKS[account.lock]
        self._part_bytes = part_bytes
        self._page_keys = page_keys
        with translated(self._name, account.bucket, account.bucket):
            self._client = open_client(account, patience or S3Patience())
        self._uploads = S3Uploads(self._client, account, self._name, part_bytes)

    @property
    def name(self) -> str:
        """The address with the bucket."""
        return self._name

    @property
    def locks(self) -> bool:
        """Whether objects are to be locked here."""
        return bool(self._lock)

    def put(self, key: str, source: Path, sha256: str) -> StoredReceipt:
        """Store a file; see ObjectStore."""
        check_key(key)
        with disk.translated(self._name, key):
            size = source.stat().st_size
            for longest_wait in _TIE_WAITS_S:
                # A large upload is not begun for a key that is taken; the last request asks again.
                is_taken = size > self._part_bytes and self.exists(key)
                with source.open("rb") as body:
                    created = None if is_taken else self._uploads.send(key, body, size, sha256)
                if created or self._holds(key, sha256):
                    return self._receipt(key, sha256, size, created)
                time.sleep(random.uniform(0, longest_wait))  # noqa: S311 - it only sets two writers apart
        raise ObjectMissingError(key=key)

    def replace(self, key: str, source: Path, sha256: str) -> StoredReceipt:
        """Put a good copy over a bad or missing one, as a new version; see ObjectStore."""
        check_key(key)
        self._ensure_versions()
        found, created = self._found(key), None
        if found is None or self.read_back(key) != sha256:
            condition = NOTHING_THERE if found is None else {"IfMatch": found["ETag"]}
            with disk.translated(self._name, key), source.open("rb") as body:
                created = self._uploads.send(key, body, source.stat().st_size, sha256, condition)
            if created is None and not self._holds(key, sha256):
                raise ObjectMissingError(key=key)
        return self._receipt(key, sha256, source.stat().st_size, created)

    def lock(self, key: str, version_id: str | None, until: datetime) -> datetime | None:
        """Lock one version of an object; see ObjectStore."""
        if not self._lock:
            return None
        # SeaweedFS takes a retention for a bucket without object lock too, and whether it keeps it nobody says.
        self._ensure_lockable()
        which: dict[str, Any] = {"Bucket": self._bucket, "Key": key}
        which |= {"VersionId": version_id} if version_id else {}
        with translated(self._name, self._bucket, key):
            present: datetime | None = self._client.head_object(**which).get("ObjectLockRetainUntilDate")
            if present is not None and present >= until:
                return present
            self._client.put_object_retention(
                **which, Retention={"Mode": cast("Any", self._lock), "RetainUntilDate": until}
            )
        return until

    def fetch(self, key: str, target: Path, version_id: str | None = None) -> str:
        """Copy an object to a file; see ObjectStore."""
        temporary = target.with_name(f".{uuid4().hex}.part")
        with disk.translated(self._name, key), self._body(key, version_id) as body:
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
        return self._found(key) is not None

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
        """See that the bucket answers, keeps versions, refuses to overwrite, and locks if it is to; see ObjectStore."""
        self._head_bucket()
        key, digest = f"{environment}/{_PROBE_NAME}", hashlib.sha256(_PROBE).hexdigest()
        if self._uploads.send_whole(key, _PROBE, digest) and self._uploads.send_whole(key, _PROBE, digest):
            raise NotWriteOnceError(store=self._name)
        self._ensure_versions()
        if self._lock:
            self._ensure_lockable()
        # What a key may not list it cannot tidy either; that is no fault of the store.
        with suppress(StoreError):
            self._uploads.take_away_abandoned(environment)

    def _ensure_versions(self) -> None:
        with translated(self._name, self._bucket, self._bucket):
            versioning = self._client.get_bucket_versioning(Bucket=self._bucket)
        if versioning.get("Status") != "Enabled":
            raise NotVersionedError(store=self._name)

    def _ensure_lockable(self) -> None:
        with translated(self._name, self._bucket, self._bucket):
            try:
                self._client.get_object_lock_configuration(Bucket=self._bucket)
            except ClientError as err:
                if err.response.get("Error", {}).get("Code") != "ObjectLockConfigurationNotFoundError":
                    raise
                raise NotLockableError(store=self._name, cause=_NO_LOCK) from err

    def _holds(self, key: str, sha256: str) -> bool:
        """Tell whether these bytes stand under a key, or nothing does. Raise WriteOnceError where others do."""
        try:
            found = self.read_back(key)
        except ObjectMissingError:
            return False
        if found != sha256:
            raise WriteOnceError(key=key)
        return True

    def _receipt(self, key: str, sha256: str, size: int, created: Created | None) -> StoredReceipt:
        """Tell what stands under a key: the version just created, or the one that was there."""
        head = self._head(key, created.version_id if created else None)
        if head["ContentLength"] != size:
            raise WriteOnceError(key=key)
        retention: datetime | None = head.get("ObjectLockRetainUntilDate")
        return StoredReceipt(
            key=key,
            sha256=sha256,
            size=size,
            version_id=version_of(head),
            retention_until=retention,
        )

    def _found(self, key: str) -> dict[str, Any] | None:
        try:
            return self._head(key)
        except ObjectMissingError:
            return None

    def _head(self, key: str, version_id: str | None = None) -> dict[str, Any]:
        version: dict[str, Any] = {"VersionId": version_id} if version_id else {}
        try:
            with translated(self._name, self._bucket, key):
                return cast("dict[str, Any]", self._client.head_object(Bucket=self._bucket, Key=key, **version))
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
    def _body(self, key: str, version_id: str | None = None) -> Iterator[BinaryIO]:
        check_key(key)
        version: dict[str, Any] = {"VersionId": version_id} if version_id else {}
        with translated(self._name, self._bucket, key):
            answer = self._client.get_object(Bucket=self._bucket, Key=key, **version)
            with closing(answer["Body"]) as body:
                yield cast("BinaryIO", body)
