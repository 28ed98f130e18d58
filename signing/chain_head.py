"""Signing the head of the event chain: a detached CMS signature with timestamp, kept outside the database."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity

from config.clock import system_clock
from signing.chains import chain_reason
from signing.hostile import HOSTILE
from signing.identity import holder_name, is_test_certificate
from signing.key_holder import DIGEST
from signing.report import Reason, Verdict, verdict_for
from signing.seal import Sealer
from signing.timestamps import TokenFacts, token_of
from signing.trust import TrustStore


@dataclass(frozen=True, slots=True)
class HeadReport:
    """How the signature over a chain head was judged."""

    signer: str
    certificate_sha256: str
    timestamp_at: datetime | None
    intact: bool
    trusted: bool
    is_test: bool
    verdict: Verdict
    reason_code: str


def sign_head(payload: bytes, sealer: Sealer, agency_name: str, agency_code: str = "") -> bytes:
    """Give a detached CMS signature (DER) with timestamp over the bytes of a chain head.

    Raise KeyUnavailableError, TimestampUnavailableError or WrongEnvironmentError as sealing does.
    """
    return sealer.sign_bytes(payload, agency_name, agency_code)


def verify_head(payload: bytes, signature: bytes, trust: TrustStore, *, now: datetime | None = None) -> HeadReport:
    """Judge the signature over a chain head; anything that is no such signature is INVALID."""
    try:
        return asyncio.run(_verify(payload, signature, trust, now or system_clock()))
    except HOSTILE:
        return HeadReport("", "", None, False, False, False, Verdict.INVALID, Reason.MALFORMED)


async def _verify(payload: bytes, signature: bytes, trust: TrustStore, now: datetime) -> HeadReport:
    signed_data = cms.ContentInfo.load(signature, strict=True)["content"]
    signer_info = extract_signer_info(signed_data)
    certificates = extract_certs_for_validation(signed_data)
    certificate = certificates.signer_cert
    if signer_info["digest_algorithm"]["algorithm"].native != DIGEST:
        raise ValueError("chain heads are signed over SHA-256 only")
    intact, valid = validate_sig_integrity(signer_info, certificate, "data", hashlib.sha256(payload).digest())
    token = token_of(signer_info)
    unproven = await _time_reason(token, certificates.other_certs, trust, now)
    proved_at = token.at if token and unproven is Reason.NONE else now
    chain = await chain_reason(certificate, certificates.other_certs, trust, proved_at)
    reason = chain
    if not intact:
        reason = Reason.DIGEST_MISMATCH
    elif not valid:
        reason = Reason.SIGNATURE_BROKEN
    elif chain in {Reason.NONE, Reason.EXPIRED} and unproven is not Reason.NONE:
        # An expired certificate may have signed in time; it is the time that is not proven.
        reason = unproven
    return HeadReport(
        signer=holder_name(certificate),
        certificate_sha256=certificate.sha256.hex(),
        timestamp_at=token.at if token else None,
        intact=intact and valid,
        trusted=chain is Reason.NONE,
        is_test=is_test_certificate(certificate) or (token is not None and token.is_test),
        verdict=verdict_for(reason),
        reason_code=reason,
    )


async def _time_reason(
    token: TokenFacts | None, others: Iterable[x509.Certificate], trust: TrustStore, now: datetime
) -> Reason:
    """Give why the timestamp of a head proves no time now, or NONE where it does."""
    if token is None:
        return Reason.NO_TIMESTAMP
    if trust.production and token.is_test:
        return Reason.TEST_CHAIN
    known = [*token.certificates, *others]
    reason = await chain_reason(token.authority, known, trust, now, for_timestamps=True)
    return Reason.LAPSED if reason is Reason.EXPIRED else reason
