"""Judging one signature of a PDF: are its bytes those that were signed, by whom, when, and what was changed since."""

from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import x509
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from config.text import printable
from signing.chains import ChainFinding, find_chain, key_dates
from signing.difference import change_after, is_forbidden
from signing.hostile import HOSTILE
from signing.identity import holder_name, is_test_certificate, shown_name
from signing.levels import DOCUMENT_TIMESTAMP, level_of
from signing.proofs import History, TimeFinding, believe
from signing.report import INVALIDATING, TOLD, Change, Coverage, Reason, Revocation, SignatureReport, verdict_for
from signing.revocation_data import RevocationData, informed_at
from signing.timestamps import TokenFacts, sound_token, token_facts, token_imprint, token_of

_COVERAGE = {
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.FILE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.REVISION,
}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What all signatures of one file share. `stamped`: the revisions that sound document timestamps stand in."""

    history: History
    stamped: tuple[int, ...]
    has_tail: bool


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where the signer of a signature stood: when it is proven to have signed, and the chain at that time."""

    reason: Reason
    chain: ChainFinding
    stamp: TimeFinding | None
    proven_at: datetime | None
    proof_ends: datetime | None
    data: RevocationData


async def judge(signature: EmbeddedPdfSignature, file: FileFacts, subfilter: str) -> SignatureReport:
    """Judge a signature of a kind that is known. Raise one of HOSTILE when it is malformed."""
    certificate = signature.signer_cert
    if (signature.sig_object_type == "/DocTimeStamp") != (subfilter == DOCUMENT_TIMESTAMP):
        raise ValueError("type and kind of the signature do not agree")
    integrity = integrity_of(signature, subfilter)
    coverage = coverage_of(signature)
    change = change_after(signature)
    token, token_reason = _timestamp(signature, subfilter)
    standing = await _standing(signature, token, file.history, subfilter)
    # A timestamp that is not trusted proves no time; one that is marked TEST spoils a production signature.
    is_marked = standing.stamp is not None and standing.stamp.reason is Reason.TEST_CHAIN
    strength = _strength_reason(signature, file.history, standing)
    reason = _gravest(
        integrity,
        _coverage_reason(coverage, change, file),
        standing.reason,
        Reason.TEST_CHAIN if is_marked else Reason.NONE,
        token_reason,
        strength,
        # Last: what was added may be accepted for a later signature's sake, and must hide nothing else then.
        _change_reason(signature, change),
    )
    trusted_time = standing.stamp is not None and standing.stamp.reason is Reason.NONE
    return SignatureReport(
        field=printable(signature.field_name),
        signer=holder_name(certificate),
        certificate_sha256=certificate.sha256.hex(),
        signed_at=_claimed_time(signature),
        timestamp_at=token.at if token else None,
        subfilter=subfilter,
        level=await level_of(signature, subfilter, token, file.history, file.stamped),
        digest=signature.external_md_algorithm,
        intact=integrity is Reason.NONE and coverage is not Coverage.PART,
        trusted=standing.chain.reason is Reason.NONE,
        is_test=is_test_certificate(certificate) or (token is not None and token.is_test),
        coverage=coverage,
        changed_after=change,
        verdict=verdict_for(reason),
        reason_code=reason,
        timestamp_trusted=trusted_time,
        timestamp_authority=holder_name(token.authority) if token else "",
        chain=_names(certificate, standing.chain),
        revocation=_revocation(standing.chain),
        revocation_from=informed_at(certificate, standing.data),
        revoked_at=standing.chain.revoked_at,
        proven_at=standing.proven_at,
        proof_ends=standing.proof_ends,
        is_weak=strength is Reason.WEAK_DIGEST,
    )


def integrity_of(signature: EmbeddedPdfSignature, subfilter: str, *, with_changes: bool = True) -> Reason:
    """Say whether the signed bytes and the signature over them stand."""
    signature.compute_integrity_info(skip_diff=not with_changes)
    if subfilter == DOCUMENT_TIMESTAMP:
        hash_name, hashed = token_imprint(signature.signed_data)
        if hashed != signature.compute_digest(hash_name):
            return Reason.DIGEST_MISMATCH
        return Reason.NONE if sound_token(signature.signed_data) else Reason.SIGNATURE_BROKEN
    intact, valid = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
    )
    if not intact:
        return Reason.DIGEST_MISMATCH
    return Reason.NONE if valid else Reason.SIGNATURE_BROKEN


def coverage_of(signature: EmbeddedPdfSignature) -> Coverage:
    """Say how much of the file's bytes a signature covers."""
    return _COVERAGE.get(signature.evaluate_signature_coverage(), Coverage.PART)


def _timestamp(signature: EmbeddedPdfSignature, subfilter: str) -> tuple[TokenFacts | None, Reason]:
    """Give the timestamp that fits the signature, and what is wrong with one that does not."""
    if subfilter == DOCUMENT_TIMESTAMP:
        return token_facts(signature.signed_data), Reason.NONE
    try:
        return token_of(signature.signer_info), Reason.NONE
    except HOSTILE:
        return None, Reason.TIMESTAMP_BROKEN


async def _standing(
    signature: EmbeddedPdfSignature, token: TokenFacts | None, history: History, subfilter: str
) -> _Standing:
    revision, data = signature.signed_revision, history.revocation()
    stamp = await believe(token, history, revision) if token else None
    if subfilter == DOCUMENT_TIMESTAMP and stamp is not None:
        ends = history.end_of(revision, stamp.ends)
        return _Standing(stamp.reason, stamp.chain, stamp, stamp.at, ends, data)
    covering = history.covering(revision)
    times = [stamp.at if stamp else None, covering.at if covering else None]
    proven_at = min((at for at in times if at is not None), default=None)
    data += _archived(signature)
    chain = await find_chain(
        signature.signer_cert,
        [*signature.other_embedded_certs, *history.known],
        history.trust,
        proven_at or history.now,
        revocation=data,
        effort=history.effort,
    )
    ends = history.end_of(revision, stamp.ends if stamp else None)
    return _Standing(_signer_reason(chain, stamp), chain, stamp, proven_at, ends, data)


def _signer_reason(chain: ChainFinding, stamp: TimeFinding | None) -> Reason:
    if chain.reason is Reason.REVOKED and (stamp is None or stamp.at is None):
        # It may have signed before; only a timestamp of its own says when it signed.
        return Reason.REVOKED_UNPROVEN
    if chain.reason is Reason.EXPIRED and stamp is not None:
        return (
            stamp.reason if stamp.reason in {Reason.LAPSED, Reason.DIGEST_UNSAFE, Reason.KEY_UNSAFE} else chain.reason
        )
    return chain.reason


def _archived(signature: EmbeddedPdfSignature) -> RevocationData:
    """Give the revocation data that the signer signed along, as Adobe's programs do."""
    try:
        kept = find_unique_cms_attribute(signature.signer_info["signed_attrs"], "adobe_revocation_info_archival")
        return RevocationData(tuple(kept["crl"]), tuple(kept["ocsp"]))
    except HOSTILE:
        return RevocationData()


def _coverage_reason(coverage: Coverage, change: Change, file: FileFacts) -> Reason:
    if coverage is Coverage.PART:
        return Reason.COVERS_PART
    # Bytes after the signed ones are a revision that says what it changes, or somebody's tail.
    is_tailed = file.has_tail or change is Change.NOTHING
    return Reason.ADDED_UNATTESTED if coverage is Coverage.REVISION and is_tailed else Reason.NONE


def _change_reason(signature: EmbeddedPdfSignature, change: Change) -> Reason:
    if change in {Change.OTHER, Change.UNKNOWN}:
        return Reason.CHANGED_AFTER
    if is_forbidden(signature, change):
        return Reason.CHANGE_FORBIDDEN
    return Reason.ADDED_UNATTESTED if change in {Change.FORMS, Change.ANNOTATIONS} else Reason.NONE


def _strength_reason(signature: EmbeddedPdfSignature, history: History, standing: _Standing) -> Reason:
    """Say whether hash and keys still prove it: its own timestamp covers its value, not the content under the hash."""
    digests, horizon = history.trust.digests, history.horizon_of(signature.signed_revision)
    moment = standing.proven_at or history.now
    if not digests.is_safe(signature.external_md_algorithm, horizon):
        return Reason.DIGEST_UNSAFE
    keys = key_dates(standing.chain.path[:-1] or (signature.signer_cert,), digests)
    if any(dates.unsafe_from and moment >= dates.unsafe_from for dates in keys):
        return Reason.KEY_UNSAFE
    if digests.is_weak(signature.external_md_algorithm, moment):
        return Reason.WEAK_DIGEST
    return Reason.WEAK_KEY if keys[0].weak_from and moment >= keys[0].weak_from else Reason.NONE


def _gravest(*reasons: Reason) -> Reason:
    for invalidating in (True, False):
        for reason in reasons:
            if reason not in {Reason.NONE, *TOLD} and (reason in INVALIDATING) is invalidating:
                return reason
    return next((reason for reason in reasons if reason in TOLD), Reason.NONE)


def _revocation(chain: ChainFinding) -> Revocation:
    if chain.reason is Reason.REVOKED:
        return Revocation.REVOKED
    if chain.revoked_at is not None:
        return Revocation.LATER
    return Revocation.GOOD if chain.is_covered else Revocation.UNKNOWN


def _names(certificate: x509.Certificate, chain: ChainFinding) -> tuple[str, ...]:
    if chain.path:
        return tuple(holder_name(link) for link in chain.path)
    return (holder_name(certificate), shown_name(certificate.issuer))


def _claimed_time(signature: EmbeddedPdfSignature) -> datetime | None:
    try:
        claimed = signature.self_reported_timestamp
    except HOSTILE:
        return None
    if claimed is None:
        return None
    # Some signers write their local time without an offset; there is nothing better to take it for than UTC.
    return claimed.replace(tzinfo=UTC) if claimed.tzinfo is None else claimed.astimezone(UTC)
