"""Judging every signature of a PDF, ours or foreign, offline.

Whatever a file holds in place of a signature, the answer is a report, never a crash.
"""

import asyncio
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BufferedReader
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from config.clock import system_clock
from config.text import printable
from signing.difference import MOST_COMPARISONS
from signing.hostile import HOSTILE
from signing.judgement import FileFacts, coverage_of, integrity_of, judge
from signing.levels import DOCUMENT_TIMESTAMP, PADES
from signing.proofs import History, prove
from signing.report import Change, Coverage, Reason, SignatureReport, Verdict, verdict_for
from signing.search_limits import MOST_CERTIFICATES
from signing.security_store import stores_of
from signing.timestamps import TokenFacts, token_facts, token_of
from signing.trust import TrustStore

_PKCS7 = "adbe.pkcs7.detached"
_SUPPORTED = {PADES, _PKCS7, DOCUMENT_TIMESTAMP}
_KNOWN_TO_DIFFER = {"adbe.x509.rsa_sha1", "adbe.pkcs7.sha1"}
_LONGEST_NAME = 200

# A signature dictionary must stand uncompressed in the file, or its byte range could not leave it out.
_BYTE_RANGE = b"/ByteRange"
_LONGEST_DISGUISE = 3 * len(_BYTE_RANGE)
_CHUNK_BYTES = 1 << 20
_DISGUISED = re.compile(b"/" + b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in _BYTE_RANGE[1:]))


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
class _Seen:
    """A filled field, and the signature in it unless it is of a kind or shape that cannot be read."""

    name: str
    subfilter: str
    signature: EmbeddedPdfSignature | None


def _reports(source: BufferedReader, trust: TrustStore, now: datetime) -> list[SignatureReport]:
    try:
        reader = PdfFileReader(source, strict=False)
        if not _opened(reader):
            return [_failed("-", Reason.UNSUPPORTED)]
        fields = list(enumerate_sig_fields(reader, filled_status=True))
        if len(fields) * reader.total_revisions > MOST_COMPARISONS:
            return [_failed("-", Reason.UNSUPPORTED)]
        has_tail = _has_tail(source, reader.last_startxref)
    except HOSTILE:
        return [_failed("-", Reason.PDF_UNREADABLE)]
    if not fields:
        return [_failed("-", Reason.ORPHANED)]
    seen = [_seen(reader, printable(str(name)[:_LONGEST_NAME]), value, field) for name, value, field in fields]
    return _judged(reader, seen, has_tail, trust, now)


def _judged(
    reader: PdfFileReader, seen: list[_Seen], has_tail: bool, trust: TrustStore, now: datetime
) -> list[SignatureReport]:
    stamps = [stamp for one in seen if (stamp := _stamp(one)) is not None]
    revisions = [revision for revision, _ in stamps]
    stores = stores_of(reader, [*revisions, reader.total_revisions - 1])
    known = (*stores.certificates, *(certificate for one in seen for certificate in _certificates(one)))
    if len(known) > MOST_CERTIFICATES:
        return [_failed("-", Reason.UNSUPPORTED)]
    history = asyncio.run(prove(History(trust, now, stores, known), stamps))
    file = FileFacts(history, tuple(revisions), has_tail)
    dated = [_judge_field(reader, file, one) for one in seen]
    if history.effort.is_spent:
        return [_failed("-", Reason.UNSUPPORTED)]
    return [report for _, report in sorted(dated, key=lambda pair: pair[0])]


def _seen(reader: PdfFileReader, name: str, value: object, field: generic.IndirectObject) -> _Seen:
    subfilter = _subfilter(value)
    try:
        return _Seen(name, subfilter, EmbeddedPdfSignature(reader, field, name))  # type: ignore[arg-type] # it takes references too
    except HOSTILE:
        return _Seen(name, subfilter, None)


def _stamp(seen: _Seen) -> tuple[int, TokenFacts] | None:
    """Give a document timestamp with its revision, if it is sound and covers the whole revision."""
    signature = seen.signature
    if signature is None or seen.subfilter != DOCUMENT_TIMESTAMP:
        return None
    try:
        if integrity_of(signature, seen.subfilter, with_changes=False) is not Reason.NONE:
            return None
        if signature.sig_object_type != "/DocTimeStamp" or coverage_of(signature) is Coverage.PART:
            return None
        return signature.signed_revision, token_facts(signature.signed_data)
    except HOSTILE:
        return None


def _certificates(seen: _Seen) -> list[x509.Certificate]:
    """Give the certificates that a signature and its timestamp bring along."""
    if seen.signature is None:
        return []
    try:
        token = token_of(seen.signature.signer_info)
        beside = [token.authority, *token.certificates] if token else []
    except HOSTILE:
        beside = []
    try:
        return [seen.signature.signer_cert, *seen.signature.other_embedded_certs, *beside]
    except HOSTILE:
        return beside


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


def _judge_field(reader: PdfFileReader, file: FileFacts, seen: _Seen) -> tuple[int, SignatureReport]:
    """Give the revision a signature was made in, and its report."""
    signature, subfilter = seen.signature, seen.subfilter
    try:
        if signature is None:
            raise ValueError("no signature can be read from the field")
        if subfilter not in _SUPPORTED:
            broken = subfilter not in _KNOWN_TO_DIFFER and integrity_of(signature, subfilter)
            return signature.signed_revision, _failed(seen.name, broken or Reason.UNSUPPORTED, subfilter)
        return signature.signed_revision, asyncio.run(judge(signature, file, subfilter))
    except HOSTILE:
        reason = Reason.UNSUPPORTED if subfilter in _KNOWN_TO_DIFFER else Reason.MALFORMED
        return reader.total_revisions, _failed(seen.name, reason, subfilter)


def _with_attested_changes(reports: list[SignatureReport]) -> Iterator[SignatureReport]:
    """Accept forms and notes added between signatures where a later trusted signature covers all but maintenance."""
    signatures = [report for report in reports if report.subfilter != DOCUMENT_TIMESTAMP]
    attested = bool(signatures) and signatures[-1].verdict is Verdict.VALID
    for report in reports:
        if attested and report.reason_code == Reason.ADDED_UNATTESTED:
            reason = Reason.WEAK_DIGEST if report.is_weak else Reason.NONE
            yield replace(report, verdict=Verdict.VALID, reason_code=reason)
        else:
            yield report


def _subfilter(value: object) -> str:
    try:
        dictionary = value.get_object() if isinstance(value, generic.IndirectObject) else value
        name = dictionary["/SubFilter"] if isinstance(dictionary, generic.DictionaryObject) else None
    except HOSTILE:
        return ""
    return printable(str(name).removeprefix("/")[:_LONGEST_NAME]) if isinstance(name, generic.NameObject) else ""


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
