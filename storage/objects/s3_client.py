"""Where a bucket is, who we are there, how long we wait, and the boto3 client that comes of it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.handlers import add_expect_header

from config.errors import SettingsError
from config.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ENCRYPTIONS = {"none": "", "sse-s3": "AES256", "sse-kms": "aws:kms"}
"""What a store is asked for by the words of the settings."""
LOCKS = {"none": "", "governance": "GOVERNANCE", "compliance": "COMPLIANCE"}


@dataclass(frozen=True, slots=True)
class S3Account:
    """Where the bucket is and who we are there; without keys boto3 finds its own (instance role, profile).

    `encryption`, `kms_key` and `lock` are as the settings have them; `section` is where they stand.
    """

    bucket: str
    endpoint: str | None
    region: str
    access_key: str | None = field(repr=False)
    secret_key: str | None = field(repr=False)
    encryption: str = "none"
    kms_key: str = ""
    lock: str = "none"
    section: str = "store"

    def encrypting(self) -> dict[str, str]:
        """Give what a request says that creates an object, so that the store encrypts it."""
        asked = ENCRYPTIONS[self.encryption]
        if not asked:
            return {}
        key = {"SSEKMSKeyId": self.kms_key} if self.encryption == "sse-kms" and self.kms_key else {}
        return {"ServerSideEncryption": asked, **key}


@dataclass(frozen=True, slots=True)
class S3Patience:
    """How long and how often an answer is waited for; between tries the wait doubles, with some chance in it."""

    connect_s: float = 5.0
    read_s: float = 60.0
    tries: int = 4


def open_client(account: S3Account, patience: S3Patience) -> "S3Client":
    """Give the client. Raise SettingsError for an address that cannot be one."""
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
        client = session.client("s3", endpoint_url=account.endpoint, config=config)
    except ValueError as err:
        raise SettingsError(file=SETTINGS_FILE, key=f"{account.section}.endpoint", cause=err) from err
    # A client that asks to be told to go on (`Expect: 100-continue`) reads without end, at full speed and past every
    # time-out, where the connection breaks within the answer (botocore 1.44, AWSConnection._consume_headers).
    client.meta.events.unregister("before-call.s3", add_expect_header)
    return client
