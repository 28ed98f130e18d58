"""What an S3 store's refusals and silences mean, in this program's errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    FlexibleChecksumError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from config.errors import (
    BucketMissingError,
    ChecksumRefusedError,
    DiskFullError,
    ObjectMissingError,
    ReadBackError,
    StoreAccessError,
    StoreClockError,
    StoreError,
    StoreKeyExpiredError,
    StoreRegionError,
    StoreUnreachableError,
)
from config.i18n import mark as _

ALREADY_THERE = frozenset({"PreconditionFailed", "412"})
"""Something stands under the key."""
TRY_AGAIN = frozenset({"ConditionalRequestConflict", "OperationAborted", "409"})
"""Another writer is at this key at this moment."""

_ACCESS = {
    "403",
    "401",
    "AccessDenied",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "InvalidToken",
    "InvalidSecurity",
}
_KEY_OF_ENCRYPTION = "KMS."
"""How every refusal of the service that keeps the encryption key begins."""
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"}
_CLOCK = {"RequestTimeTooSkewed", "RequestExpired", "InvalidSignatureDate"}
_REGION = {
    "301",
    "307",
    "PermanentRedirect",
    "TemporaryRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
}
_CHECKSUM = {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}
_FULL = {"507", "InsufficientStorage", "XMinioStorageFull", "QuotaExceeded", "QuotaExceededException"}
_MISSING = {"404", "NoSuchKey", "NoSuchVersion"}
_SILENCES: dict[type[BotoCoreError], str] = {
    SSLError: _("its certificate is not trusted, or the connection is not encrypted as it must be"),
    ProxyConnectionError: _("the proxy on the way to it does not let us through"),
    ConnectTimeoutError: _("no answer in time"),
    ReadTimeoutError: _("no answer in time"),
    ConnectionClosedError: _("the connection was refused or cut"),
    EndpointConnectionError: _("nothing answers at its address"),
}
_BUSY = {"500", "502", "503", "504", "SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout"}


def error_code(err: ClientError) -> str:
    """Give the code of a refusal; the HTTP status where the answer had no body."""
    return str(err.response.get("Error", {}).get("Code", ""))


def refusal(err: ClientError, store: str, bucket: str, key: str) -> StoreError:
    """Give the error of this program for a refusal of the store."""
    code = error_code(err)
    cause = str(err.response.get("Error", {}).get("Message") or code)
    if code == "NoSuchBucket":
        return BucketMissingError(store=store, bucket=bucket)
    if code in _MISSING:
        return ObjectMissingError(key=key)
    if code in _CHECKSUM:
        return ChecksumRefusedError(key=key)
    if code in _FULL:
        return DiskFullError(file=key)
    for codes, kind in (
        (_EXPIRED, StoreKeyExpiredError),
        (_CLOCK, StoreClockError),
        (_REGION, StoreRegionError),
        (_ACCESS, StoreAccessError),
        (_BUSY, StoreUnreachableError),
    ):
        if code in codes or (kind is StoreAccessError and code.startswith(_KEY_OF_ENCRYPTION)):
            return kind(store=store, cause=cause)
    return StoreError(key=key, cause=f"{code}: {cause}")


@contextmanager
def translated(store: str, bucket: str, key: str) -> Iterator[None]:
    """Raise this program's errors in place of botocore's."""
    try:
        yield
    except ClientError as err:
        raise refusal(err, store, bucket, key) from err
    except (NoCredentialsError, PartialCredentialsError) as err:
        raise StoreAccessError(store=store, cause=_("no access key was given")) from err
    except FlexibleChecksumError as err:
        raise ReadBackError(key=key) from err
    except BotoCoreError as err:
        # What is left are connections that were refused, cut, too slow or not trusted, and bad addresses.
        raise StoreUnreachableError(store=store, cause=_in_words(err)) from err


def _in_words(err: BotoCoreError) -> object:
    """Give in our words why there is no talking with the store; what is rare stays in the words of the library."""
    return next((text for kind, text in _SILENCES.items() if isinstance(err, kind)), err)
