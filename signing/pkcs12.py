"""Keys in PKCS#12 files: one file, or a folder with one for each agency."""

from pathlib import Path
from threading import Lock

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import Certificate

from config.errors import KeyUnavailableError
from config.i18n import gettext
from signing.identity import Identity, belongs_to, require_strength, unusable_kind
from signing.key_signer import KeySigner

_SUFFIXES = {".p12", ".pfx"}


class Pkcs12Identities:
    """Identities read once from PKCS#12 files; safe to share between threads."""

    def __init__(self, path: Path, password: str | None) -> None:
        self._path = path
        self._password = password
        self._identities: tuple[Identity, ...] | None = None
        self._lock = Lock()

    def held(self) -> tuple[Identity, ...]:
        """Give all identities found. Raise KeyUnavailableError when a file is missing, damaged or locked."""
        with self._lock:
            if self._identities is None:
                self._identities = tuple(_load(file, self._password) for file in self._files())
            return self._identities

    def identity(self, agency_name: str) -> Identity:
        """Give the identity whose certificate names the agency. Raise KeyUnavailableError when none does."""
        for identity in self.held():
            if belongs_to(identity.certificate, agency_name):
                return identity
        cause = gettext("no certificate there is of {agency}").format(agency=agency_name)
        raise KeyUnavailableError(file="-", key=self._path, cause=cause)

    def _files(self) -> list[Path]:
        if not self._path.is_dir():
            return [self._path]
        files = sorted(file for file in self._path.iterdir() if file.suffix.lower() in _SUFFIXES)
        if not files:
            raise KeyUnavailableError(file="-", key=self._path, cause=gettext("the folder has no .p12 or .pfx file"))
        return files


def _load(path: Path, password: str | None) -> Identity:
    try:
        content = path.read_bytes()
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() if password else None)
    except (OSError, ValueError) as err:
        # The library's words for a wrong password name no secret.
        raise KeyUnavailableError(file="-", key=path, cause=err) from err
    if key is None or certificate is None:
        raise KeyUnavailableError(file="-", key=path, cause=gettext("the file holds no key with its certificate"))
    leaf = _to_asn1(certificate)
    require_strength(leaf, str(path))
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise KeyUnavailableError(file="-", key=path, cause=unusable_kind(type(key).__name__))
    chain = tuple(_to_asn1(other) for other in others)
    return Identity(leaf, chain, KeySigner(leaf, key, chain))


def _to_asn1(certificate: Certificate) -> asn1_x509.Certificate:
    loaded: asn1_x509.Certificate = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    return loaded
