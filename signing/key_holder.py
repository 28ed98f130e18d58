"""What holds a private key, whether a file, a token or a signing service: one shape, and no other part asks which.

A remote signing service is one more `KeyHolder` (one for each certificate it signs with) and one more `KeyStore` that
lists them; `signing/key_sources.py` names the stores by the first word of `signing.key`. Nothing else changes for it:
the service is given SHA-256 digests alone, never a document, and translates its own errors into those named here.
"""

from collections.abc import Callable
from typing import Protocol

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

DIGEST = "sha256"

SigningKey = RSAPrivateKey | EllipticCurvePrivateKey
"""Kinds of key that Vietnamese rules know."""


class KeyHolder(Protocol):
    """One certificate and what signs with its key. Threads share it; one that can do one thing at a time waits inside.

    What hinders it is a KeyUnavailableError or a subclass with its own remedy: the documents wait and lose no try.
    """

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate; it is there without a PIN and without asking anybody."""
        ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificates of its issuers as far as they are at hand, put into each signature."""
        ...

    def sign_digest(self, digest: bytes) -> bytes:
        """Give the signature over a SHA-256 digest: PKCS#1 v1.5 for RSA, the DER sequence of r and s for EC.

        Raise KeyUnavailableError when the key cannot be reached or used now.
        """
        ...

    def ensure_ready(self) -> None:
        """See that the key can sign now, with whatever login that takes. Raise KeyUnavailableError when it cannot."""
        ...


class KeyStore(Protocol):
    """A place with keys: a file or folder, a token, the account at a signing service."""

    def holders(self) -> tuple[KeyHolder, ...]:
        """Give the keys that lie there. Raise KeyUnavailableError when they cannot be looked at."""
        ...


Secret = Callable[[], str | None]
"""Looks up a password or PIN when it is needed, and only then. Raises SecretMissingError when it cannot be had."""


class KeyInMemory:
    """A key that was read from a file; parsed once, since reading and checking it costs half of a signature's work."""

    def __init__(self, certificate: x509.Certificate, key: SigningKey, chain: tuple[x509.Certificate, ...]) -> None:
        self.certificate = certificate
        self.chain = chain
        self._key = key

    def sign_digest(self, digest: bytes) -> bytes:
        """Give the signature over a SHA-256 digest."""
        made_before = Prehashed(hashes.SHA256())
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(digest, PKCS1v15(), made_before)
        return self._key.sign(digest, ECDSA(made_before))

    def ensure_ready(self) -> None:
        """Do nothing: what is in memory is ready."""
