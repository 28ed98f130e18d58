"""The settings of where archival objects rest."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from config.i18n import mark as _
from config.section import Section
from config.setting_values import SecretReference, StoreAddress


class PlaceSettings(Section):
    """Where objects rest, in a folder or a bucket; each place says which kinds it knows."""

    kind: str
    folder: Path
    bucket: str = Field("sohoa", description=_("S3 bucket."))
    endpoint: StoreAddress | None = Field(
        None, examples=["https://s3.example.vn"], description=_("S3 address; none means the provider's own.")
    )
    region: str = Field("us-east-1", description=_("S3 region."))
    access_key: SecretReference | None = Field(
        None, examples=["env:SOHOA_S3_ACCESS_KEY"], description=_("Reference to the access key: env:NAME or file:PATH.")
    )
    secret_key: SecretReference | None = Field(
        None,
        examples=["file:/etc/sohoa/s3-secret-key"],
        description=_("Reference to the secret key: env:NAME or file:PATH."),
    )
    encryption: Literal["none", "sse-s3", "sse-kms"] = Field(
        "none", description=_("Encryption that the S3 store is asked for with each object; none: as the bucket has it.")
    )
    kms_key: str = Field("", description=_("Id of the key for sse-kms; empty: the store's own."))
    lock: Literal["none", "governance", "compliance"] = Field(
        "none",
        description=_("Object lock put on objects once their retention period is known; needs a bucket made with it."),
    )


class StoreSettings(PlaceSettings):
    """Where archival objects rest."""

    kind: Literal["folder", "s3"] = Field("folder", description=_("folder on this machine, or s3."))
    folder: Path = Field(Path("store"), description=_("Folder of objects; relative to the home folder."))


class ReplicaSettings(PlaceSettings):
    """Where a second copy of each object rests."""

    kind: Literal["none", "folder", "s3"] = Field(
        "none", description=_("Second copy of each object: none, a folder on another medium, or s3.")
    )
    folder: Path = Field(Path("replica"), description=_("Folder of second copies; relative to the home folder."))


class FixitySettings(Section):
    """How often every stored byte is read again."""

    period_days: int = Field(
        365,
        ge=1,
        le=3 * 365,
        description=_("Days within which every copy is read again; the law wants all of them within three years."),
    )
    rate_mb_s: float = Field(
        20.0, gt=0, description=_("Most megabytes a second that are read for it, so that the line is not slowed.")
    )
