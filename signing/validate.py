"""Judging every signature of a PDF, ours or foreign, offline.

Whatever a file holds in place of a signature, the answer is a report, never a crash.
"""

import asyncio
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from config.clock import system_clock
from signing.difference import MOST_COMPARISONS, change_after, is_forbidden
from signing.hostile import HOSTILE
from signing.identity import holder_name, is_test_certificate
from signing.report import INVALIDATING, Change, Coverage, Reason, SignatureReport, Verdict, verdict_for
from signing.timestamps import TokenFacts, sound_token, token_imprint, token_of
from signing.trust import RevocationData, TrustStore, chain_reason

PADES = "ETSI.CAdES.detached"
DOCUMENT_TIMESTAMP = "ETSI.RFC3161"
_PKCS7 = "adbe.pkcs7.detached"
_SUPPORTED = {PADES, _PKCS7, DOCUMENT_TIMESTAMP}
_KNOWN_TO_DIFFER = {"adbe.x509.rsa_sha1", "adbe.pkcs7.sha1"}
_WEAK_DIGESTS = {"sha1", "md5", "md2"}
_LONGEST_NAME = 200

# A signature dictionary must stand uncompressed in the file, or its byte range could not leave it out.
_BYTE_RANGE = b"/ByteRange"
_LONGEST_DISGUISE = 3 * len(_BYTE_RANGE)
_CHUNK_BYTES = 1 << 20
_DISGUISED = re.compile(b"/" + b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in _BYTE_RANGE[1:]))

_COVERAGE = {
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.FILE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.REVISION,
}


def has_signatures(pdf: Path) -> bool:
    """Say whether a file carries a filled signature anywhere in its bytes; cheap, and never fooled by damage."""
    tail = b""
    with pdf.open("rb") as source:
        while chunk := source.read(_CHUNK_BYTES):
            window = tail + chunk
            if _BYTE_RANGE in window or (b"#" in window and _DISGUISED.search(window)):
                return True
            tail = window[-_LONGEST_DISGUISE:]
    return False


def validate(pdf: Path, trust: TrustStore, *, now: datetime | None = None) -> tuple[SignatureReport, ...]:
    """Judge each signature of a PDF, in the order they were made; an unsigned file gives no report."""
    if not has_signatures(pdf):
        return ()
    with pdf.open("rb") as source:
        reports = _reports(source, trust, now or system_clock())
    return tuple(_with_attested_changes(reports))


@dataclass(frozen=True, slots=True)
class _File:
    """What all signatures of one file share."""

    trust: TrustStore
    now: datetime
    revocation: RevocationData
    document_timestamp: bool
    has_tail: bool


def _reports(source: BufferedReader, trust: TrustStore, now: datetime) -> list[SignatureReport]:
    try:
        reader = PdfFileReader(source, strict=False)
        if not _opened(reader):
            return [_failed("-", Reason.UNSUPPORTED)]
        fields = list(enumerate_sig_fields(reader, filled_status=True))
        if len(fields) * reader.total_revisions > MOST_COMPARISONS:
            return [_failed("-", Reason.UNSUPPORTED)]
        revocation = _revocation_data(reader)
        has_tail = _has_tail(source, reader.last_startxref)
    except HOSTILE:
        return [_failed("-", Reason.PDF_UNREADABLE)]
    if not fields:
        return [_failed("-", Reason.ORPHANED)]
    has_timestamp = any(_subfilter(value) == DOCUMENT_TIMESTAMP for _, value, _ in fields)
    file = _File(trust, now, revocation, has_timestamp, has_tail)
    dated = [_judge_field(reader, file, str(name), value, field) for name, value, field in fields]
    return [report for _, report in sorted(dated, key=lambda pair: pair[0])]


def _has_tail(source: BufferedReader, last_startxref: int | None) -> bool:
    """Say whether more than blank space follows the end of the last revision, which no revision then explains."""
    if last_startxref is None:
        return True
    end = re.compile(rb"startxref\s+0*%d\s+%%%%EOF" % last_startxref)
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as content:
        # The first one after its cross references: whoever appends can write such a line again.
        found = end.search(content, last_startxref)
        return found is None or re.compile(rb"\S").search(content, found.end()) is not None


def _opened(reader: PdfFileReader) -> bool:
    return reader.security_handler is None or reader.decrypt(b"").status is not AuthStatus.FAILED


def _judge_field(
    reader: PdfFileReader, file: _File, name: str, value: object, field: generic.IndirectObject
) -> tuple[int, SignatureReport]:
    """Give the revision a signature was made in, and its report."""
    name = name[:_LONGEST_NAME]
    subfilter = _subfilter(value)
    try:
        signature = EmbeddedPdfSignature(reader, field, name)  # type: ignore[arg-type] # it takes references too
        if subfilter not in _SUPPORTED:
            broken = subfilter not in _KNOWN_TO_DIFFER and _integrity(signature, subfilter)
            return signature.signed_revision, _failed(name, broken or Reason.UNSUPPORTED, subfilter)
        return signature.signed_revision, asyncio.run(_judge(signature, file, subfilter))
    except HOSTILE:
        reason = Reason.UNSUPPORTED if subfilter in _KNOWN_TO_DIFFER else Reason.MALFORMED
        return reader.total_revisions, _failed(name, reason, subfilter)


async def _judge(signature: EmbeddedPdfSignature, file: _File, subfilter: str) -> SignatureReport:
    certificate = signature.signer_cert
    if (signature.sig_object_type == "/DocTimeStamp") != (subfilter == DOCUMENT_TIMESTAMP):
        raise ValueError("type and kind of the signature do not agree")
    integrity = _integrity(signature, subfilter)
    coverage = _COVERAGE.get(signature.evaluate_signature_coverage(), Coverage.PART)
    change = change_after(signature)
    token, token_reason = _timestamp(signature, subfilter)
    at, time_reason = await _stamped_time(signature, token, file)
    trusted_time = at if time_reason is Reason.NONE else None
    chain = await chain_reason(
        certificate,
        signature.other_embedded_certs,
        file.trust,
        trusted_time or file.now,
        for_timestamps=subfilter == DOCUMENT_TIMESTAMP,
        revocation=file.revocation,
    )
    weak = Reason.WEAK_DIGEST if signature.external_md_algorithm in _WEAK_DIGESTS else Reason.NONE
    # A timestamp that is not trusted proves no time; one that is marked TEST spoils a production signature.
    marked = Reason.TEST_CHAIN if time_reason is Reason.TEST_CHAIN else Reason.NONE
    reasons = [
        integrity,
        _coverage_reason(coverage, change, file),
        chain,
        marked,
        token_reason,
        _change_reason(signature, change),
        weak,
    ]
    reason = _gravest(reasons)
    return SignatureReport(
        field=signature.field_name,
        signer=holder_name(certificate),
        certificate_sha256=certificate.sha256.hex(),
        signed_at=_claimed_time(signature),
        timestamp_at=at,
        subfilter=subfilter,
        level=_level(subfilter, token, file),
        digest=signature.external_md_algorithm,
        intact=integrity is Reason.NONE and coverage is not Coverage.PART,
        trusted=chain is Reason.NONE,
        is_test=is_test_certificate(certificate) or (token is not None and token.is_test),
        coverage=coverage,
        changed_after=change,
        verdict=verdict_for(reason),
        reason_code=reason,
        timestamp_trusted=trusted_time is not None,
    )


def _integrity(signature: EmbeddedPdfSignature, subfilter: str) -> Reason:
    signature.compute_integrity_info()
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


def _timestamp(signature: EmbeddedPdfSignature, subfilter: str) -> tuple[TokenFacts | None, Reason]:
    """Give the timestamp that fits the signature, and what is wrong with one that does not."""
    if subfilter == DOCUMENT_TIMESTAMP:
        return None, Reason.NONE
    try:
        return token_of(signature.signer_info), Reason.NONE
    except HOSTILE:
        return None, Reason.TIMESTAMP_BROKEN


async def _stamped_time(
    signature: EmbeddedPdfSignature, token: TokenFacts | None, file: _File
) -> tuple[datetime | None, Reason]:
    """Give the timestamp's time, and why its authority is not trusted, or NONE when it is."""
    if token is None:
        if signature.sig_object_type != "/DocTimeStamp":
            return None, Reason.NONE
        own = signature.signed_data["encap_content_info"]["content"].parsed
        # Its authority is the signer, which is judged as such.
        return own["gen_time"].native, Reason.NO_TRUSTED_ROOT
    if file.trust.production and token.is_test:
        return token.at, Reason.TEST_CHAIN
    others = [*token.certificates, *signature.other_embedded_certs]
    reason = await chain_reason(
        token.authority, others, file.trust, file.now, for_timestamps=True, revocation=file.revocation
    )
    return token.at, reason


def _coverage_reason(coverage: Coverage, change: Change, file: _File) -> Reason:
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


def _gravest(reasons: list[Reason]) -> Reason:
    for invalidating in (True, False):
        for reason in reasons:
            if reason not in {Reason.NONE, Reason.WEAK_DIGEST} and (reason in INVALIDATING) is invalidating:
                return reason
    return Reason.WEAK_DIGEST if Reason.WEAK_DIGEST in reasons else Reason.NONE


def _with_attested_changes(reports: list[SignatureReport]) -> Iterator[SignatureReport]:
    """Accept forms and notes added between signatures where a later trusted signature covers the whole file."""
    last = reports[-1]
    attested = last.verdict is Verdict.VALID and last.subfilter != DOCUMENT_TIMESTAMP
    for report in reports:
        if attested and report.reason_code == Reason.ADDED_UNATTESTED:
            reason = Reason.WEAK_DIGEST if report.digest in _WEAK_DIGESTS else Reason.NONE
            yield replace(report, verdict=Verdict.VALID, reason_code=reason)
        else:
            yield report


def _level(subfilter: str, token: TokenFacts | None, file: _File) -> str:
    if subfilter == DOCUMENT_TIMESTAMP:
        return "DOC-T"
    timed = token is not None
    if subfilter != PADES:
        return "PKCS7-T" if timed else "PKCS7-B"
    if not timed:
        return "B-B"
    if not (file.revocation.crls or file.revocation.ocsps):
        return "B-T"
    return "B-LTA" if file.document_timestamp else "B-LT"


def _revocation_data(reader: PdfFileReader) -> RevocationData:
    try:
        dss = DocumentSecurityStore.read_dss(reader)
        context = dss.as_validation_context({"trust_roots": [], "allow_fetching": False})
        return RevocationData(tuple(context.crls), tuple(context.ocsps), tuple(dss.load_certs()))
    except HOSTILE:
        return RevocationData()


def _claimed_time(signature: EmbeddedPdfSignature) -> datetime | None:
    try:
        claimed = signature.self_reported_timestamp
    except HOSTILE:
        return None
    if claimed is None:
        return None
    # Some signers write their local time without an offset; there is nothing better to take it for than UTC.
    return claimed.replace(tzinfo=UTC) if claimed.tzinfo is None else claimed.astimezone(UTC)


def _subfilter(value: object) -> str:
    try:
        dictionary = value.get_object() if isinstance(value, generic.IndirectObject) else value
        name = dictionary["/SubFilter"] if isinstance(dictionary, generic.DictionaryObject) else None
    except HOSTILE:
        return ""
    return str(name).removeprefix("/")[:_LONGEST_NAME] if isinstance(name, generic.NameObject) else ""


def _failed(field: str, reason: Reason, subfilter: str = "") -> SignatureReport:
    return SignatureReport(
        field=field,
        signer="",
        certificate_sha256="",
        signed_at=None,
        timestamp_at=None,
        subfilter=subfilter,
        level="",
        digest="",
        intact=False,
        trusted=False,
        is_test=False,
        coverage=Coverage.PART,
        changed_after=Change.UNKNOWN,
        verdict=verdict_for(reason),
        reason_code=reason,
    )
