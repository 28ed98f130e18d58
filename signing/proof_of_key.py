"""What is seen to of a key outside this program: that it is its certificate's, and which issuers go with it."""

import secrets
from collections.abc import Iterable

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key

from config.errors import KeyUnavailableError
from config.i18n import gettext
from signing.identity import holder_name, unusable_kind
from signing.key_holder import KeyHolder

DIGEST_BYTES = 32


def ensure_key_fits(holder: KeyHolder) -> None:
    """Let a key sign a digest of no meaning. Raise KeyUnavailableError when it cannot or is not the certificate's."""
    digest, made_before = secrets.token_bytes(DIGEST_BYTES), Prehashed(hashes.SHA256())
    signature = holder.sign_digest(digest)
    name = holder_name(holder.certificate)
    public = load_der_public_key(holder.certificate.public_key.dump())
    try:
        if isinstance(public, RSAPublicKey):
            public.verify(signature, digest, PKCS1v15(), made_before)
        elif isinstance(public, EllipticCurvePublicKey):
            public.verify(signature, digest, ECDSA(made_before))
        else:
            raise KeyUnavailableError(file="-", key=name, cause=unusable_kind(type(public).__name__))
    except InvalidSignature as err:
        cause = gettext("the key does not belong to its certificate")
        raise KeyUnavailableError(file="-", key=name, cause=cause) from err


def issuers_of(certificate: x509.Certificate, known: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Give the certificates that lead upwards from one, the nearest first, as far as they are known."""
    path, rest = [certificate], {one.sha256: one for one in known if one.sha256 != certificate.sha256}
    while above := next((one for one in rest.values() if one.subject == path[-1].issuer), None):
        path.append(rest.pop(above.sha256))
    return tuple(path[1:])
