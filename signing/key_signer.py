"""A pyHanko signer that keeps its private key parsed.

pyHanko's own signer reads and checks the RSA key again for each signature, which costs half of the whole work.
"""

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

DIGEST = "sha256"

SigningKey = RSAPrivateKey | EllipticCurvePrivateKey
"""Kinds of key that Vietnamese rules know."""


class KeySigner(Signer):
    """Signs with a key held in memory; safe to share between threads."""

    def __init__(self, certificate: x509.Certificate, key: SigningKey, chain: tuple[x509.Certificate, ...]) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(chain)
        super().__init__(signing_cert=certificate, cert_registry=store)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002 - the signature is pyHanko's
        """Give the raw signature of the data."""
        digest = hashes.SHA256()
        if digest_algorithm != DIGEST:
            raise ValueError(f"only {DIGEST} is signed with, not {digest_algorithm}")
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), digest)
        return self._key.sign(data, ECDSA(digest))
