"""Sending objects to a bucket: in one request or in parts, each with its SHA-256, under a condition the store keeps.

The hash of a part is checked by the store when it arrives; the hash over all parts' hashes goes with the last request,
so that a part that was lost, doubled or put in the wrong order is refused. Parts that a killed process left are taken
away a day later.

Not every store keeps the condition on the last request of an upload in parts: SeaweedFS 4.48 looks and then writes, and
of two writers at once it tells both that they created the object (3 of 60 pairs; never for one request). So who sent
parts looks which versions came while it sent them, and who finds another beside its own takes its own away: who looked
first and saw nothing keeps the key, and where both saw the other nothing stays and the caller begins again.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from botocore.exceptions import ClientError

from config.errors import ChecksumRefusedError, StoreError
from storage.objects.s3_client import S3Account
from storage.objects.s3_errors import ALREADY_THERE, TRY_AGAIN, error_code, translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

NOTHING_THERE: Mapping[str, str] = {"IfNoneMatch": "*"}
"""The condition of write-once."""
ABANDONED = timedelta(days=1)
_MOST_PARTS = 10_000
_CONFLICT_TRIES = 4


@dataclass(frozen=True, slots=True)
class Created:
    """An object the store created; its version is None where the bucket keeps none."""

    version_id: str | None


class S3Uploads:
    """What sends objects to one bucket."""

    def __init__(self, client: "S3Client", account: S3Account, name: str, part_bytes: int) -> None:
        self._client = client
        self._bucket = account.bucket
        self._encrypting: dict[str, Any] = account.encrypting()
        self._name = name
        self._part_bytes = part_bytes

    def send(
        self, key: str, body: BinaryIO, size: int, sha256: str, condition: Mapping[str, str] = NOTHING_THERE
    ) -> Created | None:
        """Create an object; give None when the condition did not hold, or held for another at the same moment.

        Raise ChecksumRefusedError for other bytes.
        """
        if size <= self._part_bytes:
            return self.send_whole(key, body.read(), sha256, condition)
        return self._send_parts(key, body, size, sha256, condition)

    def send_whole(
        self, key: str, body: bytes, sha256: str, condition: Mapping[str, str] = NOTHING_THERE
    ) -> Created | None:
        """Create an object with one request; as `send`."""
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
                **self._encrypting,
                **dict(condition),  # type: ignore[arg-type] # names of conditions and their text
            ),
        )

    def take_away_abandoned(self, folder: str) -> int:
        """End uploads under a folder that began more than a day ago, by the store's own clock; give how many."""
        ended = 0
        with translated(self._name, self._bucket, folder):
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=f"{folder}/"
            )
            for page in pages:
                now = parsedate_to_datetime(page["ResponseMetadata"]["HTTPHeaders"]["date"])
                for upload in page.get("Uploads", ()):
                    if upload["Key"].startswith(f"{folder}/") and upload["Initiated"] < now - ABANDONED:
                        self._abort(upload["Key"], upload["UploadId"])
                        ended += 1
        return ended

    def _send_parts(
        self, key: str, body: BinaryIO, size: int, sha256: str, condition: Mapping[str, str]
    ) -> Created | None:
        with translated(self._name, self._bucket, key):
            upload = self._client.create_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                ChecksumAlgorithm="SHA256",
                ContentType=_content_type(key),
                **self._encrypting,
            )["UploadId"]
        created, must_be_new = None, condition == NOTHING_THERE
        try:
            known = self._versions(key) if must_be_new else set()
            parts, over_all = self._each_part(key, upload, body, size, sha256)
            created = self._create(
                key,
                lambda: self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=upload,
                    MultipartUpload={"Parts": parts},
                    ChecksumSHA256=over_all,
                    ChecksumType="COMPOSITE",
                    **dict(condition),  # type: ignore[arg-type] # names of conditions and their text
                ),
            )
        finally:
            if created is None:
                self._abort(key, upload)
        if created is not None and must_be_new and self._versions(key) - known != {created.version_id}:
            self._take_away(key, created)
            return None
        return created

    def _each_part(
        self, key: str, upload: str, body: BinaryIO, size: int, sha256: str
    ) -> "tuple[list[CompletedPartTypeDef], str]":
        """Send all parts; give what the last request names of each, and the hash over their hashes."""
        part_bytes = max(self._part_bytes, -(-size // _MOST_PARTS))
        whole, over_all = hashlib.sha256(), hashlib.sha256()
        parts: list[CompletedPartTypeDef] = []
        while chunk := body.read(part_bytes):
            whole.update(chunk)
            digest = hashlib.sha256(chunk).digest()
            over_all.update(digest)
            number, checksum = len(parts) + 1, _base64_of(digest)
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
        return parts, f"{_base64_of(over_all.digest())}-{len(parts)}"

    def _versions(self, key: str) -> set[str | None]:
        with translated(self._name, self._bucket, key):
            # Keys come in their order, so the versions of this one come before those of longer ones.
            versions = self._client.list_object_versions(Bucket=self._bucket, Prefix=key).get("Versions", [])
        return {version_of(version) for version in versions if version["Key"] == key}

    def _take_away(self, key: str, created: Created) -> None:
        """Delete what this writer created a moment ago, and nothing else: a store without versions keeps all."""
        if created.version_id is not None:
            with translated(self._name, self._bucket, key):
                self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=created.version_id)

    def _create(self, key: str, request: Callable[[], Any]) -> Created | None:
        """Send a request that creates the key; give None when its condition does not hold."""
        with translated(self._name, self._bucket, key):
            for last in (*[False] * (_CONFLICT_TRIES - 1), True):
                try:
                    answer = request()
                except ClientError as err:
                    # A try whose answer was lost also ends here: the caller compares the bytes.
                    if error_code(err) in ALREADY_THERE:
                        return None
                    if error_code(err) not in TRY_AGAIN or last:
                        raise
                else:
                    return Created(version_of(answer))
        return None

    def _abort(self, key: str, upload: str) -> None:
        # Parts left behind cost space, not truth; the error on its way out matters more than this one.
        with suppress(StoreError), translated(self._name, self._bucket, key):
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)


def version_of(answer: Mapping[str, Any]) -> str | None:
    """Give the version an answer names; None where the bucket keeps none."""
    version = answer.get("VersionId")
    return None if version in {None, "null"} else str(version)


def _base64_of(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _content_type(key: str) -> str:
    return "application/pdf" if key.endswith(".pdf") else "application/octet-stream"
