"""The certificates and timestamps that signatures bring along, taken out so that other programs can be given them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.hostile import HOSTILE
from signing.identity import holder_name
from signing.trust import TrustStore


@dataclass(frozen=True, slots=True)
class SignatureTime:
    """The timestamp of a CMS signature, and the bytes it is over: the signature's own value."""

    token: bytes
    """DER, as `openssl ts -verify -token_in` takes it."""
    stamped: bytes


def cms_certificates(signature: bytes) -> list[x509.Certificate]:
    """Give the certificates that a CMS signature (DER) and its timestamps bring along; none of what is no signature."""
    try:
        return list(_of_signed_data(cms.ContentInfo.load(signature)["content"]))
    except HOSTILE:
        return []


def pdf_certificates(pdf: Path) -> list[x509.Certificate]:
    """Give the certificates that the signatures of a PDF and its store for later validation bring along."""
    found: list[x509.Certificate] = []
    try:
        with pdf.open("rb") as source:
            reader = PdfFileReader(source, strict=False)
            for signature in reader.embedded_signatures:
                found += _of_signed_data(signature.signed_data)
            found += DocumentSecurityStore.read_dss(reader).load_certs()
    except HOSTILE:
        return found
    return found


def signature_time(signature: bytes) -> SignatureTime | None:
    """Give the timestamp of a CMS signature (DER), or None where it has none."""
    signer = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    for token in _tokens(signer):
        return SignatureTime(token.dump(), signer["signature"].native)
    return None


def completed(certificates: Iterable[x509.Certificate], trust: TrustStore) -> list[x509.Certificate]:
    """Give certificates, each once, with those of the trusted ones that issued them, up to the roots."""
    known = {certificate.sha256: certificate for certificate in certificates}
    waiting = list(known.values())
    while waiting:
        issuer = waiting.pop().issuer
        for above in (*trust.helpers, *trust.roots):
            if above.subject == issuer and above.sha256 not in known:
                known[above.sha256] = above
                waiting.append(above)
    return sorted(known.values(), key=lambda certificate: certificate.sha256)


def as_pem(certificates: Iterable[x509.Certificate]) -> bytes:
    """Give certificates as one PEM file, before each its holder and the hash it is known by."""
    blocks = []
    for certificate in certificates:
        until = certificate.not_valid_after.date().isoformat()
        said = f"# {holder_name(certificate)}\n# SHA-256 {certificate.sha256.hex()}, {until}\n"
        blocks.append(said.encode() + pem.armor("CERTIFICATE", certificate.dump()))
    return b"\n".join(blocks)


def _of_signed_data(signed_data: cms.SignedData) -> Iterator[x509.Certificate]:
    for choice in signed_data["certificates"] or ():
        if choice.name == "certificate":
            yield choice.chosen
    for signer in signed_data["signer_infos"]:
        for token in _tokens(signer):
            yield from _of_signed_data(token["content"])


def _tokens(signer: cms.SignerInfo) -> Iterator[cms.ContentInfo]:
    for attribute in signer["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token":
            yield from attribute["values"]
