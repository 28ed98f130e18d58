"""The document security stores (DSS) of a PDF, state by state: what was in the file when a timestamp covered it.

Whoever has the file can add CRLs, OCSP answers and certificates to it later. So each piece is taken with the
revision by which it stood there, and is heard only as of the time that is proven for that revision.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from config.digests import Digests
from signing.hostile import HOSTILE
from signing.revocation_data import RevocationData

_Kind = TypeVar("_Kind")

MOST_PIECES = 500
"""Pieces of one kind that are read; a store with more is made to keep us busy, and says nothing."""
MOST_IN_ALL = 2_000
"""Pieces of all states together; what a file brings beyond them says nothing."""
_Issuers = dict[str | bytes, list[x509.Certificate]]

LATEST = sys.maxsize
"""A revision after all others."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A CRL, OCSP answer or certificate, and the first looked-at revision that had it."""

    value: crl.CertificateList | ocsp.OCSPResponse | x509.Certificate
    revision: int


@dataclass(frozen=True, slots=True)
class SecurityStores:
    """All pieces of all states that were looked at."""

    pieces: tuple[Piece, ...] = ()

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """All certificates of the stores."""
        return _of(x509.Certificate, self.pieces)

    def upto(self, revision: int) -> RevocationData:
        """Give what stood in the file by a revision."""
        return _data(piece for piece in self.pieces if piece.revision <= revision)

    def heard(
        self, time_of: Callable[[int], datetime], known: Iterable[x509.Certificate], digests: Digests
    ) -> RevocationData:
        """Give the pieces that are proven to be older than the end of their issuer and of their hash function."""
        issuers = _by_name_and_key([*known, *self.certificates])
        return _data(
            piece for piece in self.pieces if _is_heard(piece.value, time_of(piece.revision), issuers, digests)
        )


def stores_of(reader: PdfFileReader, revisions: Iterable[int]) -> SecurityStores:
    """Read the security stores as they stood by these revisions; a state that cannot be read has none."""
    found: dict[bytes, Piece] = {}
    for revision in sorted(set(revisions)):
        for value in _state(reader, revision):
            if len(found) < MOST_IN_ALL:
                found.setdefault(value.dump(), Piece(value, revision))
    return SecurityStores(tuple(found.values()))


def _state(reader: PdfFileReader, revision: int) -> list[Any]:
    try:
        last = reader.total_revisions - 1
        handler = reader if revision >= last else reader.get_historical_resolver(revision)
        store = DocumentSecurityStore.read_dss(handler)
        if max(len(store.crls), len(store.ocsps), len(store.certs)) > MOST_PIECES:
            return []
        context = store.as_validation_context({"trust_roots": [], "allow_fetching": False})
        return [*context.crls, *context.ocsps, *store.load_certs()]
    except HOSTILE:
        return []


def _by_name_and_key(certificates: list[x509.Certificate]) -> _Issuers:
    """Give certificates by what a list or an answer names its issuer by."""
    issuers: _Issuers = defaultdict(list)
    for certificate in certificates:
        try:
            names: tuple[str | bytes, ...] = (certificate.subject.hashable, certificate.public_key.sha1)
        except HOSTILE:
            continue
        for name in names:
            issuers[name].append(certificate)
    return issuers


def _is_heard(value: Any, at: datetime, issuers: _Issuers, digests: Digests) -> bool:
    if isinstance(value, x509.Certificate):
        return True
    try:
        if isinstance(value, crl.CertificateList):
            able = issuers.get(value.issuer.hashable, [])
            algorithm = value["signature_algorithm"]
        else:
            basic = value.basic_ocsp_response
            responder = _responder(basic["tbs_response_data"]["responder_id"])
            able = [*_by_name_and_key([*basic["certs"]]).get(responder, []), *issuers.get(responder, [])]
            algorithm = basic["signature_algorithm"]
        return digests.is_safe(algorithm.hash_algo, at) and any(at <= one.not_valid_after for one in able)
    except HOSTILE:
        return False


def _responder(responder: ocsp.ResponderId) -> str | bytes:
    """Give the name of whoever answered, or the hash of its key."""
    named: str | bytes = responder.chosen.hashable if responder.name == "by_name" else responder.chosen.native
    return named


def _data(pieces: Iterable[Piece]) -> RevocationData:
    kept = tuple(pieces)
    return RevocationData(_of(crl.CertificateList, kept), _of(ocsp.OCSPResponse, kept), _of(x509.Certificate, kept))


def _of(kind: type[_Kind], pieces: tuple[Piece, ...]) -> tuple[_Kind, ...]:
    return tuple(piece.value for piece in pieces if isinstance(piece.value, kind))
