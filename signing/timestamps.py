"""Timestamps: from the local TEST authority, or over HTTP from an RFC 3161 authority.

Each token is checked before it is used: it must be for our hash, carry our nonce, and be signed by the certificate
it brings along. Whether that certificate is trusted is for validation to judge.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

from asn1crypto import cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from config.clock import Clock
from config.errors import TimestampUnavailableError
from config.i18n import gettext
from signing.hostile import HOSTILE
from signing.http import NoAnswerError, ask
from signing.identity import Identity, is_test_certificate
from signing.key_holder import DIGEST
from signing.patience import Patience

LOCAL_TOKEN_BYTES = 5 * 1024
HTTP_TOKEN_BYTES = 20 * 1024
_LONGEST_PAUSE_S = 30.0
_MOST_REPLY_BYTES = 1 << 20
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
_TEST_POLICY = "1.3.6.1.4.1.32473.1"  # an arc kept for examples (RFC 5612)


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What a timestamp token says; `digests`: the hash functions that it stands on."""

    at: datetime
    authority: x509.Certificate
    certificates: tuple[x509.Certificate, ...]
    digests: tuple[str, ...] = ()

    @property
    def until(self) -> datetime:
        """The last instant of the authority's certificate: by then a further timestamp must stand over this one."""
        until: datetime = self.authority.not_valid_after
        return until

    @property
    def shortest_digest(self) -> str:
        """The hash function it stands on that is likely to become unsafe first."""
        return min(self.digests, key=lambda name: hashlib.new(name).digest_size, default=DIGEST)

    @property
    def is_test(self) -> bool:
        """Whether the authority's certificate, or an issuer it brings along, is marked TEST."""
        return any(is_test_certificate(certificate) for certificate in (self.authority, *self.certificates))


class _Response(tsp.TimeStampResp):
    """An answer as RFC 3161 has it: a refusal brings no token, which asn1crypto insists on."""

    _fields: list[tuple[Any, ...]] = [  # noqa: RUF012 - asn1crypto's way to declare
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class TimestampSource(TimeStamper):
    """A pyHanko timestamper that checks what it hands on and knows how large its tokens grow."""

    name: str
    token_bytes: int

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Give a checked token for a hash. Raise TimestampUnavailableError when there is none."""
        nonce, request = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call] # pyHanko is half typed
        response = await self.async_request_tsa_response(request)
        return checked_token(response, message_digest, md_algorithm, nonce, self.name)


class LocalTimestamps(TimestampSource):
    """The TEST timestamp authority inside this process."""

    name = "local TEST"
    token_bytes = LOCAL_TOKEN_BYTES

    def __init__(self, identity: Identity, clock: Clock) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko is half typed
        self._identity = identity
        self._clock = clock

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer a request as an authority would."""
        now = self._clock().replace(microsecond=0)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": _TEST_POLICY,
                "message_imprint": req["message_imprint"],
                "serial_number": secrets.randbits(63) | 1,
                "gen_time": now,
                "nonce": req["nonce"],
                "tsa": x509.GeneralName(name="directory_name", value=self._identity.certificate.subject),
            }
        )
        content = cms.EncapsulatedContentInfo(
            {"content_type": "tst_info", "content": core.ParsableOctetString(info.dump())}
        )
        token = await self._identity.signer.async_sign_general_data(
            content,
            DIGEST,
            detached=False,
            use_cades=True,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=now),
        )
        return tsp.TimeStampResp({"status": tsp.PKIStatusInfo({"status": "granted"}), "time_stamp_token": token})


class HttpTimestamps(TimestampSource):
    """An RFC 3161 authority behind an HTTP address; tries again with growing pauses, then leaves it alone a while."""

    token_bytes = HTTP_TOKEN_BYTES

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float,
        tries: int,
        at_once: int = 4,
        pause: Callable[[float], object] = time.sleep,
        patience: Patience | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko is half typed
        self.name = url
        self._timeout_s = timeout_s
        self._tries = tries
        self._pause = pause
        self._slots = BoundedSemaphore(at_once)
        self._patience = patience or Patience()

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Give a checked token for a hash. Raise TimestampUnavailableError when all tries failed."""
        for attempt in range(self._tries):
            with self._slots:
                self._patience.ensure_over()
                try:
                    token = await super().async_timestamp(message_digest, md_algorithm)
                except TimestampUnavailableError as err:
                    if attempt + 1 == self._tries:
                        self._patience.failed(err)
                        raise
                else:
                    self._patience.succeeded()
                    return token
            self._pause(min(2.0**attempt, _LONGEST_PAUSE_S))
        raise AssertionError("at least one try is made")

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask the authority once."""
        try:
            body = ask(
                self.name, timeout_s=self._timeout_s, most_bytes=_MOST_REPLY_BYTES, body=req.dump(), headers=_HEADERS
            )
            response: tsp.TimeStampResp = _Response.load(body)  # type: ignore[no-untyped-call] # asn1crypto
        except NoAnswerError as err:
            raise self._unavailable(err.cause) from err
        except ValueError as err:
            raise self._unavailable(_unusable(err)) from err
        return response

    def _unavailable(self, cause: object) -> TimestampUnavailableError:
        return TimestampUnavailableError(file="-", authority=self.name, cause=cause)


def checked_token(
    response: tsp.TimeStampResp, message_digest: bytes, md_algorithm: str, nonce: int | None, authority: str
) -> cms.ContentInfo:
    """Give the token of an answer. Raise TimestampUnavailableError unless it is a sound token for this hash."""
    try:
        status = response["status"]["status"].native
        if status not in {"granted", "granted_with_mods"}:
            refusal = gettext("it refused: {status}").format(status=status)
            raise TimestampUnavailableError(file="-", authority=authority, cause=refusal)
        token: cms.ContentInfo = response["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        if token_imprint(token["content"]) != (md_algorithm, message_digest):
            raise ValueError("the token is for other data")
        if nonce is not None and info["nonce"].native != nonce:
            raise ValueError("the token answers another request")
        if not sound_token(token["content"]):
            raise ValueError("the token's own signature is broken")
    except HOSTILE as err:
        raise TimestampUnavailableError(file="-", authority=authority, cause=_unusable(err)) from err
    return token


def _unusable(detail: Exception) -> str:
    return gettext("the answer is not a usable timestamp ({detail})").format(detail=detail)


def token_of(signer_info: cms.SignerInfo) -> TokenFacts | None:
    """Give the signature timestamp of a signer, or None where it has none.

    Raise ValueError when the token is not for this signature or is broken itself.
    """
    for attribute in signer_info["unsigned_attrs"]:
        if attribute["type"].native != "signature_time_stamp_token":
            continue
        signed_data = attribute["values"][0]["content"]
        hash_name, hashed = token_imprint(signed_data)
        digest = hashes.Hash(get_pyca_cryptography_hash(hash_name))
        digest.update(signer_info["signature"].native)
        if hashed != digest.finalize():
            raise ValueError("the timestamp is for another signature")
        if not sound_token(signed_data):
            raise ValueError("the timestamp's own signature is broken")
        return token_facts(signed_data)
    return None


def token_facts(signed_data: cms.SignedData) -> TokenFacts:
    """Give what a timestamp token says."""
    certificates = extract_certs_for_validation(signed_data)
    info = signed_data["encap_content_info"]["content"].parsed
    signer_digest = signed_data["signer_infos"][0]["digest_algorithm"]["algorithm"].native
    return TokenFacts(
        info["gen_time"].native,
        certificates.signer_cert,
        tuple(certificates.other_certs),
        (token_imprint(signed_data)[0], signer_digest),
    )


def token_imprint(signed_data: cms.SignedData) -> tuple[str, bytes]:
    """Give the hash algorithm and the hash that a timestamp token is for."""
    imprint = signed_data["encap_content_info"]["content"].parsed["message_imprint"]
    return imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native


def sound_token(signed_data: cms.SignedData) -> bool:
    """Say whether a timestamp token is signed by a timestamp certificate that it brings along."""
    signer_info = signed_data["signer_infos"][0]
    certificate = extract_certs_for_validation(signed_data).signer_cert
    usage = certificate.extended_key_usage_value
    if usage is None or "time_stamping" not in usage.native:
        return False
    digest = hashes.Hash(get_pyca_cryptography_hash(signer_info["digest_algorithm"]["algorithm"].native))
    digest.update(bytes(signed_data["encap_content_info"]["content"]))
    return validate_sig_integrity(signer_info, certificate, "tst_info", digest.finalize()) == (True, True)
